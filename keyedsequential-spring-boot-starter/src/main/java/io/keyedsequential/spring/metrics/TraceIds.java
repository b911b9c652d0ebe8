package io.keyedsequential.spring.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** The traces of observations, where Micrometer Tracing is there. */
final class TraceIds {

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
