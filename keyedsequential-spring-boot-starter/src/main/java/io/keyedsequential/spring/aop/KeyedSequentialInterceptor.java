package io.keyedsequential.spring.aop;

import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Turns the calls of one bean into operations. */
final class KeyedSequentialInterceptor implements MethodInterceptor {

    private final Supplier<KeyedBean> bean;

    /** Looks the bean up at the first call: interceptors are made before what they need may be. */
    KeyedSequentialInterceptor(Supplier<KeyedBean> bean) {
        this.bean = bean;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        KeyedMethod method = bean.get().find(call.getMethod());
        return method == null ? call.proceed() : method.enqueue(call);
    }
}
