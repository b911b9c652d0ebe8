package io.keyedsequential.spring.aop;

import java.util.concurrent.Callable;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns a plain value. */
final class ValueTarget extends InvocationTarget implements Callable<@Nullable Object> {

    ValueTarget(KeyedInvocation invocation, MethodInvocation rest) {
        super(invocation, rest);
    }

    @Override
    public @Nullable Object call() throws Exception {
        try {
            return proceed();
        } catch (Throwable e) {
            throw Rethrow.unchanged(e);
        }
    }
}
