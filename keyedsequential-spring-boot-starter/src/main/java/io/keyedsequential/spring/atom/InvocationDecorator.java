package io.keyedsequential.spring.atom;

import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import org.jspecify.annotations.Nullable;

/**
 * Carries something from the caller of an annotated method to its body: a context that is bound to the caller's thread,
 * or an observation. Beans of this type are asked in their order; the first of them is the outermost around the body.
 */
@FunctionalInterface
public interface InvocationDecorator {

    /**
     * Called on the caller's thread for every call, before it is enqueued; for a method that returns a {@code Mono} or
     * a {@code Flux}, on the subscriber's thread for every subscription. What it throws is thrown to the caller, or
     * fails the future or the publisher; the method does not run then.
     *
     * @param invocation the call
     * @param callersThread whether the caller runs the body itself, as it does for methods that return a plain value
     * @return what to do around the body, or {@code null} if there is nothing to carry
     */
    @Nullable
    DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread);

    /**
     * Gives a call a key whose key expression has yielded {@code null}. Called on the caller's thread, before
     * {@link #decorate}; the first decorator that knows one decides.
     *
     * @param operation what is called
     * @return the key of this call, or {@code null}, as by default: a call that no decorator has a key for is refused
     */
    default @Nullable Object keyInsteadOfNull(OperationSignature operation) {
        return null;
    }

    /** What an {@link InvocationDecorator} does around one call. */
    @FunctionalInterface
    interface DecoratedInvocation {

        /**
         * Runs one attempt, on the thread that runs the body; {@link io.keyedsequential.OperationContext#current()}
         * tells which operation and attempt it is. Called again for each further attempt.
         *
         * @param body to be run once, with what was carried in place; that has to be gone when this returns
         * @return what the body returns; for a method that returns a future, that future, which may not be complete;
         *     for one that returns a {@code Mono} or a {@code Flux}, which is subscribed to inside the body, a stage
         *     that completes with it
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
}
