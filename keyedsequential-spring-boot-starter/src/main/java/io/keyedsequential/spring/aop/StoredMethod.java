package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.engine.EngineAtom;
import io.keyedsequential.spring.engine.HeaderCarrier;
import io.keyedsequential.spring.engine.StoredCall;
import io.keyedsequential.spring.engine.StoredOperation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
        StoredValues values = new StoredValues(method);
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
}
