package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call with all that has to be taken on the caller's thread: its key, and what its decorators carry.
 *
 * @param method the method
 * @param invocation the call as data
 * @param rest the rest of the advice, and the bean's method behind it
 * @param decorated what is done around the body, or {@code null}
 * @param repeatable whether there may be more than one attempt
 */
record PreparedCall(
        KeyedMethod method,
        KeyedInvocation invocation,
        MethodInvocation rest,
        @Nullable DecoratedInvocation decorated,
        boolean repeatable) {

    Object key() {
        return invocation.key();
    }

    void ended(@Nullable Throwable failure) {
        InvocationDecorators.ended(decorated, failure);
    }
}
