package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A future that an operation may wait for: the operation lends its permit meanwhile. What is made of it by
 * {@code then…}, {@code handle}, {@code copy} and the like is one as well, so that it does not matter which of them
 * an operation waits for.
 *
 * @param <R> the type of the result
 */
abstract sealed class LendingFuture<R extends @Nullable Object> extends CompletableFuture<R>
        permits OperationFuture, DependentFuture, MinimalFuture {

    /** Whether a time limit ends it: an operation that waits for it has set itself that limit. */
    private volatile boolean timed;

    /** The operation without whose end this future does not complete by itself, if there is one. */
    abstract OperationFuture.@Nullable Handle awaited();

    /** Something else may complete it from now on, a time limit or another future: waiting for it closes no circle. */
    abstract void awaitsNone();

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        DependentFuture<U> dependent = new DependentFuture<>(awaited());
        passOnTo(dependent);
        return dependent;
    }

    @Override
    public CompletionStage<R> minimalCompletionStage() {
        MinimalFuture<R> minimal = new MinimalFuture<>(awaited());
        passOnTo(minimal);
        whenComplete(minimal::end);
        return minimal;
    }

    /** Gives what is made of this future the time limit that it has. */
    final void passOnTo(LendingFuture<?> dependent) {
        if (timed) {
            dependent.isTimed();
        }
    }

    /** Why the operation that the current thread runs must not await this future as its stage, or {@code null}. */
    @Nullable
    KeyedDeadlockException circleThroughStage() {
        OperationFuture.Handle handle = awaited();
        OperationOwner<?> owner = handle == null ? null : handle.owner();
        return handle == null || owner == null ? null : DeadlockDetector.lookAsStage(owner, handle.operation());
    }

    // ---------------------------------------------------------------- waiting

    /**
     * Waits for the result. Called inside an operation, that one lends its permit meanwhile and keeps its key. It goes
     * on when it has its permit back; if it is interrupted before that, or a time limit has completed this future, it
     * goes on at once, and nothing else of its atom starts until the permit has been made good.
     *
     * @throws KeyedDeadlockException if this future, in the end, waits for the operation that calls
     */
    @Override
    public R get() throws InterruptedException, ExecutionException {
        Await await = begin(true);
        try {
            return super.get();
        } catch (InterruptedException e) {
            goOnAtOnce(await);
            throw e;
        } finally {
            end(await);
        }
    }

    /**
     * As {@link #get()}, for a limited time, which includes that until the permit is back: after that time the
     * operation goes on without it.
     *
     * @throws KeyedDeadlockException if this future, in the end, waits for the operation that calls
     */
    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Await await = begin(false);
        Await.limit(await, after(unit.toNanos(timeout)));
        try {
            return super.get(timeout, unit);
        } catch (InterruptedException e) {
            goOnAtOnce(await);
            throw e;
        } finally {
            Await.end(await);
        }
    }

    /**
     * As {@link #get()}, with unchecked exceptions.
     *
     * @throws KeyedDeadlockException if this future, in the end, waits for the operation that calls
     */
    @Override
    public R join() {
        Await await = begin(true);
        try {
            return super.join();
        } finally {
            end(await);
        }
    }

    private @Nullable Await begin(boolean forever) {
        if (isDone()) {
            return null;
        }
        StackHeadroom.check();
        return Await.begin(awaited(), forever);
    }

    private void end(@Nullable Await await) {
        if (timed) {
            goOnAtOnce(await);
        }
        Await.end(await);
    }

    /**
     * The time is up, or the thread was interrupted, which it is not any more: a cancellation, a {@code runTimeout} or
     * a caller wants the body to go on, and it must not wait for its permit after that.
     */
    private static void goOnAtOnce(@Nullable Await await) {
        Await.limit(await, System.nanoTime());
    }

    /** A time that far ahead, or so far that it can be compared. */
    private static long after(long nanos) {
        return System.nanoTime() + Math.max(0, Math.min(nanos, Long.MAX_VALUE / 2));
    }

    // ---------------------------------------------------------------- ends by itself

    private void isTimed() {
        timed = true;
    }

    @Override
    public CompletableFuture<R> orTimeout(long timeout, TimeUnit unit) {
        awaitsNone();
        isTimed();
        return super.orTimeout(timeout, unit);
    }

    @Override
    public CompletableFuture<R> completeOnTimeout(R value, long timeout, TimeUnit unit) {
        awaitsNone();
        isTimed();
        return super.completeOnTimeout(value, timeout, unit);
    }

    // ---------------------------------------------------------------- what either of two completes

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> applyToEither(
            CompletionStage<? extends R> other, Function<? super R, U> function) {
        return either(super.applyToEither(other, function));
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> function) {
        return either(super.applyToEitherAsync(other, function));
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> function, Executor executor) {
        return either(super.applyToEitherAsync(other, function, executor));
    }

    @Override
    public CompletableFuture<Void> acceptEither(CompletionStage<? extends R> other, Consumer<? super R> action) {
        return either(super.acceptEither(other, action));
    }

    @Override
    public CompletableFuture<Void> acceptEitherAsync(CompletionStage<? extends R> other, Consumer<? super R> action) {
        return either(super.acceptEitherAsync(other, action));
    }

    @Override
    public CompletableFuture<Void> acceptEitherAsync(
            CompletionStage<? extends R> other, Consumer<? super R> action, Executor executor) {
        return either(super.acceptEitherAsync(other, action, executor));
    }

    @Override
    public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        return either(super.runAfterEither(other, action));
    }

    @Override
    public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
        return either(super.runAfterEitherAsync(other, action));
    }

    @Override
    public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action, Executor executor) {
        return either(super.runAfterEitherAsync(other, action, executor));
    }

    /** The other one may complete it while the operation goes on. */
    private static <U extends @Nullable Object> CompletableFuture<U> either(CompletableFuture<U> dependent) {
        if (dependent instanceof LendingFuture<U> ours) {
            ours.awaitsNone();
        }
        return dependent;
    }
}
