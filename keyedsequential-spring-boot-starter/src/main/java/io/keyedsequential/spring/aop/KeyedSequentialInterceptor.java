package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.KeyedMethods.KeyedBean;
import java.lang.reflect.Method;
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

    /** What a method means, or {@code null} if it is not annotated. */
    @Nullable
    KeyedMethod find(Method method) {
        return bean.get().find(method);
    }

    /** Whether the proxy is called to deliver a stored call, which callers' advice has seen when it was made. */
    boolean isDelivery(Method called) {
        KeyedMethod method = find(called);
        return method != null && method.isDelivery();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        KeyedMethod method = find(call.getMethod());
        return method == null ? call.proceed() : method.enqueue(call);
    }
}
