package io.keyedsequential.spring.aop.key;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How messages name methods, and how what a method throws reaches its caller. */
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

    /**
     * Throws what a method threw, unchanged, from code whose signature cannot declare it. Never returns; declared to,
     * so that {@code throw Methods.rethrow(e)} ends the path for the compiler.
     *
     * @param error what is thrown, checked or not
     * @return never
     */
    public static RuntimeException rethrow(Throwable error) {
        return Methods.<RuntimeException>asUnchecked(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast at run time
    private static <E extends Throwable> E asUnchecked(Throwable error) throws E {
        throw (E) error;
    }
}
