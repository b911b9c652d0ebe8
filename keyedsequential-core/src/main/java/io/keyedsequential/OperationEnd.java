package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * Told how an operation has ended, in place of a future and for less: see {@link KeyedCoordinator#execute(Object,
 * Runnable, OperationEnd)}.
 */
@FunctionalInterface
public interface OperationEnd {

    /**
     * The operation has ended, with all its attempts. Called once for every operation that was accepted, when a future
     * would have been completed: on the thread that ends the operation, which holds up its lane meanwhile, and never
     * under a lock; at once when the operation is abandoned, cancelled by an operator or runs out of its
     * {@code runTimeout}, though its body may still run then. This may be before the call that enqueued it returns.
     * What it throws is ignored, as what a dependent stage of a future throws.
     *
     * @param operationId the operation's id
     * @param failure what a future would have failed with, a {@link java.util.concurrent.CancellationException} among
     *     others; {@code null} if the operation completed
     */
    void ended(long operationId, @Nullable Throwable failure);
}
