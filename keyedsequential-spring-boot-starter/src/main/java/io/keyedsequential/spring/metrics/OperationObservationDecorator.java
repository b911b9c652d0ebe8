package io.keyedsequential.spring.metrics;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.metrics.OperationObservationContext.Outcome;
import io.keyedsequential.spring.metrics.OperationObservationDocumentation.Events;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/**
 * Observes every call of an annotated method: one observation per operation, whose parent is what the caller is in, and
 * which is current in the body.
 */
@Order(OperationObservationDecorator.ORDER)
final class OperationObservationDecorator implements InvocationDecorator {

    /**
     * Inside of everything that is carried from the caller; outside of decorators that say nothing about their order.
     */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2000;

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
    OperationObservationDecorator(
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

    /** One operation under observation, which has been started on the caller's thread. */
    static final class ObservedOperation implements DecoratedInvocation {

        private final Observation observation;
        private final OperationObservationContext context;

        ObservedOperation(Observation observation, OperationObservationContext context) {
            this.observation = observation;
            this.context = context;
        }

        @Override
        @SuppressWarnings("try") // the scope is only there while its block runs
        public @Nullable Object run(Body body) throws Throwable {
            OperationContext.current().ifPresent(this::begun);
            try (Observation.Scope ignored = observation.openScope()) {
                return body.run();
            }
        }

        private void begun(OperationContext operation) {
            context.begun(operation.operationId());
            observation.event(operation.attempt() == 1 ? Events.STARTED : Events.RETRIED);
        }

        @Override
        public @Nullable String traceId() {
            return TraceIds.of(context);
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            Outcome outcome = Outcome.of(failure);
            context.ended(outcome);
            if (failure != null && outcome != Outcome.CANCELLED) { // to withdraw a call is no error
                observation.error(failure);
            }
            observation.stop();
        }
    }

    /** The traces of observations, where Micrometer Tracing is there. */
    static final class TraceIds {

        private static final boolean ARE_THERE = ClassUtils.isPresent(
                "io.micrometer.tracing.handler.TracingObservationHandler", TraceIds.class.getClassLoader());

        private TraceIds() {}

        static @Nullable String of(Observation.ContextView context) {
            return ARE_THERE ? Traced.idOf(context) : null;
        }

        /** Loaded only where its types are. */
        private static final class Traced {

            static @Nullable String idOf(Observation.ContextView context) {
                TracingObservationHandler.TracingContext tracing =
                        context.get(TracingObservationHandler.TracingContext.class);
                Span span = tracing == null ? null : tracing.getSpan();
                return span == null ? null : span.context().traceId();
            }
        }
    }
}
