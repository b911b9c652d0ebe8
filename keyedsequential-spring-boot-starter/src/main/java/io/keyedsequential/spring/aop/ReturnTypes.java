package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.MethodChecks.KotlinFunctions;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What the type that a method returns says of the end of its work. Refuses types whose work begins or ends after the
 * method has returned and that cannot hold the key until then.
 */
final class ReturnTypes {

    /** By name: most of them may be absent. What extends or implements one of them is of its kind. */
    private static final String[] LATER = {
        "java.util.concurrent.Callable",
        "java.util.concurrent.Flow$Publisher",
        "java.util.stream.BaseStream",
        "java.util.Iterator",
        "java.util.Spliterator",
        "java.util.Enumeration",
        "org.reactivestreams.Publisher",
        "org.springframework.web.context.request.async.DeferredResult",
        "org.springframework.web.context.request.async.WebAsyncTask",
        "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
        "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody",
        "kotlin.sequences.Sequence",
        "kotlinx.coroutines.Job",
        "kotlinx.coroutines.flow.Flow"
    };

    /** How futures of other libraries are turned into Java's. */
    private static final String[] CONVERSIONS = {
        "toCompletionStage", "toCompletableFuture", "subscribeAsCompletionStage"
    };

    private static final String KEY_WOULD_BE_FREE = ": the key would be free before its work is done";

