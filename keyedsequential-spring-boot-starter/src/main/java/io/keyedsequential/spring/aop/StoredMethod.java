package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.AfterCommit.DeferredCall.DeferredStored;
import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.HeaderCarrier;
import io.keyedsequential.spring.engine.StoredCall;
import io.keyedsequential.spring.engine.StoredOperation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * An annotated method whose atom an engine keeps. Its calls are stored; later the engine delivers them, through the
 * bean's proxy, so that all other advice applies. The interceptor tells a delivery from a call by a mark on the thread,
 * which it takes off: what the body calls is a call again.
 */
final class StoredMethod implements StoredOperation {

    private final KeyedMethod method;
    private final StoredMethods shared;

    /** Written once, before the first call. */
    private @Nullable EngineAtom engine;

    StoredMethod(KeyedMethod method, StoredMethods shared) {
        this.method = method;
        this.shared = shared;
    }

    void keptBy(EngineAtom atom) {
        engine = atom;
    }

    /** What the interceptor does with a call. */
    @Nullable
    Object called(MethodInvocation call) throws Throwable {
        Delivery delivery = delivered();
        if (delivery != null) {
            shared.deliveries().remove();
            return run(delivery.invocation(), call);
        }
        return store(call);
    }

    /** What is on its way through the proxy on this thread; {@code null} if this is a call. */
    @Nullable
    Delivery delivered() {
        Delivery delivery = shared.deliveries().get();
        return delivery != null && delivery.method().isSameAs(this) ? delivery : null;
    }

