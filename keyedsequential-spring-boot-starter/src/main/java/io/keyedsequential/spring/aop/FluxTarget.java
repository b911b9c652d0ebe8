package io.keyedsequential.spring.aop;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Runs a method that returns a {@link Flux}, which holds the key until it has terminated. */
final class FluxTarget extends InvocationTarget implements Supplier<CompletionStage<? extends @Nullable Object>> {

    private final FluxSubscription subscription;

    FluxTarget(PreparedCall call, FluxSubscription subscription) {
        super(call);
        this.subscription = subscription;
    }

    @Override
    public CompletionStage<? extends @Nullable Object> get() {
        if (!subscription.isOver()) {
            try {
                proceed();
            } catch (Throwable e) {
                subscription.fail(e);
            }
        }
        return subscription.end();
    }

    @Override
    @Nullable
    Object invoke(MethodInvocation rest) throws Throwable {
        if (rest.proceed() instanceof Flux<?> publisher) {
            publisher.subscribe(subscription);
        } else {
            subscription.onComplete(); // null, as for a future
        }
        return subscription.end();
    }
}
