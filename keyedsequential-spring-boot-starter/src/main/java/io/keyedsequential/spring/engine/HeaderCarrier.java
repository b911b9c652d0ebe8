package io.keyedsequential.spring.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries something from the caller of a stored call to its body, which may run in another process: a trace, names of
 * the MDC. A bean; asked in order at every call of an atom that an engine keeps. Rights are better not carried: one
 * that is stored outlives its revocation.
 */
public interface HeaderCarrier {

    /**
     * Writes down what the body is to find, on the caller's thread.
     *
     * @param headers takes names and texts; names should begin with the carrier's own prefix
     */
    void capture(BiConsumer<String, String> headers);

    /**
     * Puts it in place on the thread that runs the body, around all advice inside of {@code @KeyedSequential}.
     *
     * @param headers what all carriers have captured; may come from another version of the application
     * @return takes it away again, on the same thread
     */
    Restored restore(Map<String, String> headers);

    /** What has been put in place. */
    @FunctionalInterface
    interface Restored extends AutoCloseable {

        /** Puts what was there before in its place. */
        @Override
        void close();
    }

    /**
     * Carries names of the MDC from the caller of a stored call to its body. Only names that the application lists:
     * what is stored stays with the engine until the call has ended, or longer.
     */
    final class MdcHeaders implements HeaderCarrier {

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
}
