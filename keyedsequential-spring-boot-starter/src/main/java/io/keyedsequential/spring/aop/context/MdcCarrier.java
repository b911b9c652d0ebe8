package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;

/** Carries the MDC. */
@Order(CarrierOrder.MDC)
public final class MdcCarrier implements InvocationDecorator {

    private static final DecoratedInvocation NOTHING = new Carried(null);

    /** Carries the whole map. */
    public MdcCarrier() {}

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
}
