package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What has been made of the future of an operation, or stands for a stage that an operation is to wait for. */
final class DependentFuture<R extends @Nullable Object> extends LendingFuture<R> {

    private volatile OperationFuture.@Nullable Handle awaited;

    DependentFuture(OperationFuture.@Nullable Handle awaited) {
        this.awaited = awaited;
    }

    /** One that completes as the given stage does. */
    static <R extends @Nullable Object> CompletableFuture<R> of(CompletionStage<R> stage) {
        DependentFuture<R> dependent = new DependentFuture<>(null);
        stage.whenComplete((result, failure) -> {
            if (failure == null) {
                dependent.complete(result);
            } else {
                dependent.completeExceptionally(failure);
            }
        });
        return dependent;
    }

    @Override
    OperationFuture.@Nullable Handle awaited() {
        return awaited;
    }

    @Override
    void awaitsNone() {
        awaited = null;
    }
}
