package io.keyedsequential.spring.aop;

import java.lang.reflect.Proxy;
import org.springframework.util.ClassUtils;

/**
 * Classes that exist for their interfaces only: of JDK proxies and lambdas. They are final, and Spring advises
 * their interfaces.
 */
final class Generated {

    private Generated() {}

    static boolean isGenerated(Class<?> type) {
        return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
    }
}
