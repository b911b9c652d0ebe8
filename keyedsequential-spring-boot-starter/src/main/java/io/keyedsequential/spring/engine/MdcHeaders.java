package io.keyedsequential.spring.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries names of the MDC from the caller of a stored call to its body. Only names that the application lists: what is
 * stored stays with the engine until the call has ended, or longer.
 */
public final class MdcHeaders implements HeaderCarrier {

    private static final String PREFIX = "mdc.";

    private final List<String> names;

    /**
     * Carries these.
     *
     * @param names as the MDC has them
     */
    public MdcHeaders(List<String> names) {
        this.names = List.copyOf(names);
    }

    @Override
    public void capture(BiConsumer<String, String> headers) {
        for (String name : names) {
            String value = MDC.get(name);
            if (value != null) {
                headers.accept(PREFIX + name, value);
            }
        }
    }

    /** Restores listed names only, also from calls that a version with a longer list has written. */
    @Override
    public Restored restore(Map<String, String> headers) {
        Map<String, @Nullable String> before = new HashMap<>();
        for (String name : names) {
            String value = headers.get(PREFIX + name);
            if (value != null) {
                before.put(name, MDC.get(name));
                MDC.put(name, value);
            }
        }
        return () -> before.forEach(MdcHeaders::put);
    }

    private static void put(String name, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, value);
        }
    }
}
