package io.keyedsequential.spring.aop;

import io.keyedsequential.OperationFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Runs a method that returns a {@link Mono}, which holds the key until it has terminated. */
final class MonoTarget extends InvocationTarget implements Supplier<CompletionStage<? extends @Nullable Object>> {

    private final Context context;

    /** The latest attempt. Written before {@link #over} is read, which is written before this is read. */
    private volatile @Nullable MonoAttempt attempt;

    /** Whether no subscriber is left to wait for a result. */
    private volatile boolean over;

    /**
     * For one subscription.
     *
     * @param context what the subscriber's is, to be that of the body's publisher
     */
    MonoTarget(PreparedCall call, ContextView context) {
        super(call);
        this.context = Context.of(context);
    }

    @Override
    public CompletionStage<? extends @Nullable Object> get() {
        MonoAttempt begun = new MonoAttempt(context);
        attempt = begun;
        if (over) {
            begun.stop();
            return begun.end();
        }
        try {
            proceed();
        } catch (Throwable e) {
            begun.fail(e);
            return CompletableFuture.failedFuture(e); // also if a decorator fails when there is a result already
        }
        return begun.end();
    }

    @Override
    @Nullable
    Object invoke(MethodInvocation rest) throws Throwable {
        MonoAttempt begun = attempt; // attempts follow each other
        Object returned = rest.proceed();
        if (begun == null) {
            throw new IllegalStateException("no attempt has begun");
        }
        if (returned instanceof Mono<?> publisher) {
            publisher.subscribe(begun);
        } else {
            begun.onComplete(); // null, as for a future
        }
        return begun.end();
    }

    /** The subscriber has gone: first the operation, so that what its attempt then ends with is no failure. */
    void cancel(OperationFuture<?> operation) {
        operation.cancel(false);
        stop();
    }

    /** The operation has ended, or its time is up. */
    void ended(MonoSink<Object> sink, @Nullable Object value, @Nullable Throwable failure) {
        try {
            if (failure == null) {
                sink.success(value);
            } else {
                stop();
                sink.error(failure); // dropped if the subscriber has gone
            }
        } finally {
            tellDecorators(failure);
        }
    }

    private void stop() {
        over = true;
        MonoAttempt running = attempt;
        if (running != null) {
            running.stop();
        }
    }
}
