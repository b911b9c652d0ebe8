package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.engine.HeaderCarrier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/** What travels with stored calls: all carriers as one. */
final class Headers {

    private final SingletonSupplier<List<HeaderCarrier>> carriers;

    /** Looks the carriers up at the first call. */
    Headers(ObjectProvider<HeaderCarrier> carriers) {
        this.carriers = SingletonSupplier.of(() -> carriers.orderedStream().toList());
    }

    Map<String, String> capture() {
        List<HeaderCarrier> asked = carriers.obtain();
        if (asked.isEmpty()) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        asked.forEach(carrier -> carrier.capture(headers::put));
        return Collections.unmodifiableMap(headers);
    }

    /** Puts them in place, the first carrier outermost; what is returned takes all away again. */
    HeaderCarrier.Restored restore(Map<String, String> headers) {
        Deque<HeaderCarrier.Restored> restored = new ArrayDeque<>();
        try {
            carriers.obtain().forEach(carrier -> restored.push(carrier.restore(headers)));
        } catch (RuntimeException | Error e) {
            close(restored); // those before it have put something in place
            throw e;
        }
        return () -> close(restored);
    }

    /** All of them, whatever one throws. */
    private static void close(Deque<HeaderCarrier.Restored> restored) {
        HeaderCarrier.Restored last = restored.poll();
        if (last != null) {
            try {
                last.close();
            } finally {
                close(restored);
            }
        }
    }
}
