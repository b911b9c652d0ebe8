package io.keyedsequential.spring.aop;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Around what refuses calls before they are enqueued: a method that never throws does not throw refusals either. */
final class RefusalTranslation implements MethodInterceptor {

    private final KeyedSequentialInterceptor keyed;

    RefusalTranslation(KeyedSequentialInterceptor keyed) {
        this.keyed = keyed;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        KeyedMethod method = keyed.find(call.getMethod());
        try {
            return call.proceed();
        } catch (RuntimeException | Error e) {
            if (method == null) {
                throw e;
            }
            return method.refused(e);
        }
    }
}
