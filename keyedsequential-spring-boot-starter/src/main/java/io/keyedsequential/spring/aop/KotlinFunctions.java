package io.keyedsequential.spring.aop;

import java.lang.reflect.Method;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** What the Kotlin compiler leaves of functions, known by name: Kotlin may be absent. */
final class KotlinFunctions {

    private static final boolean BRIDGED = KotlinDetector.isKotlinReflectPresent()
            && ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", KotlinFunctions.class.getClassLoader());

    private KotlinFunctions() {}

    /** Without asking whether Kotlin is there: a body that ran without its coroutine would be worse. */
    static boolean isSuspending(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length > 0 && types[types.length - 1].getName().equals("kotlin.coroutines.Continuation");
    }

    /** Whether Spring can turn suspending functions into publishers, and back. */
    static boolean areBridged() {
        return BRIDGED;
    }

    /** Whether the result that a suspending function passes to its continuation is a Flow. */
    static boolean suspendsForFlow(Method method) {
        Class<?> result = suspendsFor(method).resolve();
        return result != null && result.getName().equals("kotlinx.coroutines.flow.Flow");
    }

    /** The type of the result that a suspending function passes to its continuation. */
    static ResolvableType suspendsFor(Method method) {
        return ResolvableType.forMethodParameter(method, method.getParameterCount() - 1)
                .getGeneric(0);
    }

    /** How to open something final: in Kotlin everything is that is not declared otherwise. */
    static String opening(Class<?> type, String inJava) {
        return KotlinDetector.isKotlinType(type)
                ? "Apply the compiler plugin kotlin-spring, which opens classes with Spring's annotations and their functions, or declare class and function 'open'."
                : inJava;
    }
}
