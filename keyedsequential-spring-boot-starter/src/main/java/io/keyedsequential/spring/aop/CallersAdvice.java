package io.keyedsequential.spring.aop;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Advice that is for callers: a stored call has been through it when it was made, and the thread that delivers it is
 * no caller.
 */
record CallersAdvice(KeyedSequentialInterceptor keyed, MethodInterceptor advice) implements MethodInterceptor {

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        return keyed.isDelivery(call.getMethod()) ? call.proceed() : advice.invoke(call);
    }
}
