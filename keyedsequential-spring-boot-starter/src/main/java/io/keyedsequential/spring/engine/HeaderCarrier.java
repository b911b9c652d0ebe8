package io.keyedsequential.spring.engine;

import java.util.Map;
import java.util.function.BiConsumer;

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
}
