package io.keyedsequential;

/**
 * Where an operation is in its life.
 *
 * <pre>
 * QUEUED ──► RUNNING ──► COMPLETED
 *    │          │  │ └──► FAILED
 *    │          │  └────► AWAITING ──► COMPLETED, FAILED
 *    └──────────┴───────► CANCELLED
 * </pre>
 */
public enum OperationState {

    /** Waits in its lane. */
    QUEUED,

    /** Its body runs now, with a permit. */
    RUNNING,

    /** Its body has returned a stage that is not complete yet: it holds its key, but no permit and no thread. */
    AWAITING,

    /** Ended without an error. */
    COMPLETED,

    /** Ended with an error. */
    FAILED,

    /** Withdrawn before it began, or cancelled when the coordinator closed. */
    CANCELLED;

    /**
     * Whether an operation in this state has ended.
     *
     * @return {@code true} for {@link #COMPLETED}, {@link #FAILED} and {@link #CANCELLED}
     */
    public boolean isFinished() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
