package io.keyedsequential.spring.atom;

import org.jspecify.annotations.Nullable;

/** What an {@link InvocationDecorator} does around one call. */
@FunctionalInterface
public interface DecoratedInvocation {

    /**
     * Runs one attempt, on the thread that runs the body; {@link io.keyedsequential.OperationContext#current()} tells
     * which operation and attempt it is. Called again for each further attempt.
     *
     * @param body to be run once, with what was carried in place; that has to be gone when this returns
     * @return what the body returns; for a method that returns a future, that future, which may not be complete; for
     *     one that returns a {@code Mono} or a {@code Flux}, which is subscribed to inside the body, a stage that
     *     completes with it
     * @throws Throwable what the body throws, unchanged
     */
    @Nullable
    Object run(Body body) throws Throwable;

    /**
     * The operation has ended, with all its attempts, or was refused. Called once, on any thread, outside of
     * {@link #run}. What it throws is logged.
     *
     * @param failure what the caller's future, if it has one, ends with; {@code null} if the operation completed
     */
    default void ended(@Nullable Throwable failure) {}

    /**
     * The trace that the call belongs to, for operators who look at the operation. Called on any thread and at any
     * time, also when the operation has ended; should cost next to nothing.
     *
     * @return the id as the tracing system finds it, or {@code null} if this knows of none
     */
    default @Nullable String traceId() {
        return null;
    }

    /** The rest of the advice, and the method behind it. */
    @FunctionalInterface
    interface Body {

        /**
         * Runs it.
         *
         * @return what the method returns
         * @throws Throwable what the method throws
         */
        @Nullable
        Object run() throws Throwable;
    }
}
