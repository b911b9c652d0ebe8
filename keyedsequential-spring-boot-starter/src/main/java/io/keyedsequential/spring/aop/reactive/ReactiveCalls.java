package io.keyedsequential.spring.aop.reactive;

import io.keyedsequential.OperationFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Calls of methods that return a {@link Mono} or a {@link Flux}: nothing happens until it is subscribed to, and
 * each subscription is one operation. Its key is evaluated, and what it carries is taken, when and where it is
 * subscribed to.
 *
 * <p>No signature mentions Reactor, which may be absent: callers have seen a method that returns one of its types.
 */
public final class ReactiveCalls {

    private ReactiveCalls() {}

    /**
     * A Mono of calls.
     *
     * @param prepared asked at every subscription
     * @return a {@link Mono}
     */
    public static Object mono(Supplier<? extends ReactiveCall> prepared) {
        return Mono.create(sink -> MonoCall.subscribe(prepared, sink));
    }

    /**
     * A Flux of calls.
     *
     * @param prepared asked at every subscription
     * @return a {@link Flux}
     */
    public static Object flux(Supplier<? extends ReactiveCall> prepared) {
        return FluxCall.publisher(prepared);
    }

    /**
     * A Mono in place of a call that was refused.
     *
     * @param refusal what its subscribers get
     * @return a {@link Mono}
     */
    public static Object monoOf(Throwable refusal) {
        return Mono.error(refusal);
    }

    /**
     * A Flux in place of a call that was refused.
     *
     * @param refusal what its subscribers get
     * @return a {@link Flux}
     */
    public static Object fluxOf(Throwable refusal) {
        return Flux.error(refusal);
    }

    /**
     * Whether the thread must not wait, such as one of an event loop: it is rejected where another one would.
     *
     * @return as Reactor knows it
     */
    public static boolean isOnNonBlockingThread() {
        return Schedulers.isInNonBlockingThread();
    }

    /** One subscription, as the advice has prepared it: a call with its key, which becomes one operation. */
    public interface ReactiveCall {

        /**
         * Makes it an operation.
         *
         * @param attempts what the operation does
         * @param mayWait whether the thread may wait for room; otherwise the call is rejected where another one would
         *     wait
         * @return ends as the operation does
         */
        OperationFuture<@Nullable Object> enqueue(Attempts attempts, boolean mayWait);

        /**
         * Tells the decorators of the end.
         *
         * @param failure what the call ended with, or {@code null}
         */
        void ended(@Nullable Throwable failure);

        /** What the operation does. Attempts follow each other. */
        interface Attempts {

            /**
             * Begins one.
             *
             * @param invocation the method, with decorators around it
             * @return completes when the publisher has terminated, or has been told that its subscriber is gone
             */
            CompletionStage<? extends @Nullable Object> begin(Invocation invocation);

            /**
             * Subscribes to what the method has returned, inside of the decorators.
             *
             * @param publisher a publisher; {@code null} from a method that returns none
             * @return what {@link #begin} returns, for the decorators
             */
            Object returned(@Nullable Object publisher);
        }

        /** The method, whose result is handed to {@link Attempts#returned}. */
        interface Invocation {

            /**
             * Calls it.
             *
             * @return what the decorators return, which tells nothing: the publisher has been handed over
             * @throws Throwable what the method or a decorator throws
             */
            @Nullable
            Object proceed() throws Throwable;
        }
    }
}
