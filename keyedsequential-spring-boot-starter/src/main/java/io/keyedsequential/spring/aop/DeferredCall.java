package io.keyedsequential.spring.aop;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A call that has been made, and becomes an operation when the caller's transaction has committed. */
interface DeferredCall {

    /** Enqueues the call. Throws nothing: the transaction has succeeded, whatever becomes of the call. */
    void committed();

    /**
     * Does not enqueue the call, ever. Told at most once, and not after {@link #committed()}.
     *
     * @param why in a sentence without a subject
     */
    void withdrawn(String why);

    /** Takes a call inside a transaction; what its method returns is the answer. */
    static @Nullable Object enqueue(KeyedMethod method, ReturnStyle style, MethodInvocation call) {
        if (style == ReturnStyle.VOID) {
            AfterCommit.enqueue(new DeferredVoid(method.prepare(call, false)));
            return null;
        }
        PreparedCall prepared;
        try {
            prepared = method.prepare(call, false);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
        DeferredFuture future = new DeferredFuture(prepared);
        AfterCommit.enqueue(future);
        return future;
    }

    /** What those are told who wait for a call that was withdrawn. */
    static CancellationException cancellation(PreparedCall call, String why) {
        return new CancellationException(call.method().describe() + " was not enqueued: " + why);
    }
}
