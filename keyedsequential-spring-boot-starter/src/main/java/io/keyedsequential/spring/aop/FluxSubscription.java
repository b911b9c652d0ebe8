package io.keyedsequential.spring.aop;

import io.keyedsequential.OperationFuture;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Between one subscriber and the publisher that the method will return when the key's turn has come. Elements go
 * straight through, and what the subscriber requests goes to the publisher, so that nothing is buffered. The first to
 * terminate this decides how: the publisher, the subscriber by cancelling, or the coordinator because the operation
 * ended otherwise.
 */
final class FluxSubscription implements CoreSubscriber<Object>, Subscription {

    /** Serialised: a timeout may come while an element is on its way. */
    private final CoreSubscriber<? super Object> subscriber;

    /** Collects what is requested until there is a publisher to ask. */
    private final Operators.DeferredSubscription publisher = new Operators.DeferredSubscription();

    private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** Written before {@link #cancelled} is read, which is written before this is read. */
    private volatile @Nullable OperationFuture<?> operation;

    private volatile boolean cancelled;

    FluxSubscription(CoreSubscriber<? super Object> subscriber) {
        this.subscriber = Operators.serialize(subscriber);
    }

    /** Completes when the publisher has terminated, or has been told that its subscriber is gone. */
    CompletionStage<? extends @Nullable Object> end() {
        return end;
    }

    boolean isOver() {
        return over.get();
    }

    /** Makes the subscription an operation; the subscriber has it already, and may have cancelled. */
    void enqueue(KeyedMethod method, MethodInvocation call) {
        if (isOver()) {
            return;
        }
        PreparedCall prepared = null;
        try {
            prepared = method.prepare(call, false);
            FluxTarget target = new FluxTarget(prepared, this);
            OperationFuture<@Nullable Object> future =
                    ReactorCalls.enqueue(method.coordinator(), prepared.key(), target);
            operation = future;
            if (cancelled) {
                future.cancel(false);
            }
            future.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    stop(failure);
                }
                target.tellDecorators(failure);
            });
        } catch (RuntimeException | Error e) {
            if (prepared != null) {
                prepared.ended(e);
            }
            onError(e);
        }
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
    void fail(Throwable failure) {
        if (!stop(failure)) {
            Operators.onErrorDropped(failure, currentContext());
        }
    }
}
