package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
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
                AnnotatedElementUtils.hasAnnotation(method, Async.class)
                        || AnnotatedElementUtils.hasAnnotation(targetClass, Async.class),
                method,
                "is also @Async: the body would run on yet another thread, and the key would be free before it ends",
                "Remove @Async; a method that returns void or a future does not make its caller wait.");
    }

    static ReturnStyle returnStyle(Method method) {
        Class<?> type = method.getReturnType();
        if (KotlinFunctions.isSuspending(method)) {
            return suspending(method);
        }
        if (type == void.class) {
            return ReturnStyle.VOID;
        }
        if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
            refuseIf(
                    !type.isAssignableFrom(CompletableFuture.class),
                    method,
                    "returns " + type.getTypeName() + ", a future that cannot be made here",
                    "Declare CompletableFuture, CompletionStage or Future.");
            return ReturnStyle.STAGE;
        }
        if (type.getName().equals("reactor.core.publisher.Mono")) { // by name: Reactor may be absent
            return ReturnStyle.MONO;
        }
        if (type.getName().equals("reactor.core.publisher.Flux")) {
            return ReturnStyle.FLUX;
        }
        refuseIf(
                Flow.Publisher.class.isAssignableFrom(type)
                        || ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null,
                method,
                "returns the reactive type " + type.getTypeName() + ", which is not supported",
                "Return a Mono or a Flux (Mono.from, Flux.from, JdkFlowAdapter.flowPublisherToFlux), or a CompletableFuture.");
        return ReturnStyle.VALUE;
    }

    /** Spring's proxies make a Mono of what proceeds, and suspend the caller until the Mono that they are given ends. */
    private static ReturnStyle suspending(Method method) {
        refuseIf(
                !KotlinFunctions.areBridged(),
                method,
                "is a suspending function, which Spring calls only with Kotlin's bridge to Reactor on the class path",
                "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect, or return a CompletableFuture.");
        refuseIf(
                KotlinFunctions.suspendsForFlow(method),
                method,
                "suspends and returns a Flow, which is not supported",
                "Collect the elements and return a List, or return a Flux.");
        return ReturnStyle.MONO;
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

    private static void refuseIf(boolean wrong, Method method, String what, String action) {
        if (wrong) {
            throw new MisconfiguredAtomException(
                    "%s is annotated with @KeyedSequential and %s.".formatted(Methods.describe(method), what),
                    action + " Or use KeyedCoordinator directly.");
        }
    }
}
