package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.aop.context.MdcCarrier.OperationMdc;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.engine.HeaderCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * The carriers, for the auto-configuration. Most need a library that may be absent: each is a class of its own, which
 * is loaded when it is asked for here.
 */
public final class CallersContext {

    /*
     * Which carrier is inside of which around the body; smaller numbers are outside. The application's task decorators
     * are inside of all that is carried for it: what they put in place counts. What names the operation is inside of
     * them, because a decorator that exchanges the whole MDC would remove it, and so is the operation's observation,
     * whose trace ids may be in the MDC.
     */

    static final int SNAPSHOT = Ordered.HIGHEST_PRECEDENCE + 1000;
    static final int OBSERVATION = SNAPSHOT + 10;
    static final int LOCALE = SNAPSHOT + 20;
    static final int SECURITY = SNAPSHOT + 30;
    static final int MDC = SNAPSHOT + 40;
    static final int TASK_DECORATORS = SNAPSHOT + 50;
    static final int MDC_NAMES = SNAPSHOT + 60;

    private CallersContext() {}

    /**
     * Carries locale and time zone.
     *
     * @return what Spring's {@code LocaleContextHolder} holds
     */
    public static InvocationDecorator locale() {
        return new LocaleCarrier();
    }

    /**
     * Applies the application's task decorators.
     *
     * @param decorators looked up at the first call
     * @return all of them, in their order
     */
    public static InvocationDecorator taskDecorators(ObjectProvider<TaskDecorator> decorators) {
        return new TaskDecoratorCarrier(decorators);
    }

    /**
     * Carries the thread locals for which Micrometer's context propagation has an accessor.
     *
     * @param accessors asked at every call: more may be registered later
     * @return what they reach
     */
    public static InvocationDecorator threadLocals(ContextRegistry accessors) {
        return new SnapshotCarrier(accessors);
    }

    /**
     * Carries the caller's observation where context propagation, which would, is not there.
     *
     * @param registry may do nothing
     * @return what is current in it
     */
    public static InvocationDecorator observation(ObservationRegistry registry) {
        return new ObservationCarrier(registry);
    }

    /**
     * Carries the trace of the caller of a stored call.
     *
     * @param tracer asked at every call; {@code null} if nothing is traced
     * @return a header
     */
    public static HeaderCarrier trace(Supplier<@Nullable Tracer> tracer) {
        return new TraceHeaders(tracer);
    }

    /**
     * Carries who is authenticated.
     *
     * @param holder where security contexts are
     * @return the authentication that is found there
     */
    public static InvocationDecorator security(SecurityContextHolderStrategy holder) {
        return new SecurityCarrier(holder);
    }

    /**
     * Carries the MDC.
     *
     * @return the whole map
     */
    public static InvocationDecorator mdc() {
        return new MdcCarrier();
    }

    /**
     * Names the operation in the MDC. There has to be {@link #mdc()} around it.
     *
     * @param keys whether and how keys are shown
     * @param mask shows keys that are to be masked
     * @return atom, key, label and operation
     */
    public static InvocationDecorator operationNames(KeyDisplay keys, KeyMask mask) {
        return new OperationMdc(keys, mask);
    }

    /** Carries locale and time zone. */
    @Order(CallersContext.LOCALE)
    static final class LocaleCarrier implements InvocationDecorator {

        private static final DecoratedInvocation NOTHING = new Carried(null);

        @Override
        public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            if (callersThread) {
                return null;
            }
            LocaleContext carried = valuesOf(LocaleContextHolder.getLocaleContext());
            return carried == null ? NOTHING : new Carried(carried);
        }

        /** The context of a web request asks the request each time, which is over when the body runs. */
        private static @Nullable LocaleContext valuesOf(@Nullable LocaleContext context) {
            if (context == null) {
                return null;
            }
            Locale locale = context.getLocale();
            TimeZone zone = context instanceof TimeZoneAwareLocaleContext zoned ? zoned.getTimeZone() : null;
            return zone == null ? new SimpleLocaleContext(locale) : new SimpleTimeZoneAwareLocaleContext(locale, zone);
        }

        private record Carried(@Nullable LocaleContext context) implements DecoratedInvocation {

            /** Most callers and most threads have none: to look costs less than to remove. */
            @Override
            public @Nullable Object run(Body body) throws Throwable {
                LocaleContext previous = LocaleContextHolder.getLocaleContext();
                exchange(previous, context);
                try {
                    return body.run();
                } finally {
                    exchange(LocaleContextHolder.getLocaleContext(), previous);
                }
            }