    private @Nullable Object store(MethodInvocation call) {
        EngineAtom kept = engine;
        if (kept == null) {
            throw new IllegalStateException(method.describe() + " is called before its atom is opened");
        }
        if (method.returnStyle() == ReturnStyle.VOID) {
            StoredCall stored = toStore(call);
            Runnable afterCommit = method.isDeferring() ? kept.afterCommit(stored) : null;
            if (afterCommit == null) {
                kept.enqueue(stored);
            } else {
                AfterCommit.enqueue(new DeferredStored(method, stored.invocation(), afterCommit));
                method.countDeferred();
            }
            return null;
        }
        try {
            return kept.submit(toStore(call));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private StoredCall toStore(MethodInvocation call) {
        KeyedInvocation invocation = method.invocation(call, shared.headers().capture());
        Values values = new Values(method);
        return new StoredCall(
                invocation, values.idempotencyKey(call.getArguments()), values.runAfter(call.getArguments()));
    }

    /**
     * Decorators are asked here, as on the thread of a caller that runs the body itself: the caller's own thread
     * is gone.
     */
    private @Nullable Object run(KeyedInvocation invocation, MethodInvocation call) throws Throwable {
        DecoratedInvocation decorated = shared.decorators().decorate(invocation, true);
        if (decorated == null) {
            return call.proceed();
        }
        Object result;
        try {
            result = decorated.run(call::proceed);
        } catch (Throwable e) {
            InvocationDecorators.ended(decorated, e);
            throw e;
        }
        if (result instanceof CompletionStage<?> stage) {
            return stage.whenComplete((nothing, failure) -> InvocationDecorators.ended(decorated, failure));
        }
        InvocationDecorators.ended(decorated, null);
        return result;
    }

    @Override
    public @Nullable Object deliver(KeyedInvocation invocation) throws Throwable {
        Object bean = shared.bean(beanName());
        Method callable = AopUtils.selectInvocableMethod(method.method(), bean.getClass());
        ReflectionUtils.makeAccessible(callable);
        Delivery outer = shared.deliveries().get();
        HeaderCarrier.Restored restored = shared.headers().restore(invocation.headers());
        shared.deliveries().set(new Delivery(this, invocation));
        try {
            return callable.invoke(bean, invocation.arguments());
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        } finally {
            if (outer == null) {
                shared.deliveries().remove();
            } else {
                shared.deliveries().set(outer);
            }
            restored.close();
        }
    }

    /** One method may be known twice: by the class that has it, and by an interface that declares it. */
    private boolean isSameAs(StoredMethod other) {
        return method().equals(other.method()) && beanName().equals(other.beanName());
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return Refusals.isRefusal(failure);
    }

    @Override
    public void failed(KeyedInvocation invocation, long operationId, int attempts, Throwable failure) {
        if (method.returnStyle() == ReturnStyle.VOID) {
            shared.failures().tell(failure, operationId, attempts, invocation, method());
        }
    }

    @Override
    public OperationSignature signature() {
        return method.signature();
    }

    @Override
    public Method method() {
        return method.method();
    }

    @Override
    public String beanName() {
        return method.storedAttributes().beanName();
    }

    @Override
    public boolean hasIdempotencyKey() {
        return method.storedAttributes().idempotencyKey() != null;
    }

    @Override
    public boolean hasRunAfter() {
        return method.storedAttributes().runAfter() != null;
    }

    /**
     * What counts of an annotated method only where an engine keeps its calls.
     *
     * @param beanName the name of its bean, which is looked up when a call is delivered
     * @param idempotencyKey what a call is known by, or {@code null}
     * @param runAfter when a call may begin, or {@code null}
     */
    record Attributes(String beanName, @Nullable KeyExpression idempotencyKey, @Nullable KeyExpression runAfter) {}

    /**
     * A stored call on its way through the bean's proxy.
     *
     * @param method whose call it is
     * @param invocation what was stored
     */
    record Delivery(StoredMethod method, KeyedInvocation invocation) {}

    /**
     * Takes from the arguments of a call what an engine is to know of it besides its key. Refuses what it could not
     * keep.
     */
    static final class Values {

        private final KeyedMethod method;

        Values(KeyedMethod method) {
            this.method = method;
        }

        /** As it prints; {@code null} if the call has none. */
        @Nullable
        String idempotencyKey(@Nullable Object[] arguments) {
            Object value = value("idempotencyKey", method.storedAttributes().idempotencyKey(), arguments);
            if (value == null) {
                return null;
            }
            if (!printsWhatItIs(value.getClass())) {
                throw wrong(
                        "idempotencyKey",
                        value,
                        "which prints differently in every process; yield a text, a number or a UUID");
            }
            return value.toString();
        }

        @Nullable
        Instant runAfter(@Nullable Object[] arguments) {
            Object value = value("runAfter", method.storedAttributes().runAfter(), arguments);
            if (value == null) {
                return null;
            }
            if (value instanceof Duration delay) {
                return Instant.now().plus(delay);
            }
            if (value instanceof OffsetDateTime time) {
                return time.toInstant();
            }
            if (value instanceof ZonedDateTime time) {
                return time.toInstant();
            }
            if (value instanceof Instant instant) {
                return instant;
            }
            throw wrong(
                    "runAfter",
                    value,
                    "which is no point of time; yield an Instant, OffsetDateTime, ZonedDateTime or Duration");
        }

        private @Nullable Object value(
                String attribute, @Nullable KeyExpression expression, @Nullable Object[] arguments) {
            if (expression == null) {
                return null;
            }
            try {
                return expression.evaluate(arguments);
            } catch (RuntimeException e) {
                throw new KeyEvaluationException(
                        "%s: the %s '%s' of %s cannot be evaluated: %s"
                                .formatted(
                                        method.signature().atom(),
                                        attribute,
                                        expression,
                                        Methods.describe(method.method()),
                                        e.getMessage()),
                        e);
            }
        }

        /** A class without a {@code toString} of its own, and an array, print where they stand in memory. */
        private static boolean printsWhatItIs(Class<?> type) {
            try {
                return type.getMethod("toString").getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException e) {
                return false;
            }
        }

        private KeyEvaluationException wrong(String attribute, Object value, String why) {
            return new KeyEvaluationException(
                    "%s: the %s of %s is a %s, %s"
                            .formatted(
                                    method.signature().atom(),
                                    attribute,
                                    Methods.describe(method.method()),
                                    value.getClass().getTypeName(),
                                    why),
                    null);
        }
    }
}
