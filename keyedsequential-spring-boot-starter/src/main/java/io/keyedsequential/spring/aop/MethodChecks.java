package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/** Refuses methods for which the annotation could not do what it says. */
final class MethodChecks {

    private static final String TRANSACTIONS =
            "org.springframework.transaction.support.TransactionSynchronizationManager";

    private MethodChecks() {}

    static void check(Method method, Class<?> targetClass) {
        refuseIf(
                Modifier.isPrivate(method.getModifiers()), method, "is private", "Make it public, or package-private.");
        refuseIf(
                Modifier.isStatic(method.getModifiers()), method, "is static", "Make it an instance method of a bean.");
        refuseIf(
                Modifier.isFinal(method.getModifiers()),
                method,
                "is final: no proxy can override it",
                KotlinFunctions.opening(method.getDeclaringClass(), "Remove 'final'."));
        refuseIf(
                isHidden(method, targetClass),
                method,
                "is package-private, and the class of the bean, %s, is in another package: no proxy can override it"
                        .formatted(targetClass.getTypeName()),
                "Make it protected or public, or override it there.");
        refuseIf(
                AnnotatedElementUtils.hasAnnotation(method, Async.class)
                        || AnnotatedElementUtils.hasAnnotation(targetClass, Async.class),
                method,
                "is also @Async: the body would run on yet another thread, and the key would be free before it ends",
                "Remove @Async; a method that returns void or a future does not make its caller wait.");
    }

    /**
     * Whether a class exists for its interfaces only, as that of a JDK proxy or a lambda does. It is final, and Spring
     * advises its interfaces.
     */
    static boolean isGenerated(Class<?> type) {
        return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
    }

    /** A proxy extends the class of the bean, in its package; two class loaders make two packages of one name. */
    private static boolean isHidden(Method method, Class<?> targetClass) {
        Class<?> declaring = method.getDeclaringClass();
        boolean packagePrivate =
                (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE)) == 0;
        return packagePrivate
                && (!declaring.getPackageName().equals(targetClass.getPackageName())
                        || declaring.getClassLoader() != targetClass.getClassLoader());
    }

    static void checkPhase(Method method, EnqueuePhase phase, ReturnStyle style, @Nullable ClassLoader classLoader) {
        if (phase == EnqueuePhase.NOW) {
            return;
        }
        refuseIf(
                style != ReturnStyle.VOID && style != ReturnStyle.STAGE,
                method,
                "has phase = AFTER_COMMIT, but returns "
                        + method.getReturnType().getTypeName()
                        + ": its caller would wait inside the transaction for what begins after it",
                "Return void or a CompletableFuture, or remove the phase.");
        refuseIf(
                !ClassUtils.isPresent(TRANSACTIONS, classLoader),
                method,
                "has phase = AFTER_COMMIT, but there are no transactions: spring-tx is not on the class path",
                "Add spring-tx (spring-boot-starter-jdbc and the starters for data bring it), or remove the phase.");
    }

    static void refuseIf(boolean wrong, Method method, String what, String action) {
        if (wrong) {
            throw new MisconfiguredAtomException(
                    "%s is annotated with @KeyedSequential and %s.".formatted(Methods.describe(method), what),
                    action + " Or use KeyedCoordinator directly.");
        }
    }

    /** What the Kotlin compiler leaves of functions, known by name: Kotlin may be absent. */
    static final class KotlinFunctions {

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
                    ? "Apply the compiler plugin kotlin-spring, which opens classes with Spring's annotations and "
                            + "their functions, or declare class and function 'open'."
                    : inJava;
        }
    }
}