            @SuppressWarnings("ReferenceEquality") // the very same one, or none and none
            private static void exchange(@Nullable LocaleContext present, @Nullable LocaleContext wanted) {
                if (present != wanted) {
                    LocaleContextHolder.setLocaleContext(wanted);
                }
            }
        }
    }

    /**
     * Carries who is authenticated. Not the security context itself: a logout empties that, and every attempt gets one
     * of its own.
     */
    @Order(CallersContext.SECURITY)
    static final class SecurityCarrier implements InvocationDecorator {

        private final SecurityContextHolderStrategy holder;

        /**
         * Carries what is found here.
         *
         * @param holder where security contexts are
         */
        SecurityCarrier(SecurityContextHolderStrategy holder) {
            this.holder = holder;
        }

        @Override
        public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            if (callersThread) {
                return null;
            }
            Authentication carried = holder.getContext().getAuthentication();
            return new Carried(holder, carried);
        }

        private record Carried(SecurityContextHolderStrategy holder, @Nullable Authentication authentication)
                implements DecoratedInvocation {

            @Override
            public @Nullable Object run(Body body) throws Throwable {
                SecurityContext previous =
                        holder.getContext(); // never null: where there is none, it makes an empty one
                SecurityContext own = holder.createEmptyContext();
                own.setAuthentication(authentication);
                holder.setContext(own);
                try {
                    return body.run();
                } finally {
                    if (previous.getAuthentication() == null) {
                        holder.clearContext();
                    } else {
                        holder.setContext(previous);
                    }
                }
            }
        }
    }

    /** Carries the caller's observation where context propagation, which would, is not there. */
    @Order(CallersContext.OBSERVATION)
    static final class ObservationCarrier implements InvocationDecorator {

        private final ObservationRegistry registry;

        /**
         * Carries what is current in this registry.
         *
         * @param registry may do nothing
         */
        ObservationCarrier(ObservationRegistry registry) {
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

    /**
     * Carries the thread locals for which Micrometer's context propagation has an accessor, among them the current
     * observation. Not the request's attributes, wherever they were registered; and not what has a carrier and a switch
     * of its own.
     */
    @Order(CallersContext.SNAPSHOT)
    static final class SnapshotCarrier implements InvocationDecorator {

        /** The keys of accessors in libraries that may be absent, which is why they are written out. */
        private final Set<Object> notCarried = Set.of(
                "org.springframework.web.context.request.RequestAttributesThreadLocalAccessor.KEY",
                "org.springframework.context.i18n.LocaleContextThreadLocalAccessor.KEY",
                "org.springframework.security.core.context.SecurityContext",
                "cp.slf4j");

        private final ContextRegistry accessors;
        private final ContextSnapshotFactory snapshots;

        /**
         * Carries what these reach.
         *
         * @param accessors asked at every call: more may be registered later
         */
        SnapshotCarrier(ContextRegistry accessors) {
            this.accessors = accessors;
            this.snapshots = ContextSnapshotFactory.builder()
                    .contextRegistry(accessors)
                    .captureKeyPredicate(this::carries)
                    .clearMissing(true)
                    .build();
        }

        private boolean carries(Object accessorKey) {
            return !notCarried.contains(accessorKey);
        }

        @Override
        public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            if (callersThread || accessors.getThreadLocalAccessors().isEmpty()) {
                return null;
            }
            ContextSnapshot snapshot = snapshots.captureAll();
            return new Carried(snapshot);
        }

        private final class Carried implements DecoratedInvocation {

            private final ContextSnapshot snapshot;

            Carried(ContextSnapshot snapshot) {
                this.snapshot = snapshot;
            }

            @Override
            @SuppressWarnings("try") // the scope is only there while its block runs
            public @Nullable Object run(Body body) throws Throwable {
                try (ContextSnapshot.Scope ignored = snapshot.setThreadLocals(SnapshotCarrier.this::carries)) {
                    return body.run();
                }
            }
        }
    }

    /**
     * Carries the trace of a stored call's caller to its body, as a {@code traceparent} of <a
     * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>, whatever the application sends over the wire.
     * No span is made for it: what the body begins has the caller's span as its parent.
     */
    @Order(CallersContext.OBSERVATION)
    static final class TraceHeaders implements HeaderCarrier {

        /** The name of the header. */
        static final String TRACE_PARENT = "traceparent";

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
        TraceHeaders(Supplier<@Nullable Tracer> tracer) {
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
}
