package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;

/**
 * An operation has failed for good: its attempts are exhausted, it was not started in time, or an operator skipped it.
 * Attempts after which another one follows are not told of.
 *
 * @param atom the atom's name
 * @param operation the operation in its final state, with its id, key, error and times
 * @param stats the atom's counts a moment later
 */
public record OperationFailed(String atom, OperationSnapshot operation, CoordinatorStats stats) implements AtomEvent {

    /** Without the key, which may be personal data. */
    @Override
    public String toString() {
        return "OperationFailed[atom=%s, operation=%d, attempt=%d]"
                .formatted(atom, operation.id(), operation.attempt());
    }
}
