package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LabeledOperation;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.OperationEnd;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.RefusingOperation;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.aop.KeyedMethod.PreparedCall;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.aop.reactive.ReactiveCalls;
import io.keyedsequential.spring.aop.reactive.ReactiveCalls.ReactiveCall;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Where an invocation runs: in memory, the rest of the advice and the bean's method behind it. This is what the
 * coordinator gets as the body, in the shape that the method's return type asks for.
 */
abstract class InvocationTarget implements NamedOperation, LabeledOperation, RefusingOperation {

    private final PreparedCall call;

    InvocationTarget(PreparedCall call) {
        this.call = call;
    }

    @Override
    public final String operationName() {
        return call.invocation().operation();
    }

    @Override
    public final @Nullable String operationLabel() {
        return call.invocation().label();
    }

    @Override
    public final @Nullable String operationTrace() {
        DecoratedInvocation decorated = call.decorated();
        return decorated == null ? null : decorated.traceId();
    }

    /** The wrong caller, or the wrong arguments, say nothing of the key: it is not to be parked for them. */
    @Override
    public final boolean isRefusal(Throwable failure) {
        return Refusals.isRefusal(failure);
    }

    final KeyedInvocation invocation() {
        return call.invocation();
    }

    final void tellDecorators(@Nullable Throwable failure) {
        call.ended(failure);
    }

    final PreparedCall preparedCall() {
        return call;
    }

    final MethodInvocation rest() {
        return call.rest();
    }

    /** Runs the invocation, once for every attempt. */
    final @Nullable Object proceed() throws Throwable {
        // To proceed uses an invocation up: a second attempt would find no advice left, and run without a transaction.
        MethodInvocation attempt = call.repeatable() && rest() instanceof ProxyMethodInvocation proxied
                ? proxied.invocableClone()
                : rest();
        DecoratedInvocation decorated = call.decorated();
        return decorated == null ? invoke(attempt) : decorated.run(() -> invoke(attempt));
    }

    /** What decorators surround: the rest of the advice, and what has to be done with what it returns. */
    @Nullable
    Object invoke(MethodInvocation attempt) throws Throwable {
        return attempt.proceed();
    }

    /** Runs a method that returns a plain value. */
    static class ValueTarget extends InvocationTarget implements Callable<@Nullable Object> {

        /** What the latest attempt has thrown. Attempts and their caller are one thread. */
        private @Nullable Throwable thrown;

        ValueTarget(PreparedCall call) {
            super(call);
        }

        @Override
        public final @Nullable Object call() throws Exception {
            try {
                return finished(proceed());
            } catch (Throwable e) {
                thrown = e;
                throw Methods.rethrow(e);
            }
        }

        /**
         * What the method has returned, when nothing of it is under way any more: an application's type may be a
         * stage, too.
         */
        @Nullable
        Object finished(@Nullable Object returned) throws InterruptedException {
            return returned instanceof CompletionStage<?> stage ? awaited(stage) : returned;
        }

        /** Waits inside of the turn, with the caller's thread; how the future ends is for the caller to find out. */
        final Object awaited(Object unfinished) throws InterruptedException {
            Future<?> future = unfinished instanceof Future<?> known ? known : endOf((CompletionStage<?>) unfinished);
            preparedCall().method().blockingFutures().warnIfUnfinished(future, unfinished, rest().getMethod());
            try {
                future.get();
            } catch (ExecutionException | CancellationException e) {
                return unfinished; // which carries it
            } catch (InterruptedException e) {
                future.cancel(true);
                throw e;
            }
            return unfinished;
        }

        private static Future<?> endOf(CompletionStage<?> stage) {
            CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
            stage.whenComplete((result, failure) -> end.complete(null));
            return end;
        }

        /** Whether the method has thrown this, and not the coordinator. */
        @SuppressWarnings("ReferenceEquality")
        final boolean hasThrown(Throwable failure) {
            return failure == thrown;
        }
    }

    /**
     * Runs a method whose declared type says nothing of what it returns, such as {@code Object}. What is under way is
     * waited for inside of the turn; what would only begin later, when the key is free, is refused.
     */
    static final class AnyTarget extends ValueTarget {

        AnyTarget(PreparedCall call) {
            super(call);
        }

        @Override
        @Nullable
        Object finished(@Nullable Object returned) throws InterruptedException {
            if (returned instanceof RunnableFuture<?>
                    || (returned != null && ReturnTypes.isBegunLater(returned.getClass()))) {
                throw new IllegalStateException(
                        ("%s: %s returned a %s, whose work would be done when the key is free. Declare "
                                        + "the type that it returns, so that the start-up can tell, or return the "
                                        + "finished value.")
                                .formatted(
                                        invocation().atom(),
                                        Methods.describe(rest().getMethod()),
                                        returned.getClass().getName()));
            }
            return returned instanceof Future<?> future ? awaited(future) : super.finished(returned);
        }
    }

