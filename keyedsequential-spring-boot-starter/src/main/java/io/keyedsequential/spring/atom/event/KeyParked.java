package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;

/**
 * An operation has exhausted its attempts, and its key is closed until an operator retries, skips or purges it.
 *
 * @param atom the atom's name
 * @param operation the operation that keeps the key closed, with its id, key, error and times
 * @param stats the atom's counts a moment later
 */
public record KeyParked(String atom, OperationSnapshot operation, CoordinatorStats stats) implements AtomEvent {

    /** Without the key, which may be personal data. */
    @Override
    public String toString() {
        return "KeyParked[atom=%s, operation=%d, attempt=%d]".formatted(atom, operation.id(), operation.attempt());
    }
}
