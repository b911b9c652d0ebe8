package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.DecoratedInvocation;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;

/** Carries the MDC. */
@Order(CarrierOrder.MDC)
public final class MdcCarrier implements InvocationDecorator {

    /** Carries the whole map. */
    public MdcCarrier() {}

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread) {
            return null;
        }
        Map<String, String> carried = MDC.getCopyOfContextMap();
        return body -> run(carried, body);
    }

    private static @Nullable Object run(@Nullable Map<String, String> carried, DecoratedInvocation.Body body)
            throws Throwable {
        Map<String, String> previous = MDC.getCopyOfContextMap();
        exchange(carried);
        try {
            return body.run();
        } finally {
            exchange(previous);
        }
    }

    private static void exchange(@Nullable Map<String, String> map) {
        if (map == null || map.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(map);
        }
    }
}
