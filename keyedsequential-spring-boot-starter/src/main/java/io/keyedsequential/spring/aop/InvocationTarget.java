package io.keyedsequential.spring.aop;

import io.keyedsequential.NamedOperation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Where an invocation runs: in memory, the rest of the advice and the bean's method behind it. This is what the
 * coordinator gets as the body, in the shape that the method's return type asks for.
 */
abstract class InvocationTarget implements NamedOperation {

    private final KeyedInvocation invocation;
    private final MethodInvocation rest;

    InvocationTarget(KeyedInvocation invocation, MethodInvocation rest) {
        this.invocation = invocation;
        this.rest = rest;
    }

    @Override
    public final String operationName() {
        return invocation.operation();
    }

    final KeyedInvocation invocation() {
        return invocation;
    }

    final MethodInvocation rest() {
        return rest;
    }

    /** Runs the invocation, once. */
    final @Nullable Object proceed() throws Throwable {
        return rest.proceed();
    }
}
