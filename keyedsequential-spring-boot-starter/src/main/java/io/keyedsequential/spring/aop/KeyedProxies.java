package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * Tells of a bean, as others call it, what its methods mean. For modules that call annotated methods on behalf
 * of others.
 */
public final class KeyedProxies {

    private KeyedProxies() {}

    /**
     * What a call of a method becomes.
     *
     * @param bean the bean, with its proxies
     * @param method a method of it, or of an interface that it implements
     * @return empty if its calls become no operations
     */
    public static Optional<OperationSignature> signature(Object bean, Method method) {
        @Nullable Object proxy = bean;
        while (proxy instanceof Advised advised) {
            Optional<OperationSignature> found = Arrays.stream(advised.getAdvisors())
                    .map(advisor -> advisor.getAdvice())
                    .filter(KeyedSequentialInterceptor.class::isInstance)
                    .map(KeyedSequentialInterceptor.class::cast)
                    .flatMap(interceptor -> Optional.ofNullable(interceptor.find(method)).stream())
                    .map(KeyedMethod::signature)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            proxy = AopProxyUtils.getSingletonTarget(proxy);
        }
        return Optional.empty();
    }
}
