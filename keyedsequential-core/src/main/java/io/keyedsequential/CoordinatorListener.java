package io.keyedsequential;

import java.time.Duration;

/**
 * Is told what happens in a coordinator. Every method does nothing unless overridden.
 *
 * <p><strong>Cost.</strong> A view of the operation is made for {@link #operationStarted} and
 * {@link #operationFinished} only if a listener overrides them; {@link #operationTimed} needs none. What a listener
 * overrides is looked at once, as it is added.
 *
 * <p><strong>Threading.</strong> Methods are called outside every lock, on the thread that caused the event: a start
 * and a finish on the thread that runs the operation, between two operations, a rejection on the caller's thread, what
 * an operator causes on the operator's. A slow listener therefore slows the lane it is told about. Events of one
 * operation arrive in order, but what an operator does to it in the very moment in which it is held back may be told
 * before that. What a listener throws is contained, and logged once per kind of event.
 */
public interface CoordinatorListener {

    /** Listens to nothing, and costs nothing. */
    CoordinatorListener NO_OP = new CoordinatorListener() {};

    /**
     * Whether this listener reports {@linkplain #failureUnhandled failures without a future},
     * {@linkplain #operationParked parked keys} and {@linkplain #atomHalted halts} where they are noticed. If no
     * listener does, the coordinator logs them. Asked at each of them.
     *
     * @return default: {@code true}
     */
    default boolean logsFailures() {
        return true;
    }

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
     * An operation has ended; told of the same ones as {@link #operationFinished}, just before it, and far cheaper.
     *
     * @param atom the coordinator's name
     * @param outcome {@link OperationState#COMPLETED}, {@link OperationState#FAILED} or
     *     {@link OperationState#CANCELLED}
     * @param waitNanos nanoseconds from its admission (after a quiet period, from being queued) to the beginning of its
     *     body, with several attempts of the last; if no body has begun, to its end
     * @param runNanos nanoseconds from there to the end of the body, that of the last attempt; 0 if none has begun
     */
    default void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {}

    /**
     * An operation has failed for good: its attempts are exhausted, it was not started in time, or an operator skipped
     * it. For listeners that need not be told of every operation. Comes after {@link #operationFinished}.
     *
     * @param atom the coordinator's name
     * @param operation the operation, {@link OperationState#FAILED}, with its error
     */
    default void operationFailed(String atom, OperationSnapshot operation) {}

    /**
     * An operation without a future has failed: only listeners are told. Comes after {@link #operationFinished}.
     *
     * @param atom the coordinator's name
     * @param operation the operation, {@link OperationState#FAILED}, with its error
     */
    default void failureUnhandled(String atom, OperationSnapshot operation) {}

    /**
     * A caller found no room and is about to wait for it; see {@link OverflowPolicy#BLOCK}.
     *
     * @param atom the coordinator's name
     * @param key the key of what it wants to enqueue
     */
    default void callerBlocked(String atom, Object key) {}

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

    /**
     * An attempt has failed and another one follows; until then the key is closed.
     *
     * @param atom the coordinator's name
     * @param operation the operation, with the error and the number of the attempt that failed
     * @param delay how long until the next attempt
     */
    default void operationBackingOff(String atom, OperationSnapshot operation, Duration delay) {}

    /**
     * An operation has exhausted its attempts and its key is closed until an operator decides.
     *
     * @param atom the coordinator's name
     * @param operation the operation, {@link OperationState#PARKED}, with its error
     */
    default void operationParked(String atom, OperationSnapshot operation) {}

    /**
     * The operation for which a key was parked no longer keeps it closed: it is about to be retried, or it has ended
     * because it was skipped, purged or cancelled. Told once for every {@link #operationParked}, unless the
     * coordinator closes.
     *
     * @param atom the coordinator's name
     * @param operation the operation that was parked; {@link OperationState#BACKING_OFF} if it is about to be retried,
     *     otherwise in its final state
     */
    default void keyReleased(String atom, OperationSnapshot operation) {}

    /**
     * An operation that has exhausted its attempts has paused the atom.
     *
     * @param atom the coordinator's name
     * @param operation the operation
     * @param failure what it failed with
     */
    default void atomHalted(String atom, OperationSnapshot operation, Throwable failure) {}
}
