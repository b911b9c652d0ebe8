package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The future of one operation, which knows the operation's id. Once it is complete the coordinator no longer refers to
 * it, nor it to the coordinator or to the body.
 *
 * <p>{@link #cancel} on a queued operation, or one between two attempts, withdraws it: its body never runs, or never again,
 * and its room is free at once. Once the body has begun, cancelling completes this future and, if asked to, interrupts the
 * body; the key stays closed until that has ended.
 * Completing the future by hand ({@link #complete}, {@link #completeExceptionally}, {@link #orTimeout}) has no influence
 * on the operation. Dependent stages are plain {@link CompletableFuture}s; they run on the thread that ends the operation
 * unless an {@code …Async} method is used, and hold up its lane while they do (but not where a stage ended the operation).
 *
 * @param <R> the type of the result
 */
public final class OperationFuture<R extends @Nullable Object> extends CompletableFuture<R> {

    private final ResultOperation<?, ?> operation;

    OperationFuture(ResultOperation<?, ?> operation) {
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
     * Cancels this future and withdraws the operation, unless it has begun.
     *
     * @param mayInterruptIfRunning whether to interrupt the body if it runs now. With or without: if it throws after this, the
     *     operation is {@link OperationState#CANCELLED} and not tried again; if it returns, {@link OperationState#COMPLETED}
     * @return whether this future is now cancelled
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            operation.cancel(mayInterruptIfRunning); // first: who is told of the cancellation finds the room free
        }
        return super.cancel(mayInterruptIfRunning);
    }

    /**
     * Waits for the result. Called inside another operation, that one lends its permit meanwhile and keeps its key.
     *
     * @throws KeyedDeadlockException if this operation, in the end, waits for the one that calls
     */
    @Override
    public R get() throws InterruptedException, ExecutionException {
        Await await = begin(true);
        try {
            return super.get();
        } finally {
            Await.end(await);
        }
    }

    /**
     * As {@link #get()}, for a limited time.
     *
     * @throws KeyedDeadlockException if this operation, in the end, waits for the one that calls
     */
    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Await await = begin(false);
        try {
            return super.get(timeout, unit);
        } finally {
            Await.end(await);
        }
    }

    /**
     * As {@link #get()}, with unchecked exceptions.
     *
     * @throws KeyedDeadlockException if this operation, in the end, waits for the one that calls
     */
    @Override
    public R join() {
        Await await = begin(true);
        try {
            return super.join();
        } finally {
            Await.end(await);
        }
    }

    /** Why the operation that the current thread runs must not await this future as its stage, or {@code null}. */
    @Nullable
    KeyedDeadlockException circleThroughStage() {
        StripedCoordinator<?> coordinator = operation.coordinator();
        return coordinator == null ? null : Waits.lookAsStage(coordinator, operation);
    }

    private @Nullable Await begin(boolean forever) {
        return isDone() ? null : Await.begin(operation, forever);
    }
}
