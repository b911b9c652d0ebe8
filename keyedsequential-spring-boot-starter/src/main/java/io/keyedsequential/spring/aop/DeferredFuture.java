package io.keyedsequential.spring.aop;

import io.keyedsequential.Reservation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A deferred call and its result: completes as the operation does, once there is one. */
@SuppressWarnings("FutureReturnValueIgnored") // dependents are for what they do
final class DeferredFuture extends CompletableFuture<@Nullable Object> implements DeferredCall {

    private final PreparedCall call;
    private final Reservation place;

    /** The thread whose transaction is waited for; {@code null} when it has ended. */
    private volatile @Nullable Thread caller = Thread.currentThread();

    /** The operation's, once it has been enqueued. */
    private volatile @Nullable CompletableFuture<? extends @Nullable Object> operation;

    DeferredFuture(PreparedCall call, Reservation place) {
        this.call = call;
        this.place = place;
    }

    @Override
    public void committed() {
        caller = null;
        if (isCancelled()) {
            place.close();
            call.ended(DeferredCall.cancellation(call, "its future was cancelled before the commit"));
            return;
        }
        CompletableFuture<? extends @Nullable Object> enqueued = ReturnStyle.enqueueStage(call, place);
        operation = enqueued;
        // A thread that cancels marks this future and then looks for the operation; here it is the other way round. One
        // of them sees the other.
        if (isCancelled()) {
            enqueued.cancel(true);
        }
        enqueued.whenComplete((result, failure) -> {
            if (failure == null) {
                complete(result);
            } else {
                completeExceptionally(failure);
            }
        });
    }

    @Override
    public void withdrawn(String why) {
        caller = null;
        place.close();
        CancellationException cancellation = DeferredCall.cancellation(call, why);
        call.ended(cancellation);
        completeExceptionally(cancellation);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        cancelOperation(mayInterruptIfRunning); // first: code that is told of the cancellation finds the room free
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            cancelOperation(mayInterruptIfRunning);
            if (caller == Thread.currentThread()) { // otherwise the commit may be about to use it
                place.close();
            }
        }
        return cancelled;
    }

    private void cancelOperation(boolean mayInterruptIfRunning) {
        CompletableFuture<?> enqueued = operation;
        if (enqueued != null) {
            enqueued.cancel(mayInterruptIfRunning);
        }
    }

    /** Waits as the operation's future does, which lends a permit and finds deadlocks. */
    @Override
    public @Nullable Object get() throws InterruptedException, ExecutionException {
        refuseToWaitForOneself();
        CompletableFuture<? extends @Nullable Object> enqueued = operation;
        return enqueued == null || isDone() ? super.get() : enqueued.get();
    }

    /** As {@link #get()}; inside of the transaction the time runs out. */
    @Override
    public @Nullable Object get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<? extends @Nullable Object> enqueued = operation;
        return enqueued == null || isDone() ? super.get(timeout, unit) : enqueued.get(timeout, unit);
    }

    /** Waits as the operation's future does, which lends a permit and finds deadlocks. */
    @Override
    public @Nullable Object join() {
        refuseToWaitForOneself();
        CompletableFuture<? extends @Nullable Object> enqueued = operation;
        return enqueued == null || isDone() ? super.join() : enqueued.join();
    }

    private void refuseToWaitForOneself() {
        if (caller == Thread.currentThread() && !isDone()) {
            throw new IllegalStateException(call.method().describe()
                    + " is enqueued after the commit of the transaction inside which it is waited "
                    + "for, so the wait would"
                    + " never end; wait after the commit");
        }
    }
}
