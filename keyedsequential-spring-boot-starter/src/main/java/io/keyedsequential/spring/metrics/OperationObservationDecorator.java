package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Observes every call of an annotated method: one observation per operation, whose parent is what the caller is in, and
 * which is current in the body.
 */
@Order(OperationObservationDecorator.ORDER)
public final class OperationObservationDecorator implements InvocationDecorator {

    /**
     * Inside of everything that is carried from the caller; outside of decorators that say nothing about their order.
     */
    public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2000;

    private static final OperationObservationConvention DEFAULT = new DefaultOperationObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable OperationObservationConvention convention;
    private final KeyDisplay keys;
    private final KeyMask mask;

    /**
     * Observes with this registry.
     *
     * @param registry may do nothing
     * @param convention the application's, or {@code null} for the default
     * @param keys whether and how keys are shown
     * @param mask shows keys that are to be masked
     */
    public OperationObservationDecorator(
            ObservationRegistry registry,
            @Nullable OperationObservationConvention convention,
            KeyDisplay keys,
            KeyMask mask) {
        this.registry = registry;
        this.convention = convention;
        this.keys = keys;
        this.mask = mask;
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (registry.isNoop()) {
            return null;
        }
        OperationObservationContext context =
                new OperationObservationContext(invocation, keys.of(invocation.key(), mask::mask));
        Observation observation = // its parent is the current one
                OperationObservationDocumentation.CALL.observation(convention, DEFAULT, () -> context, registry);
        return observation.isNoop() ? null : new ObservedOperation(observation.start(), context);
    }
}
