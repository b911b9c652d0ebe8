package io.keyedsequential.spring.aop.context;

import io.keyedsequential.OperationContext;
import io.keyedsequential.signal.Signal;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;

/** Carries the MDC. */
@Order(CallersContext.MDC)
final class MdcCarrier implements InvocationDecorator {

    private static final DecoratedInvocation NOTHING = new Carried(null);

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread) {
            return null;
        }
        Map<String, String> carried = MDC.getCopyOfContextMap();
        return isEmpty(carried) ? NOTHING : new Carried(carried);
    }

    private static boolean isEmpty(@Nullable Map<String, String> map) {
        return map == null || map.isEmpty();
    }

    private record Carried(@Nullable Map<String, String> map) implements DecoratedInvocation {

        @Override
        public @Nullable Object run(Body body) throws Throwable {
            Map<String, String> previous = MDC.getCopyOfContextMap();
            if (map != null) {
                MDC.setContextMap(map);
            } else if (!isEmpty(previous)) {
                MDC.clear();
            }
            try {
                return body.run();
            } finally {
                if (previous == null || previous.isEmpty()) {
                    MDC.clear();
                } else {
                    MDC.setContextMap(previous);
                }
            }
        }
    }

    /**
     * Names the operation in the MDC while its body runs, also where the caller runs it. Everywhere else there has to
     * be an {@link MdcCarrier} around it.
     */
    @Order(CallersContext.MDC_NAMES)
    static final class OperationMdc implements InvocationDecorator {

        /** The atom's name. */
        static final String ATOM = "keyedsequential.atom";

        /** The key, as configured. */
        static final String KEY = "keyedsequential.key";

        /** The label, if the operation has one. */
        static final String LABEL = "keyedsequential.label";

        /** The method's id inside the atom. */
        static final String OPERATION = "keyedsequential.operation";

        /** The operation's id, as in snapshots, events and the log. */
        static final String OPERATION_ID = "keyedsequential.operation-id";

        private final KeyDisplay keys;
        private final Function<Object, String> masks;

        /**
         * Shows keys like this.
         *
         * @param keys whether and how
         * @param mask shows keys that are to be masked
         */
        OperationMdc(KeyDisplay keys, KeyMask mask) {
            this.keys = keys;
            this.masks = mask::mask;
        }

        @Override
        public DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            return callersThread ? new NamedForItsTime(invocation) : new Named(invocation);
        }

        private void name(KeyedInvocation invocation) {
            put(LABEL, invocation.label()); // first: there is seldom one to remove, and never while the map is empty
            put(ATOM, invocation.atom());
            put(KEY, keys.of(invocation.key(), masks));
            put(OPERATION, invocation.operation());
            put(OPERATION_ID, currentId());
        }

        /** Leaves the names where they are: {@link MdcCarrier}, which is around this, takes the whole map away. */
        private final class Named implements DecoratedInvocation {

            private final KeyedInvocation invocation;

            Named(KeyedInvocation invocation) {
                this.invocation = invocation;
            }

            @Override
            public @Nullable Object run(Body body) throws Throwable {
                name(invocation);
                return body.run();
            }
        }

        /** On the caller's thread, whose map stays; the caller may be an operation that is named, too. */
        private final class NamedForItsTime implements DecoratedInvocation {

            private final KeyedInvocation invocation;

            NamedForItsTime(KeyedInvocation invocation) {
                this.invocation = invocation;
            }

            @Override
            public @Nullable Object run(Body body) throws Throwable {
                String atom = MDC.get(ATOM);
                String key = MDC.get(KEY);
                String label = MDC.get(LABEL);
                String operation = MDC.get(OPERATION);
                String operationId = MDC.get(OPERATION_ID);
                name(invocation);
                try {
                    return body.run();
                } finally {
                    put(ATOM, atom);
                    put(KEY, key);
                    put(LABEL, label);
                    put(OPERATION, operation);
                    put(OPERATION_ID, operationId);
                }
            }
        }

        private static @Nullable String currentId() {
            long current = OperationContext.currentId();
            return current == Signal.NO_OPERATION ? null : Long.toString(current);
        }

        private static void put(String name, @Nullable String value) {
            if (value == null) {
                MDC.remove(name);
            } else {
                MDC.put(name, value);
            }
        }
    }
}
