package io.keyedsequential.spring.aop;

import io.keyedsequential.OperationFuture;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** What a call does, according to what its method returns. */
@SuppressWarnings("FutureReturnValueIgnored") // futures are for the callers; those of void methods get none
enum ReturnStyle {

    /** Enqueues and returns. */
    VOID {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            enqueueVoid(method.prepare(call, false));
            return null;
        }
    },

    /** Enqueues and returns a future; throws nothing. */
    STAGE {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            try {
                return enqueueStage(method.prepare(call, false));
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    },

    /** Enqueues when somebody subscribes. */
    MONO {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return ReactorCalls.mono(method, call);
        }
    },

    /** Enqueues when somebody subscribes. */
    FLUX {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            return ReactorCalls.flux(method, call);
        }
    },

    /** Waits for the key's turn and runs the method on the caller's thread. */
    VALUE {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            PreparedCall prepared = method.prepare(call, true);
            Object result;
            try {
                result = method.coordinator().call(prepared.key(), new ValueTarget(prepared));
            } catch (Throwable e) { // call throws what the method does, checked or not
                prepared.ended(e);
                throw Rethrow.unchanged(e);
            }
            prepared.ended(null);
            return result;
        }
    };

    abstract @Nullable Object enqueue(KeyedMethod method, MethodInvocation call);

    /** Whether calls may be kept by an engine: their callers go on before the body runs. */
    boolean isStorable() {
        return this == VOID || this == STAGE;
    }

    /** Enqueues a call of a method that returns nothing; throws if it is rejected. */
    static void enqueueVoid(PreparedCall call) {
        KeyedMethod method = call.method();
        VoidTarget target = new VoidTarget(call, method.failures());
        OperationFuture<@Nullable Object> future;
        try {
            // submit, not execute: the future, though no caller keeps it, says when the last attempt has failed, and so
            // the engine knows that the failure has somebody to go to. Otherwise it would be logged a second time.
            future = method.coordinator().submit(call.key(), target);
        } catch (RuntimeException | Error e) {
            call.ended(e);
            throw e;
        }
        future.whenComplete((nothing, failure) -> target.ended(future.operationId(), failure));
    }

    /** Enqueues a call of a method that returns a future, which has failed if the call is rejected. */
    static CompletableFuture<? extends @Nullable Object> enqueueStage(PreparedCall call) {
        KeyedMethod method = call.method();
        try {
            return tellEnd(
                    call,
                    method.coordinator().submitAsync(call.key(), new StageTarget(call, method.blockingFutures())));
        } catch (RuntimeException | Error e) {
            call.ended(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A dependent costs an allocation: only where somebody wants to know. */
    private static <R extends @Nullable Object> OperationFuture<R> tellEnd(
            PreparedCall call, OperationFuture<R> future) {
        if (call.decorated() != null) {
            future.whenComplete((result, failure) -> call.ended(failure));
        }
        return future;
    }
}
