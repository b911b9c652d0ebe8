package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Calls of methods that return a {@link Mono} or a {@link Flux}: nothing happens until it is subscribed to, and
 * each subscription is one operation. Its key is evaluated, and what it carries is taken, when and where it is
 * subscribed to.
 *
 * <p>This class and those that begin with {@code Mono} and {@code Flux} are the only ones that know Reactor, which may
 * be absent; their callers have seen a method that returns one of its types.
 */
final class ReactorCalls {

    private ReactorCalls() {}

    static Mono<Object> mono(KeyedMethod method, MethodInvocation call) {
        return Mono.create(sink -> subscribe(method, call, sink));
    }

    private static void subscribe(KeyedMethod method, MethodInvocation call, MonoSink<Object> sink) {
        PreparedCall prepared = null;
        try {
            prepared = method.prepare(copyOf(call), false);
            MonoTarget target = new MonoTarget(prepared, sink.contextView());
            OperationFuture<@Nullable Object> future = enqueue(method.coordinator(), prepared.key(), target);
            future.whenComplete((value, failure) -> target.ended(sink, value, failure));
            sink.onCancel(() -> target.cancel(future));
        } catch (RuntimeException | Error e) {
            if (prepared != null) {
                prepared.ended(e);
            }
            sink.error(e);
        }
    }

    static Flux<Object> flux(KeyedMethod method, MethodInvocation call) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                FluxSubscription subscription = new FluxSubscription(subscriber);
                subscriber.onSubscribe(subscription);
                subscription.enqueue(method, copyOf(call));
            }
        };
    }

    /** A thread of an event loop must not wait for room: it is rejected where another one would. */
    static OperationFuture<@Nullable Object> enqueue(
            KeyedCoordinator<Object> coordinator,
            Object key,
            Supplier<CompletionStage<? extends @Nullable Object>> target) {
        return isOnNonBlockingThread() ? coordinator.trySubmitAsync(key, target) : coordinator.submitAsync(key, target);
    }

    static Mono<Object> monoOf(Throwable refusal) {
        return Mono.error(refusal);
    }

    static Flux<Object> fluxOf(Throwable refusal) {
        return Flux.error(refusal);
    }

    static boolean isOnNonBlockingThread() {
        return Schedulers.isInNonBlockingThread();
    }

    /** To proceed uses an invocation up, and there may be several subscriptions. */
    private static MethodInvocation copyOf(MethodInvocation call) {
        return call instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : call;
    }
}
