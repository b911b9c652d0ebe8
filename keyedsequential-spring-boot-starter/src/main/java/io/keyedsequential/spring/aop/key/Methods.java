package io.keyedsequential.spring.aop.key;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How messages name methods. */
public final class Methods {

    private Methods() {}

    /**
     * Such as {@code com.acme.OrderService.process(Order)}.
     *
     * @param method the method
     * @return its class, its name and the simple names of its parameters' types
     */
    public static String describe(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(
                        ", ", method.getDeclaringClass().getTypeName() + "." + method.getName() + "(", ")"));
    }
}
