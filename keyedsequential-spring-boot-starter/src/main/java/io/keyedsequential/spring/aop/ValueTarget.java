package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Rethrow;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns a plain value. */
class ValueTarget extends InvocationTarget implements Callable<@Nullable Object> {

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
            throw Rethrow.unchanged(e);
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
