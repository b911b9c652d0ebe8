package io.keyedsequential.spring.aop.reactive;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.spring.aop.reactive.ReactiveCalls.ReactiveCall;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** One subscription to a {@link Mono}, which holds the key until what the method returns has terminated. */
final class MonoCall implements ReactiveCall.Attempts {

    private final Context context;

    /** The latest attempt. Written before {@link #over} is read, which is written before this is read. */
    private volatile @Nullable Attempt attempt;

    /** Whether no subscriber is left to wait for a result. */
    private volatile boolean over;

    /**
     * For one subscription.
     *
     * @param context what the subscriber's is, to be that of the body's publisher
     */
    private MonoCall(ContextView context) {
        this.context = Context.of(context);
    }

    static void subscribe(Supplier<? extends ReactiveCall> prepared, MonoSink<Object> sink) {
        ReactiveCall call = null;
        try {
            ReactiveCall made = prepared.get();
            call = made;
            MonoCall attempts = new MonoCall(sink.contextView());
            OperationFuture<@Nullable Object> future = made.enqueue(attempts, !ReactiveCalls.isOnNonBlockingThread());
            future.whenComplete((value, failure) -> attempts.ended(made, sink, value, failure));
            sink.onCancel(() -> attempts.cancel(future));
        } catch (RuntimeException | Error e) {
            if (call != null) {
                call.ended(e);
            }
            sink.error(e);
        }
    }

    @Override
    public CompletionStage<? extends @Nullable Object> begin(ReactiveCall.Invocation invocation) {
        Attempt begun = new Attempt(context);
        attempt = begun;
        if (over) {
            begun.stop();
            return begun.end();
        }
        try {
            invocation.proceed();
        } catch (Throwable e) {
            begun.fail(e);
            return CompletableFuture.failedFuture(e); // also if a decorator fails when there is a result already
        }
        return begun.end();
    }

    @Override
    public Object returned(@Nullable Object publisher) {
        Attempt begun = attempt; // attempts follow each other
        if (begun == null) {
            throw new IllegalStateException("no attempt has begun");
        }
        if (publisher instanceof Mono<?> mono) {
            mono.subscribe(begun);
        } else {
            begun.onComplete(); // null, as for a future
        }
        return begun.end();
    }

    /** The subscriber has gone: first the operation, so that what its attempt then ends with is no failure. */
    private void cancel(OperationFuture<?> operation) {
        operation.cancel(false);
        stop();
    }

    /** The operation has ended, or its time is up. */
    private void ended(ReactiveCall call, MonoSink<Object> sink, @Nullable Object value, @Nullable Throwable failure) {
        try {
            if (failure == null) {
                sink.success(value);
            } else {
                stop();
                sink.error(failure); // dropped if the subscriber has gone
            }
        } finally {
            call.ended(failure);
        }
    }

    private void stop() {
        over = true;
        Attempt running = attempt;
        if (running != null) {
            running.stop();
        }
    }

    /** Subscribes to what one attempt has returned. */
    private static final class Attempt extends BaseSubscriber<Object> {

        private final Context context;
        private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
        private @Nullable Object value;

        Attempt(Context context) {
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
}
