package io.keyedsequential;

/**
 * Where an operation is in its life.
 *
 * <pre>
 * QUEUED ──► RUNNING ──► COMPLETED, FAILED, CANCELLED
 *    │          │  └────► AWAITING ──► COMPLETED, FAILED, CANCELLED
 *    │          └───────► BACKING_OFF, PARKED ──► QUEUED, FAILED, CANCELLED
 *    └──────────────────► FAILED, CANCELLED
 * </pre>
 *
 * <p>An attempt of a stage that fails goes from {@code AWAITING} to {@code BACKING_OFF} or {@code PARKED} like
 * any other.
 */
public enum OperationState {

    /** Waits in its lane. */
    QUEUED,

    /**
     * An attempt has failed and the next one is due later: it keeps its key closed, and holds no permit and no thread.
     */
    BACKING_OFF,

    /**
     * Its attempts are exhausted and its key is closed until an operator retries, skips or purges it. Its followers
     * stay queued behind it, in order.
     */
    PARKED,

    /** Its body runs now, with a permit. */
    RUNNING,

    /** Its body has returned a stage that is not complete yet: it holds its key, but no permit and no thread. */
    AWAITING,

    /** Ended without an error. */
    COMPLETED,

    /** Ended with an error: thrown by its last attempt, or because it was not started in time. */
    FAILED,

    /**
     * Withdrawn before it began or between two attempts, superseded by a newer one, stopped while it ran, or cancelled
     * when the coordinator closed.
     */
    CANCELLED;

    /** By ordinal; never written. */
    private static final OperationState[] ALL = values();

    static OperationState of(int ordinal) {
        return ALL[ordinal];
    }

    /**
     * Whether an operation in this state has ended.
     *
     * @return {@code true} for {@link #COMPLETED}, {@link #FAILED} and {@link #CANCELLED}
     */
    public boolean isFinished() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
