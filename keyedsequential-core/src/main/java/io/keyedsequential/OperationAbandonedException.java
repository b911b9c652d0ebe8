package io.keyedsequential;

import java.time.Duration;

/**
 * An operation was given up while it ran or awaited its stage, by {@link KeyedCoordinator#abandon}. Its key is open;
 * its body may still run.
 */
public class OperationAbandonedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Of which atom. */
    private final String atom;

    /** Which operation. */
    private final long operationId;

    /** Which attempt. */
    private final int attempt;

    /** For how long. */
    private final Duration ranFor;

    /**
     * For engines.
     *
     * @param atom the coordinator's name
     * @param operationId the operation
     * @param attempt the attempt that ran, 1 for the first
     * @param ranFor how long ago that attempt began
     * @param awaiting whether it awaited its stage
     */
    public OperationAbandonedException(String atom, long operationId, int attempt, Duration ranFor, boolean awaiting) {
        super("%s: operation %d was abandoned after %s for %d ms (attempt %d)%s"
                .formatted(
                        atom,
                        operationId,
                        awaiting ? "awaiting its stage" : "running",
                        ranFor.toMillis(),
                        attempt,
                        awaiting ? "; its key is open" : "; its key is open, and its body may still run"));
        this.atom = atom;
        this.operationId = operationId;
        this.attempt = attempt;
        this.ranFor = ranFor;
    }

    /**
     * The atom.
     *
     * @return the coordinator's name
     */
    public String atom() {
        return atom;
    }

    /**
     * The operation.
     *
     * @return its id
     */
    public long operationId() {
        return operationId;
    }

    /**
     * The attempt that was given up.
     *
     * @return 1 for the first
     */
    public int attempt() {
        return attempt;
    }

    /**
     * How long the attempt had been under way.
     *
     * @return running or awaiting its stage
     */
    public Duration ranFor() {
        return ranFor;
    }
}
