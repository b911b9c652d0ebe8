package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CompletableFuture#minimalCompletionStage()} returns: a stage and nothing more, as that of the JDK. But
 * what is made of it, {@link #toCompletableFuture()} first of all, lends the permit of an operation that waits for it.
 */
final class MinimalFuture<R extends @Nullable Object> extends LendingFuture<R> {

    private volatile OperationFuture.@Nullable Handle awaited;

    MinimalFuture(OperationFuture.@Nullable Handle awaited) {
        this.awaited = awaited;
    }

    /** What it is made of has ended. */
    void end(@Nullable R result, @Nullable Throwable failure) {
        if (failure == null) {
            super.complete(result);
        } else {
            super.completeExceptionally(
                    failure instanceof CompletionException ? failure : new CompletionException(failure));
        }
    }

    @Override
    OperationFuture.@Nullable Handle awaited() {
        return awaited;
    }

    @Override
    void awaitsNone() {
        awaited = null;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        MinimalFuture<U> dependent = new MinimalFuture<>(awaited);
        passOnTo(dependent);
        return dependent;
    }

    @Override
    public CompletableFuture<R> toCompletableFuture() {
        DependentFuture<R> future = new DependentFuture<>(awaited);
        passOnTo(future);
        whenComplete((result, failure) -> {
            if (failure == null) {
                future.complete(result);
            } else {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    // ---------------------------------------------------------------- what a mere stage has not

    private static UnsupportedOperationException onlyAStage() {
        return new UnsupportedOperationException("a minimal completion stage: call toCompletableFuture() first");
    }

    @Override
    public R get() {
        throw onlyAStage();
    }

    @Override
    public R get(long timeout, TimeUnit unit) {
        throw onlyAStage();
    }

    @Override
    public R getNow(R valueIfAbsent) {
        throw onlyAStage();
    }

    @Override
    public R join() {
        throw onlyAStage();
    }

    @Override
    public boolean complete(R value) {
        throw onlyAStage();
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        throw onlyAStage();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        throw onlyAStage();
    }

    @Override
    public void obtrudeValue(R value) {
        throw onlyAStage();
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw onlyAStage();
    }

    @Override
    public boolean isDone() {
        throw onlyAStage();
    }

    @Override
    public boolean isCancelled() {
        throw onlyAStage();
    }

    @Override
    public boolean isCompletedExceptionally() {
        throw onlyAStage();
    }

    @Override
    public int getNumberOfDependents() {
        throw onlyAStage();
    }

    @Override
    public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
        throw onlyAStage();
    }

    @Override
    public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier) {
        throw onlyAStage();
    }

    @Override
    public CompletableFuture<R> orTimeout(long timeout, TimeUnit unit) {
        throw onlyAStage();
    }

    @Override
    public CompletableFuture<R> completeOnTimeout(R value, long timeout, TimeUnit unit) {
        throw onlyAStage();
    }
}
