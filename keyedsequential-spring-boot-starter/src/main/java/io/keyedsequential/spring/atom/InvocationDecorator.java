package io.keyedsequential.spring.atom;

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
}
