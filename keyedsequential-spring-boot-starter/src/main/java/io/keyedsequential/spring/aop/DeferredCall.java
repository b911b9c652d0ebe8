package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.Reservation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call that has been made, and becomes an operation when the caller's transaction has committed. Its place is
 * reserved when it is made: where there is none, the caller is told while it can still roll back.
 */
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
            defer(method.prepare(call, false), DeferredVoid::new);
            return null;
        }
        try {
            return defer(method.prepare(call, false), DeferredFuture::new);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <C extends DeferredCall> C defer(
            PreparedCall call, BiFunction<PreparedCall, Reservation, C> deferred) {
        try {
            KeyedCoordinator<Object> coordinator = call.method().coordinator();
            Reservation place = NonBlockingThreads.isCurrent()
                    ? coordinator.tryReserve(call.key())
                    : coordinator.reserve(call.key());
            try {
                C made = deferred.apply(call, place);
                AfterCommit.enqueue(made);
                call.method().countDeferred();
                return made;
            } catch (RuntimeException | Error e) {
                place.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            call.ended(e);
            throw e;
        }
    }

    /** What callers get that wait for a call that was withdrawn. */
    static CancellationException cancellation(PreparedCall call, String why) {
        return new CancellationException(call.method().describe() + " was not enqueued: " + why);
    }
}
