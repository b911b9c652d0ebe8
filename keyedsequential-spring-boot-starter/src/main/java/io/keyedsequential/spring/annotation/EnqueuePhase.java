package io.keyedsequential.spring.annotation;

/** When a call of an annotated method becomes an operation of its key. */
public enum EnqueuePhase {

    /**
     * At once. An operation may begin before the caller's transaction commits, and does not go away if it rolls back.
     */
    NOW,

    /**
     * After the caller's transaction has committed, in the order in which the calls were made; never if it rolls back,
     * or if it is not known whether it did. Without a transaction on the caller's thread: at once. Only for methods
     * that return {@code void} or a future; needs spring-tx.
     *
     * <p>Key and context are taken when the method is called. A call made after a savepoint to which the transaction
     * rolls back is not enqueued. What blocks at the hand-off, such as a full atom, blocks the thread that commits,
     * which then still holds its connection.
     *
     * <p>The future that the method returns is no {@code OperationFuture}: there is no operation yet. It completes
     * as the operation does. It is cancelled if the transaction does not commit, and to cancel it before the commit
     * withdraws the call. To wait for it without a limit on the thread and inside the transaction throws
     * {@code IllegalStateException}, since the wait would never end. A rejection after the commit arrives as a
     * failed future, or for {@code void} methods where their failures go; it is not thrown to a caller whose
     * transaction has succeeded.
     */
    AFTER_COMMIT
}
