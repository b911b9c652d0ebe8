package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The future of one operation, which knows the operation's id. Once it is complete the coordinator no longer refers to
 * it, nor it to the coordinator or to the body.
 *
 * <p>{@link #cancel} on a queued operation withdraws it: its body never runs and its room is free at once. Once the body
 * has begun, cancelling completes this future and leaves the body to end by itself; its key stays closed until then.
 * Completing the future by hand ({@link #complete}, {@link #completeExceptionally}, {@link #orTimeout}) has no influence
 * on the operation. Dependent stages are plain {@link CompletableFuture}s; they run on the thread that ends the operation
 * unless an {@code …Async} method is used, and hold up its lane while they do (but not where a stage ended the operation).
 *
 * @param <R> the type of the result
 */
public final class OperationFuture<R extends @Nullable Object> extends CompletableFuture<R> {

    private final Operation<?> operation;

    OperationFuture(Operation<?> operation) {
        this.operation = operation;
    }

    /**
     * The id of the operation, as in snapshots, events and log lines.
     *
     * @return the id, ascending in the order of admission
     */
    public long operationId() {
        return operation.id;
    }

    /**
     * Cancels this future and, if its body has not begun, withdraws the operation.
     *
     * @param mayInterruptIfRunning has no influence: a running body is not interrupted
     * @return whether this future is now cancelled
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            operation.withdraw(); // first: who is told of the cancellation finds the room free
        }
        return super.cancel(mayInterruptIfRunning);
    }
}
