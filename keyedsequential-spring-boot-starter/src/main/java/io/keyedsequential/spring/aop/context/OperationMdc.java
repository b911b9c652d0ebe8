package io.keyedsequential.spring.aop.context;

import io.keyedsequential.OperationContext;
import io.keyedsequential.signal.Signal;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;

/**
 * Names the operation in the MDC while its body runs, also where the caller runs it. Everywhere else there has to be an
 * {@link MdcCarrier} around it.
 */
@Order(CarrierOrder.MDC_NAMES)
public final class OperationMdc implements InvocationDecorator {

    /** The atom's name. */
    public static final String ATOM = "keyedsequential.atom";

    /** The key, as configured. */
    public static final String KEY = "keyedsequential.key";

    /** The label, if the operation has one. */
    public static final String LABEL = "keyedsequential.label";

    /** The method's id inside the atom. */
    public static final String OPERATION = "keyedsequential.operation";

    /** The operation's id, as in snapshots, events and the log. */
    public static final String OPERATION_ID = "keyedsequential.operation-id";

    private final KeyDisplay keys;
    private final Function<Object, String> masks;

    /**
     * Shows keys like this.
     *
     * @param keys whether and how
     * @param mask shows keys that are to be masked
     */
    public OperationMdc(KeyDisplay keys, KeyMask mask) {
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
