package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.Reservation;
import io.keyedsequential.spring.aop.InvocationTarget.AnyTarget;
import io.keyedsequential.spring.aop.InvocationTarget.ReactiveTarget;
import io.keyedsequential.spring.aop.InvocationTarget.StageTarget;
import io.keyedsequential.spring.aop.InvocationTarget.ValueTarget;
import io.keyedsequential.spring.aop.InvocationTarget.VoidTarget;
import io.keyedsequential.spring.aop.KeyedMethod.PreparedCall;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.aop.reactive.ReactiveCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** What a call does, according to what its method returns. */
@SuppressWarnings("FutureReturnValueIgnored") // futures are for the callers; those of void methods get none
enum ReturnStyle {

    /** Enqueues and returns. */
    VOID {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            enqueueVoid(method.prepare(call, false), null);
            return null;
        }
    },

    /** Enqueues and returns a future; throws nothing. */
    STAGE {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            try {
                return enqueueStage(method.prepare(call, false), null);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        Object refused(Throwable refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    },

    /** Enqueues on subscription. */
    MONO {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return ReactiveTarget.mono(method, call);
        }

        @Override
        Object refused(Throwable refusal) {
            return ReactiveCalls.monoOf(refusal);
        }
    },

    /** Enqueues on subscription. */
    FLUX {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return ReactiveTarget.flux(method, call);
        }

        @Override
        Object refused(Throwable refusal) {
            return ReactiveCalls.fluxOf(refusal);
        }
    },

    /** Waits for the key's turn and runs the method on the caller's thread. */
    VALUE {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return takeTurn(new ValueTarget(method.prepare(call, true)));
        }
    },

    /** As {@link #VALUE}; what the method returns decides when its turn ends. */
    ANY {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return takeTurn(new AnyTarget(method.prepare(call, true)));
        }
    };

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.scheduler.Schedulers", ReturnStyle.class.getClassLoader());

    abstract @Nullable Object enqueue(KeyedMethod method, MethodInvocation call);

    /** Whether calls may be kept by an engine: their callers go on before the body runs. */
    boolean isStorable() {
        return this == VOID || this == STAGE;
    }

    /**
     * What a call answers that was refused before it was enqueued; throws the refusal where methods of the style throw.
     */
    Object refused(Throwable refusal) {
        throw Methods.rethrow(refusal);
    }

    /**
     * Whether the thread must not wait, such as one of an event loop: Reactor's {@code NonBlocking}, and what is
     * registered with it. Where another caller would wait for room or for its turn, it is rejected.
     */
    static boolean isOnNonBlockingThread() {
        return REACTOR && ReactiveCalls.isOnNonBlockingThread();
    }

    /**
     * Enqueues a call of a method that returns nothing; throws if it is rejected.
     *
     * @param place the one that was reserved for it, if one was
     */
    static void enqueueVoid(PreparedCall call, @Nullable Reservation place) {
        VoidTarget target = new VoidTarget(call);
        try {
            // The target is told of the end, and so the engine leaves the failure to it: otherwise it would be logged a
            // second time. Where a future is needed to be told, no caller keeps it.
            if (place != null) {
                tellEnd(target, place.submit(target));
            } else if (isOnNonBlockingThread()) {
                tellEnd(target, call.method().coordinator().trySubmit(call.key(), target));
            } else {
                call.method().coordinator().execute(call.key(), target, target);
            }
        } catch (RuntimeException | Error e) {
            call.ended(e);
            throw e;
        }
    }

    private static void tellEnd(VoidTarget target, OperationFuture<@Nullable Object> future) {
        future.whenComplete((nothing, failure) -> target.ended(future.operationId(), failure));
    }

    /**
     * Enqueues a call of a method that returns a future, which has failed if the call is rejected.
     *
     * @param place the one that was reserved for it, if one was
     */
    static CompletableFuture<? extends @Nullable Object> enqueueStage(PreparedCall call, @Nullable Reservation place) {
        KeyedMethod method = call.method();
        try {
            StageTarget target = new StageTarget(call, method.blockingFutures());
            return tellEnd(
                    call,
                    place != null
                            ? place.submitAsync(target)
                            : isOnNonBlockingThread()
                                    ? method.coordinator().trySubmitAsync(call.key(), target)
                                    : method.coordinator().submitAsync(call.key(), target));
        } catch (RuntimeException | Error e) {
            call.ended(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Calls a method on the thread that calls it, which waits for its turn unless it must not. */
    private static @Nullable Object takeTurn(ValueTarget target) {
        PreparedCall call = target.preparedCall();
        KeyedCoordinator<Object> coordinator = call.method().coordinator();
        Object result;
        try {
            result = isOnNonBlockingThread()
                    ? coordinator.tryCall(call.key(), target)
                    : coordinator.call(call.key(), target);
        } catch (Throwable e) { // call throws what the method does, checked or not
            call.ended(e);
            // What the method does not throw it cannot declare either: a proxy would make a riddle of it.
            throw e instanceof TimeoutException timeout && !target.hasThrown(e)
                    ? call.method().failures().timedOut(timeout, call.invocation())
                    : Methods.rethrow(e);
        }
        call.ended(null);
        return result;
    }

    /** A dependent costs an allocation: only where a decorator wants to know. */
    private static <R extends @Nullable Object> OperationFuture<R> tellEnd(
            PreparedCall call, OperationFuture<R> future) {
        if (call.decorated() != null) {
            future.whenComplete((result, failure) -> call.ended(failure));
        }
        return future;
    }
}
