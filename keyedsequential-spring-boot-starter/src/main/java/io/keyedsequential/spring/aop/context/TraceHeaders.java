package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.engine.HeaderCarrier;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;

/**
 * Carries the trace of a stored call's caller to its body, as a {@code traceparent} of <a
 * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>, whatever the application sends over the wire. No
 * span is made for it: what the body begins has the caller's span as its parent.
 */
@Order(CarrierOrder.OBSERVATION)
public final class TraceHeaders implements HeaderCarrier {

    /** The name of the header. */
    public static final String TRACE_PARENT = "traceparent";

    /** Versions to come may add parts at the end. */
    private static final Pattern FORMAT = Pattern.compile(
            "[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f](?<flags>[0-9a-f])(-.*)?");

    private static final int DIGITS_OF_TRACE = 32;
    private static final Restored NOTHING = () -> {};

    private final Supplier<@Nullable Tracer> tracer;

    /**
     * Carries what is current in this tracer.
     *
     * @param tracer asked at every call; {@code null} if nothing is traced
     */
    public TraceHeaders(Supplier<@Nullable Tracer> tracer) {
        this.tracer = tracer;
    }

    @Override
    public void capture(BiConsumer<String, String> headers) {
        Tracer asked = tracer.get();
        Span current = asked == null ? null : asked.currentSpan();
        if (current != null && !current.isNoop()) {
            TraceContext context = current.context();
            headers.accept(
                    TRACE_PARENT,
                    "00-%s-%s-%s"
                            .formatted(
                                    padded(context.traceId()),
                                    context.spanId(),
                                    Boolean.TRUE.equals(context.sampled()) ? "01" : "00"));
        }
    }

    /** Some tracers have ids of 64 bits. */
    private static String padded(String traceId) {
        return "0".repeat(Math.max(0, DIGITS_OF_TRACE - traceId.length())) + traceId;
    }

    @Override
    public Restored restore(Map<String, String> headers) {
        Tracer asked = tracer.get();
        String header = headers.get(TRACE_PARENT);
        Matcher parts = FORMAT.matcher(header == null ? "" : header);
        if (asked == null || !parts.matches()) {
            return NOTHING;
        }
        TraceContext context = asked.traceContextBuilder()
                .traceId(parts.group("trace"))
                .spanId(parts.group("span"))
                .sampled((Character.digit(parts.group("flags").charAt(0), 16) & 1) == 1)
                .build();
        CurrentTraceContext.Scope scope = asked.currentTraceContext().newScope(context);
        return scope::close;
    }
}
