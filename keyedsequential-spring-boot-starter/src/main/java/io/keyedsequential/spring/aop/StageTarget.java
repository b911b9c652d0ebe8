package io.keyedsequential.spring.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns a future, which holds the key until it is complete. */
final class StageTarget extends InvocationTarget implements Supplier<CompletionStage<? extends @Nullable Object>> {

    private final BlockingFutures blockingFutures;

    StageTarget(PreparedCall call, BlockingFutures blockingFutures) {
        super(call);
        this.blockingFutures = blockingFutures;
    }

    @Override
    public CompletionStage<? extends @Nullable Object> get() {
        try {
            Object returned = proceed();
            if (returned instanceof CompletionStage<?> stage) {
                return stage;
            }
            if (returned instanceof Future<?> future) {
                return blockingFutures.await(future, rest().getMethod());
            }
            return CompletableFuture.completedFuture(null); // as @Async does when a body returns null
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
