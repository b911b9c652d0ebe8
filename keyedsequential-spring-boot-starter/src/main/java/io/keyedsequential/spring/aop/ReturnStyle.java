package io.keyedsequential.spring.aop;

import java.util.Map;
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
            Object key = method.keyOf(call);
            // submit, not execute: a future, though nobody keeps it, tells the engine that a failure has somebody
            // to go to. Otherwise it would be logged a second time.
            method.coordinator().submit(key, new VoidTarget(invocation(method, key, call), call, method.failures()));
            return null;
        }
    },

    /** Enqueues and returns a future; throws nothing. */
    STAGE {
        @Override
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            try {
                Object key = method.keyOf(call);
                return method.coordinator()
                        .submitAsync(
                                key, new StageTarget(invocation(method, key, call), call, method.blockingFutures()));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    },

    /** Waits for the key's turn and runs the method on the caller's thread. */
    VALUE {
        @Override
        @Nullable
        Object enqueue(KeyedMethod method, MethodInvocation call) {
            Object key = method.keyOf(call);
            return method.coordinator().call(key, new ValueTarget(invocation(method, key, call), call));
        }
    };

    abstract @Nullable Object enqueue(KeyedMethod method, MethodInvocation call);

    private static KeyedInvocation invocation(KeyedMethod method, Object key, MethodInvocation call) {
        return new KeyedInvocation(method.signature(), key, call.getArguments(), Map.of());
    }
}
