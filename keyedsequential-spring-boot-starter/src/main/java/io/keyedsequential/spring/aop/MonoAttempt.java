package io.keyedsequential.spring.aop;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

/** Subscribes to what one attempt has returned. */
final class MonoAttempt extends BaseSubscriber<Object> {

    private final Context context;
    private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
    private @Nullable Object value;

    MonoAttempt(Context context) {
        this.context = context;
    }

    /** Completes when the publisher has terminated, or has been told that its subscriber is gone. */
    CompletionStage<? extends @Nullable Object> end() {
        return end;
    }

    /** The subscriber has gone. */
    void stop() {
        fail(new CancellationException("the subscriber has cancelled"));
    }

    /**
     * Cancels the publisher, if there is one already, and only then ends: its key must not be free before it has
     * been told.
     */
    void fail(Throwable failure) {
        if (!end.isDone()) {
            cancel();
            end.completeExceptionally(failure);
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        requestUnbounded();
    }

    @Override
    protected void hookOnNext(Object one) {
        value = one;
    }

    @Override
    protected void hookOnComplete() {
        end.complete(value);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end.completeExceptionally(failure);
    }
}
