package io.keyedsequential;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** An operation with a future. */
class ResultOperation<K, R extends @Nullable Object> extends Operation<K> implements OperationFuture.Handle {

    /** Both are let go of once the operation has ended: a future that is kept must not keep the engine. */
    private @Nullable OperationFuture<R> future;

    private @Nullable OperationOwner<K> owner;

    /** Whether its future completes after a time at the latest. Here, where it takes no room of its own. */
    private volatile boolean limited;

    ResultOperation(OperationOwner<K> owner, K key, Object body, long enqueuedAt) {
        super(key, body, enqueuedAt);
        this.owner = owner;
        this.future = new OperationFuture<>(this);
    }

    /** The future; taken once, before the operation is offered. */
    OperationFuture<R> future() {
        OperationFuture<R> present = future;
        if (present == null) {
            throw new IllegalStateException("operation " + id + " has ended");
        }
        return present;
    }

    @Override
    public final long operationId() {
        return id;
    }

    /** The atom, until the operation has ended. */
    @Override
    public final @Nullable OperationOwner<K> owner() {
        return owner;
    }

    @Override
    public final Operation<?> operation() {
        return this;
    }

    @Override
    public final boolean isLimited() {
        return limited;
    }

    @Override
    public final void limit() {
        limited = true;
    }

    @Override
    @Nullable
    Object perform() throws Exception {
        return body instanceof Callable<?> callable ? callable.call() : null;
    }

    @Override
    final boolean isFollowed() {
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // the body is a supplier of R
    boolean deliver(@Nullable Object result, @Nullable Throwable failure) {
        OperationFuture<R> told = letGo();
        if (told == null) {
            return false;
        }
        if (failure == null) {
            told.complete((R) result);
            return true;
        }
        if (told.completeExceptionally(state() == CANCELLED ? cancelled(failure) : failure)) {
            return true;
        }
        // A future that was completed by hand has not taken the error; one that was told early has it already.
        return told.isCompletedExceptionally()
                && told.handle((value, error) -> error == failure).join();
    }

    @Override
    void deliverUnrun(Throwable reason) {
        OperationFuture<R> told = letGo();
        if (told != null) {
            told.completeExceptionally(reason);
        }
    }

    @Override
    void failEarly(Throwable failure) {
        OperationFuture<R> told = future;
        if (told != null) {
            told.completeExceptionally(failure);
        }
    }

    @Override
    public void cancel(boolean interrupt) {
        OperationOwner<K> present = owner;
        if (present != null) {
            present.cancel(this, interrupt);
        }
    }

    /** The future, for a thread that cancels the operation and then that; {@code null} once the operation has ended. */
    @Nullable
    OperationFuture<R> futureIfAny() {
        return future;
    }

    private @Nullable OperationFuture<R> letGo() {
        OperationFuture<R> told = future;
        future = null;
        owner = null;
        return told;
    }
}
