package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;

/**
 * An operation no longer keeps its key closed. Published once for every {@link KeyParked}, unless the application
 * ends first.
 *
 * @param atom the atom's name
 * @param operation the operation that kept the key closed
 * @param how what became of it
 * @param stats the atom's counts a moment later
 */
public record KeyReleased(String atom, OperationSnapshot operation, How how, CoordinatorStats stats)
        implements AtomEvent {

    /** What became of a parked operation. */
    public enum How {
        /** It is tried again. */
        RETRIED,
        /** It has been given up, and has failed with its last error. */
        SKIPPED,
        /** It has been purged with its followers, or cancelled alone. */
        WITHDRAWN;

        static How of(OperationSnapshot released) {
            return switch (released.state()) {
                case FAILED -> SKIPPED;
                case CANCELLED -> WITHDRAWN;
                case QUEUED, BACKING_OFF, PARKED, RUNNING, AWAITING, COMPLETED -> RETRIED;
            };
        }
    }

    /** Without the key, which may be personal data. */
    @Override
    public String toString() {
        return "KeyReleased[atom=%s, operation=%d, how=%s]".formatted(atom, operation.id(), how);
    }
}
