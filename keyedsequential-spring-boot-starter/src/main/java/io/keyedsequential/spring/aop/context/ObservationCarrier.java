package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;

/** Carries the caller's observation where context propagation, which would, is not there. */
@Order(CarrierOrder.OBSERVATION)
public final class ObservationCarrier implements InvocationDecorator {

    private final ObservationRegistry registry;

    /**
     * Carries what is current in this registry.
     *
     * @param registry may do nothing
     */
    public ObservationCarrier(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        Observation current = callersThread ? null : registry.getCurrentObservation();
        return current == null ? null : new Carried(current);
    }

    private record Carried(Observation observation) implements DecoratedInvocation {

        @Override
        @SuppressWarnings("try") // the scope is only there while its block runs
        public @Nullable Object run(Body body) throws Throwable {
            try (Observation.Scope ignored = observation.openScope()) {
                return body.run();
            }
        }
    }
}