    /** Walking up the types of a value is too much for every call. */
    private static final ClassValue<Boolean> BEGUN_LATER = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return !CompletionStage.class.isAssignableFrom(type)
                    && !Future.class.isAssignableFrom(type)
                    && (isReactive(type) || isLater(type));
        }
    };

    private ReturnTypes() {}

    /**
     * The type that a method of a bean returns, with type variables replaced where the bean's class or definition
     * tells them.
     *
     * @param declared how the bean is defined, which for a lambda or an instance of a generic class tells more than
     *     its class
     */
    static ResolvableType of(Method method, Class<?> targetClass, @Nullable ResolvableType declared) {
        ResolvableType type = ResolvableType.forMethodReturnType(method, targetClass);
        if (declared == null || (type.resolve() != null && !type.hasUnresolvableGenerics())) {
            return type;
        }
        ResolvableType owner = declared.as(method.getDeclaringClass());
        if (owner == ResolvableType.NONE) {
            return type;
        }
        ResolvableType defined = ResolvableType.forType(method.getGenericReturnType(), owner);
        return defined.resolve() == null ? type : defined;
    }

    static ReturnStyle style(Method method, ResolvableType type) {
        if (KotlinFunctions.isSuspending(method)) {
            return suspending(method);
        }
        Class<?> resolved = type.resolve(method.getReturnType());
        if (resolved == void.class || resolved == Void.class) {
            // Void of a type variable: there is nothing to wait for, but a caller that wants to know how it ended.
            return method.getReturnType() == void.class ? ReturnStyle.VOID : ReturnStyle.VALUE;
        }
        ReturnStyle style = style(method, resolved);
        refuseContained(method, type);
        return style;
    }

    private static ReturnStyle style(Method method, Class<?> type) {
        if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
            MethodChecks.refuseIf(
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
        MethodChecks.refuseIf(
                isReactive(type),
                method,
                "returns the reactive type " + type.getTypeName() + ", which is not supported",
                "Return a Mono or a Flux (Mono.from, Flux.from, JdkFlowAdapter.flowPublisherToFlux), "
                        + "or a CompletableFuture.");
        MethodChecks.refuseIf(
                isLater(type),
                method,
                "returns " + type.getTypeName() + KEY_WOULD_BE_FREE,
                "Return a CompletableFuture, a Mono or a Flux, which hold the key until they are "
                        + "complete, or the finished value (a List instead of a Stream); a caller may wrap "
                        + "what it gets.");
        return saysNothing(type) ? ReturnStyle.ANY : ReturnStyle.VALUE;
    }

    /**
     * Spring's proxies make a Mono of what proceeds, and suspend the caller until the Mono that they are given ends.
     */
    private static ReturnStyle suspending(Method method) {
        MethodChecks.refuseIf(
                !KotlinFunctions.areBridged(),
                method,
                "is a suspending function, which Spring calls only with Kotlin's bridge to Reactor on the class path",
                "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and "
                        + "org.jetbrains.kotlin:kotlin-reflect, or return a CompletableFuture.");
        MethodChecks.refuseIf(
                KotlinFunctions.suspendsForFlow(method),
                method,
                "suspends and returns a Flow, which is not supported",
                "Collect the elements and return a List, or return a Flux.");
        ResolvableType result = KotlinFunctions.suspendsFor(method);
        Class<?> resolved = result.resolve();
        MethodChecks.refuseIf(
                resolved != null && isUnfinished(resolved),
                method,
                "suspends and returns " + result + KEY_WOULD_BE_FREE,
                "Await it inside of the function and return its result.");
        refuseContained(method, result);
        return ReturnStyle.MONO;
    }

    /** A future in a ResponseEntity, an Optional, a List or in another future: it is not waited for. */
    private static void refuseContained(Method method, ResolvableType type) {
        contained(type, new HashSet<>()).ifPresent(found -> {
            String inner = found.resolve(Object.class).getSimpleName();
            MethodChecks.refuseIf(
                    true,
                    method,
                    "returns %s, which may hold a %s%s".formatted(type, inner, KEY_WOULD_BE_FREE),
                    "Let the outermost type be the one that is waited for, with a finished value "
                            + "inside: CompletableFuture<ResponseEntity<…>> instead of "
                            + "ResponseEntity<CompletableFuture<…>>, CompletableFuture<List<…>> instead of "
                            + "List<CompletableFuture<…>>.");
        });
    }

    private static Optional<ResolvableType> contained(ResolvableType container, Set<Class<?>> seen) {
        Class<?> type = container.resolve();
        if (type == null || type == Class.class || type.getPackageName().equals("java.util.function")) {
            return Optional.empty();
        }
        Stream<ResolvableType> parts =
                container.isArray() ? Stream.of(container.getComponentType()) : Stream.of(container.getGenerics());
        return Stream.concat(
                        parts.flatMap(part -> {
                            Class<?> resolved = part.resolve();
                            return resolved != null && isUnfinished(resolved)
                                    ? Stream.of(part)
                                    : contained(part, seen).stream();
                        }),
                        inherited(container, type, seen))
                .findFirst();
    }

    /** {@code class Replies extends ArrayList<CompletableFuture<Reply>>}. */
    private static Stream<ResolvableType> inherited(ResolvableType container, Class<?> type, Set<Class<?>> seen) {
        return type.getName().startsWith("java.") || !seen.add(type)
                ? Stream.empty()
                : Stream.concat(Stream.of(container.getSuperType()), Stream.of(container.getInterfaces()))
                        .flatMap(parent -> contained(parent, seen).stream());
    }

    /** Whether work may go on when there is a value of this type already. */
    private static boolean isUnfinished(Class<?> type) {
        return Future.class.isAssignableFrom(type)
                || CompletionStage.class.isAssignableFrom(type)
                || isReactive(type)
                || isLater(type);
    }

    /** Whether a value of this class, which is no future, has still to be asked for its work. */
    static boolean isBegunLater(Class<?> type) {
        return BEGUN_LATER.get(type);
    }

    private static boolean isReactive(Class<?> type) {
        return Flow.Publisher.class.isAssignableFrom(type)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
    }

    /** Whether a type is for what is done later, by another thread or when it is asked. */
    private static boolean isLater(Class<?> type) {
        return type == Supplier.class
                || type == Runnable.class
                || isOneOfThese(type)
                || Stream.of(CONVERSIONS).anyMatch(name -> ClassUtils.hasMethod(type, name));
    }

    private static boolean isOneOfThese(@Nullable Class<?> type) {
        return type != null
                && (Arrays.asList(LATER).contains(type.getName())
                        || isOneOfThese(type.getSuperclass())
                        || Stream.of(type.getInterfaces()).anyMatch(ReturnTypes::isOneOfThese));
    }

    /** {@code Object}, {@code AutoCloseable}: what is returned may be of any kind. */
    private static boolean saysNothing(Class<?> type) {
        return type.isAssignableFrom(CompletableFuture.class) || type.isAssignableFrom(Stream.class);
    }
}
