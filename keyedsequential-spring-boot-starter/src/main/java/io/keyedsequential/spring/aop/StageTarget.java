package io.keyedsequential.spring.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns a future, which holds the key until it is complete. */
final class StageTarget extends InvocationTarget implements Supplier<CompletionStage<? extends @Nullable Object>> {

    private final BlockingFutures blockingFutures;

    /** What the body of the present attempt has returned. */
    private @Nullable Object returned;

    StageTarget(PreparedCall call, BlockingFutures blockingFutures) {
        super(call);
        this.blockingFutures = blockingFutures;
    }

    @Override
    public CompletionStage<? extends @Nullable Object> get() {
        returned = null;
        try {
            return stageOf(proceed());
        } catch (Throwable e) {
            if (returned == null) {
                return CompletableFuture.failedFuture(e);
            }
            // A decorator has failed when the body had begun something, which holds the key all the same.
            return stageOf(returned).handle((result, failure) -> {
                throw new CompletionException(e);
            });
        }
    }

    private CompletionStage<? extends @Nullable Object> stageOf(@Nullable Object future) {
        if (future instanceof CompletionStage<?> stage) {
            return stage;
        }
        return future instanceof Future<?> blocking
                ? blockingFutures.await(blocking, rest().getMethod())
                : CompletableFuture.completedFuture(null); // as @Async does when a body returns null
    }

    @Override
    @Nullable
    Object invoke(MethodInvocation attempt) throws Throwable {
        returned = attempt.proceed();
        return returned;
    }
}
