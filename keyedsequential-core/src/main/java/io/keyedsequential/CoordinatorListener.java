package io.keyedsequential;

/**
 * Is told what happens in a coordinator. Every method does nothing unless overridden.
 *
 * <p><strong>Threading.</strong> Methods are called outside every lock, on the thread that caused the event: a start and a
 * finish on the thread that runs the operation, between two operations, a rejection on the caller's thread. A slow
 * listener therefore slows the lane it is told about. Events of one operation arrive in order. What a listener throws is
 * contained, and logged once per kind of event.
 */
public interface CoordinatorListener {

    /** Listens to nothing, and costs nothing. */
    CoordinatorListener NO_OP = new CoordinatorListener() {};

    /**
     * The body of an operation is about to run.
     *
     * @param atom the coordinator's name
     * @param operation the operation, {@link OperationState#RUNNING}
     */
    default void operationStarted(String atom, OperationSnapshot operation) {}

    /**
     * An operation has ended: completed, failed or cancelled.
     *
     * @param atom the coordinator's name
     * @param operation the operation in its final state
     */
    default void operationFinished(String atom, OperationSnapshot operation) {}

    /**
     * An operation was refused; it has no id.
     *
     * @param atom the coordinator's name
     * @param key the key it would have been ordered by
     * @param rejection what the caller is told
     */
    default void operationRejected(String atom, Object key, RejectedOperationException rejection) {}

    /**
     * The executor refused to take a runner. Accepted operations stay queued and the hand-off is tried again.
     *
     * @param atom the coordinator's name
     * @param cause what the executor threw
     */
    default void handOffRejected(String atom, Throwable cause) {}
}
