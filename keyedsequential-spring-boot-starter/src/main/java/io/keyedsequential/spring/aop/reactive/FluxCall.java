package io.keyedsequential.spring.aop.reactive;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.spring.aop.reactive.ReactiveCalls.ReactiveCall;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Between one subscriber and the publisher that the method will return when the key's turn has come. Elements go
 * straight through, and what the subscriber requests goes to the publisher, so that nothing is buffered. The first to
 * terminate this decides how: the publisher, the subscriber by cancelling, or the coordinator because the operation
 * ended otherwise.
 */
final class FluxCall implements CoreSubscriber<Object>, Subscription, ReactiveCall.Attempts {

    /** Serialised: a timeout may come while an element is on its way. */
    private final CoreSubscriber<? super Object> subscriber;

    /** Collects what is requested until there is a publisher to ask. */
    private final Operators.DeferredSubscription publisher = new Operators.DeferredSubscription();

    private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** Written before {@link #cancelled} is read, which is written before this is read. */
    private volatile @Nullable OperationFuture<?> operation;

    private volatile boolean cancelled;

    FluxCall(CoreSubscriber<? super Object> subscriber) {
        this.subscriber = Operators.serialize(subscriber);
    }

    static Flux<Object> publisher(Supplier<? extends ReactiveCall> prepared) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                FluxCall subscription = new FluxCall(subscriber);
                subscriber.onSubscribe(subscription);
                subscription.enqueue(prepared);
            }
        };
    }

    private boolean isOver() {
        return over.get();
    }

    /** Makes the subscription an operation; the subscriber has it already, and may have cancelled. */
    private void enqueue(Supplier<? extends ReactiveCall> prepared) {
        if (isOver()) {
            return;
        }
        ReactiveCall call = null;
        try {
            ReactiveCall made = prepared.get();
            call = made;
            OperationFuture<@Nullable Object> future = made.enqueue(this, !ReactiveCalls.isOnNonBlockingThread());
            operation = future;
            if (cancelled) {
                future.cancel(false);
            }
            future.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    stop(failure);
                }
                made.ended(failure);
            });
        } catch (RuntimeException | Error e) {
            if (call != null) {
                call.ended(e);
            }
            onError(e);
        }
    }

    // ---------------------------------------------------------------- what the operation does

    @Override
    public CompletionStage<? extends @Nullable Object> begin(ReactiveCall.Invocation invocation) {
        if (!isOver()) {
            try {
                invocation.proceed();
            } catch (Throwable e) {
                fail(e);
            }
        }
        return end;
    }

    @Override
    public Object returned(@Nullable Object publisher) {
        if (publisher instanceof Flux<?> flux) {
            flux.subscribe(this);
        } else {
            onComplete(); // null, as for a future
        }
        return end;
    }

    // ---------------------------------------------------------------- what the subscriber says

    @Override
    public void request(long count) {
        publisher.request(count);
    }

    /**
     * First the operation, so that what it then ends with is no failure; the key only when the publisher has been told.
     */
    @Override
    public void cancel() {
        if (over.compareAndSet(false, true)) {
            cancelled = true;
            OperationFuture<?> present = operation;
            if (present != null) {
                present.cancel(false);
            }
            publisher.cancel();
            end.completeExceptionally(new CancellationException("the subscriber has cancelled"));
        }
    }

    // ---------------------------------------------------------------- what the publisher says

    @Override
    public Context currentContext() {
        return subscriber.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        publisher.set(subscription);
    }

    @Override
    public void onNext(Object element) {
        if (isOver()) {
            Operators.onNextDropped(element, currentContext());
        } else {
            subscriber.onNext(element);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            try {
                subscriber.onError(failure);
            } finally {
                end.completeExceptionally(failure);
            }
        } else {
            Operators.onErrorDropped(failure, currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (over.compareAndSet(false, true)) {
            try {
                subscriber.onComplete();
            } finally {
                end.complete(null);
            }
        }
    }

    // ---------------------------------------------------------------- what the coordinator says

    /**
     * The operation has failed, and perhaps the publisher has nothing to do with it: it was purged, or its time is up.
     */
    private boolean stop(Throwable failure) {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        try {
            publisher.cancel();
            subscriber.onError(failure);
        } finally {
            end.completeExceptionally(failure);
        }
        return true;
    }

    /**
     * What runs the method has failed, perhaps a decorator behind it, when the subscriber may have been told of
     * the end.
     */
    private void fail(Throwable failure) {
        if (!stop(failure)) {
            Operators.onErrorDropped(failure, currentContext());
        }
    }
}
