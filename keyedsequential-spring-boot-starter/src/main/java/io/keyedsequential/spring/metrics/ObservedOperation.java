package io.keyedsequential.spring.metrics;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.metrics.OperationObservationDocumentation.Events;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** One operation under observation, which has been started on the caller's thread. */
final class ObservedOperation implements DecoratedInvocation {

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
        OperationOutcome outcome = OperationOutcome.of(failure);
        context.ended(outcome);
        if (failure != null && outcome != OperationOutcome.CANCELLED) { // to withdraw a call is no error
            observation.error(failure);
        }
        observation.stop();
    }
}
