package io.keyedsequential.spring.aop;

import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The annotated methods of one bean; of all instances, if it has several. */
final class KeyedBean {

    private final KeyedMethodFactory factory;
    private final String beanName;
    private final Class<?> targetClass;
    private final ConcurrentMap<Method, KeyedMethod> methods = new ConcurrentHashMap<>();

    KeyedBean(KeyedMethodFactory factory, String beanName, Class<?> targetClass) {
        this.factory = factory;
        this.beanName = beanName;
        this.targetClass = targetClass;
    }

    /** The method, read and checked when it is first asked for; {@code null} if it is not annotated. */
    @Nullable
    KeyedMethod find(Method method) {
        KeyedMethod known = methods.get(method);
        if (known != null) {
            return known;
        }
        // Not inside computeIfAbsent: reading the annotation asks the bean factory, which may come back here.
        KeyedMethod read = factory.create(beanName, method, targetClass);
        if (read == null) {
            return null;
        }
        KeyedMethod earlier = methods.putIfAbsent(method, read);
        return earlier == null ? read : earlier;
    }
}