    /** Runs a method that returns nothing, and tells of its failure when no other attempt follows. */
    static final class VoidTarget extends InvocationTarget
            implements Runnable, Callable<@Nullable Object>, OperationEnd {

        /** How often the body has begun. Written by one attempt after the other; a timeout reads it meanwhile. */
        private volatile int attempts;

        /** What the latest attempt has thrown. */
        private volatile @Nullable Throwable thrown;

        VoidTarget(PreparedCall call) {
            super(call);
        }

        @Override
        public void run() {
            int before = attempts;
            attempts = before + 1;
            try {
                proceed();
            } catch (Throwable e) {
                thrown = e;
                throw Methods.rethrow(e);
            }
        }

        @Override
        public @Nullable Object call() {
            run();
            return null;
        }

        /** The operation has ended, with all its attempts. */
        @Override
        public void ended(long operationId, @Nullable Throwable failure) {
            try {
                if (failure != null && isFailure(failure)) {
                    UncaughtFailures failures = preparedCall().method().failures();
                    failures.tell(failure, operationId, attempts, invocation(), rest().getMethod());
                }
            } finally {
                tellDecorators(failure);
            }
        }

        /** One that was cancelled, purged or shed has not failed; but a body may throw the same exceptions. */
        @SuppressWarnings("ReferenceEquality")
        private boolean isFailure(Throwable failure) {
            boolean takenOut =
                    failure instanceof CancellationException || failure instanceof RejectedOperationException;
            return !takenOut || failure == thrown;
        }
    }

    /** Runs a method that returns a future, which holds the key until it is complete. */
    static final class StageTarget extends InvocationTarget
            implements Supplier<CompletionStage<? extends @Nullable Object>> {

        private final BlockingFutures blockingFutures;

        /** What the body of the present attempt has returned. */
        private @Nullable Object returned;

        StageTarget(PreparedCall call, BlockingFutures blockingFutures) {
            super(call);
            this.blockingFutures = blockingFutures;
        }

        @Override
        public CompletionStage<? extends @Nullable Object> get() {
            returned = null;
            try {
                return stageOf(proceed());
            } catch (Throwable e) {
                if (returned == null) {
                    return CompletableFuture.failedFuture(e);
                }
                // A decorator has failed when the body had begun something, which holds the key all the same.
                return stageOf(returned).handle((result, failure) -> {
                    throw new CompletionException(e);
                });
            }
        }

        private CompletionStage<? extends @Nullable Object> stageOf(@Nullable Object future) {
            if (future instanceof CompletionStage<?> stage) {
                return stage;
            }
            return future instanceof Future<?> blocking
                    ? blockingFutures.await(blocking, rest().getMethod())
                    : CompletableFuture.completedFuture(null); // as @Async does when a body returns null
        }

        @Override
        @Nullable
        Object invoke(MethodInvocation attempt) throws Throwable {
            returned = attempt.proceed();
            return returned;
        }
    }

    /**
     * Futures that cannot tell when they are complete. A thread has to wait for them, since the key is held until they
     * are; a warning says once per method that this takes a thread and a permit.
     */
    static final class BlockingFutures {

        private static final Log log = LogFactory.getLog(InvocationTarget.class);

        private final Set<Method> warned = ConcurrentHashMap.newKeySet();

        /** A method that is to return a plain value has returned something that its caller's thread waits for. */
        void warnIfUnfinished(Future<?> future, Object returned, Method method) {
            if (!future.isDone() && warned.add(method)) {
                log.warn(("%s returned a %s, although it does not declare a future: its caller waits with a permit "
                                + "until it is done. Declare CompletableFuture to hold only the key.")
                        .formatted(Methods.describe(method), returned.getClass().getName()));
            }
        }

        CompletionStage<? extends @Nullable Object> await(Future<?> future, Method method) {
            if (!future.isDone() && warned.add(method)) {
                log.warn(("%s returned a %s, which is no CompletionStage: a thread and a permit wait until it is done."
                                + " Return a CompletableFuture to hold only the key.")
                        .formatted(Methods.describe(method), future.getClass().getName()));
            }
            try {
                return CompletableFuture.completedFuture(future.get());
            } catch (ExecutionException e) {
                return CompletableFuture.failedFuture(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    /**
     * Runs a method that returns a publisher, which holds the key until it has terminated. Loaded when such a method is
     * called: what subscribes and is subscribed to needs Reactor, and is in a package of its own.
     */
    static final class ReactiveTarget extends InvocationTarget
            implements Supplier<CompletionStage<? extends @Nullable Object>> {

        private final ReactiveCall.Attempts attempts;

        private ReactiveTarget(PreparedCall call, ReactiveCall.Attempts attempts) {
            super(call);
            this.attempts = attempts;
        }

        /** What a caller of a method gets that returns a Mono. */
        static Object mono(KeyedMethod method, MethodInvocation call) {
            return ReactiveCalls.mono(() -> Subscribed.to(method, call));
        }

        /** What a caller of a method gets that returns a Flux. */
        static Object flux(KeyedMethod method, MethodInvocation call) {
            return ReactiveCalls.flux(() -> Subscribed.to(method, call));
        }

        @Override
        public CompletionStage<? extends @Nullable Object> get() {
            return attempts.begin(this::proceed);
        }

        @Override
        Object invoke(MethodInvocation attempt) throws Throwable {
            return attempts.returned(attempt.proceed());
        }

        /** A call, once for every subscription. */
        private record Subscribed(PreparedCall call) implements ReactiveCall {

            /** To proceed uses an invocation up, and there may be several subscriptions. */
            static Subscribed to(KeyedMethod method, MethodInvocation call) {
                MethodInvocation own = call instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : call;
                return new Subscribed(method.prepare(own, false));
            }

            @Override
            public OperationFuture<@Nullable Object> enqueue(Attempts attempts, boolean mayWait) {
                KeyedCoordinator<Object> coordinator = call.method().coordinator();
                ReactiveTarget target = new ReactiveTarget(call, attempts);
                return mayWait
                        ? coordinator.submitAsync(call.key(), target)
                        : coordinator.trySubmitAsync(call.key(), target);
            }

            @Override
            public void ended(@Nullable Throwable failure) {
                call.ended(failure);
            }
        }
    }
}
