package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the items of a stream, one stream after another, and asks for as many as there is room for.
 *
 * <p><strong>The window.</strong> An item takes a share of the window from the moment it is asked for until its
 * operation leaves the queue: {@code outstanding + unstarted <= window <= capacity}. So what a stream brings into
 * memory is bounded, and with the atom to itself every item finds room when it comes. Where it finds none, because
 * other producers were quicker or its key is full, it is {@link StreamOverflow set aside}, and nothing more is asked
 * for until it is in. The engine knows nothing of all this: an atom without a stream pays nothing for it.
 *
 * <p><strong>Calls to the publisher</strong> are made by one thread at a time and under no lock, as Reactive Streams
 * asks (rule 2.7): a thread that finds another one calling leaves, and the caller looks again when it is back.
 */
final class StreamIntake<T, K> implements Flow.Subscriber<T> {

    /** Items that are asked for or queued at most: enough to hide the way to a publisher and back. */
    static final int MOST_WINDOW = 256;

    private final StripedCoordinator<K> coordinator;
    private final Function<? super T, ? extends K> keyOf;
    private final Function<? super T, ? extends Runnable> bodyOf;
    private final StreamOverflow<K> aside;
    private final int window;

    /** Fewer are not asked for: a call to a publisher may be dear. */
    private final int batch;

    /** Plain: it is held for a few instructions, once when an item comes and once when it leaves the queue. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Whether a stream is being taken: from its subscription until {@link #end} is complete. */
    @GuardedBy("lock")
    private boolean active;

    /** Whom to ask; {@code null} once the publisher has said its last, or was cancelled. */
    @GuardedBy("lock")
    private Flow.@Nullable Subscription subscription;

    /** Whom to cancel. */
    @GuardedBy("lock")
    private final Deque<Flow.Subscription> toCancel = new ArrayDeque<>();

    /** Whether a thread is calling the publisher. */
    @GuardedBy("lock")
    private boolean calling;

    /** Asked for and not come yet. */
    @GuardedBy("lock")
    private int outstanding;

    /** Come and not left the queue yet, or set aside. */
    @GuardedBy("lock")
    private int unstarted;

    /** What the publisher ended with. */
    @GuardedBy("lock")
    private @Nullable Throwable error;

    @GuardedBy("lock")
    private CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    StreamIntake(
            StripedCoordinator<K> coordinator,
            Function<? super T, ? extends K> keyOf,
            Function<? super T, ? extends Runnable> bodyOf) {
        this.coordinator = coordinator;
        this.keyOf = keyOf;
        this.bodyOf = bodyOf;
        this.window = Math.min(coordinator.options().capacity(), MOST_WINDOW);
        this.batch = Math.max(1, window / 2);
        this.aside = new StreamOverflow<>(
                coordinator.crew,
                coordinator.intake,
                this,
                coordinator.options().overflowPolicy() == OverflowPolicy.BLOCK);
        coordinator.atClose(aside::close);
        coordinator.beforeTheEnd(this::cancel); // what the publisher has not sent yet, it keeps
    }

    // ---------------------------------------------------------------- what the publisher says

    @Override
    public void onSubscribe(Flow.Subscription offered) {
        StackHeadroom.check();
        Preconditions.notNull(coordinator.name(), "subscription", offered);
        boolean accepted;
        lock.lock();
        try {
            accepted = !active;
            if (accepted) {
                active = true;
                subscription = offered;
                outstanding = 0;
                if (end.isDone()) {
                    end = new CompletableFuture<>();
                }
            }
        } finally {
            lock.unlock();
        }
        if (accepted) {
            call();
        } else {
            cancel(offered);
        }
    }

    @Override
    public void onNext(T item) {
        StackHeadroom.check();
        Preconditions.notNull(coordinator.name(), "item", item);
        try {
            K key = keyOf.apply(item);
            StreamOperation<K> operation = new StreamOperation<>(this, key, bodyOf.apply(item), System.nanoTime());
            coordinator.keyTypes.see(key); // here, and not where it is offered: the log is foreign, and there is a lock
            lock.lock();
            try {
                unstarted++;
                outstanding =
                        Math.max(0, outstanding - 1); // one that was asked for before a cancellation may come late
            } finally {
                lock.unlock();
            }
            take(operation);
        } catch (Throwable e) { // a publisher has no use for it, and may throw it at others
            fail("an item could not be taken and is lost", e);
        }
    }

    private void take(StreamOperation<K> operation) {
        try {
            aside.take(operation);
        } catch (Throwable e) {
            if (operation.giveShareBack()) {
                freeShare();
            }
            throw e;
        }
    }

    @Override
    public void onError(Throwable failure) {
        StackHeadroom.check();
        Preconditions.notNull(coordinator.name(), "error", failure);
        log("the stream ended with an error; what was taken of it still runs", failure);
        terminated(failure);
    }

    @Override
    public void onComplete() {
        StackHeadroom.check();
        terminated(null);
    }

    private void terminated(@Nullable Throwable failure) {
        lock.lock();
        try {
            if (subscription != null) {
                subscription = null;
                error = failure;
            }
        } finally {
            lock.unlock();
        }
        endIfAllIsIn();
    }

    // ---------------------------------------------------------------- what the atom says

    /**
     * An operation of a stream has left the queue: it is about to run, or was cancelled, purged or not started in time.
     */
    void leftQueue() {
        boolean due = freeShare();
        try {
            aside.retry();
        } catch (Throwable e) { // memory is short: not the fault of the operation that runs here
            fail("what waits for room could not be enqueued", e);
        }
        if (due) {
            call();
        }
    }

    /** An item was rejected for good; who counted it has told the listener. */
    void rejected(RejectedOperationException rejection) {
        freeShare();
        end(rejection);
    }

    /** Nothing is set aside now. */
    void asideEmptied() {
        endIfAllIsIn();
        call();
    }

    /** Ends the stream because of something that should not be. */
    void fail(String what, Throwable cause) {
        log(what + "; the stream is cancelled", cause);
        end(cause);
    }

    /** Ends the stream on the atom's side. */
    void cancel() {
        end(new CancellationException(
                coordinator.name() + ": the stream was cancelled because the atom drains or closes"));
    }

    /** The end of the present stream. */
    CompletionStage<@Nullable Void> end() {
        lock.lock();
        try {
            return end.minimalCompletionStage();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the share of one item back.
     *
     * @return whether more is to be asked for now
     */
    private boolean freeShare() {
        lock.lock();
        try {
            unstarted--;
            return more() > 0;
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- the end

    private void endIfAllIsIn() {
        CompletableFuture<@Nullable Void> ended;
        Throwable failure;
        lock.lock();
        try {
            if (!active || subscription != null || !aside.isEmpty()) {
                return;
            }
            active = false;
            ended = end;
            failure = error;
            error = null;
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
    }

    private void end(Throwable cause) {
        CompletableFuture<@Nullable Void> ended;
        lock.lock();
        try {
            if (!active) {
                return;
            }
            active = false;
            if (subscription != null) {
                toCancel.add(subscription);
                subscription = null;
            }
            ended = end;
        } finally {
            lock.unlock();
        }
        call();
        ended.completeExceptionally(cause);
    }

    // ---------------------------------------------------------------- what the publisher is told

    /** Cancels or asks for more, as long as there is cause to. */
    private void call() {
        while (true) {
            Flow.Subscription cancelled;
            Flow.Subscription asked = null;
            int more = 0;
            lock.lock();
            try {
                if (calling) {
                    return;
                }
                cancelled = toCancel.poll();
                if (cancelled == null) {
                    asked = subscription;
                    more = more();
                    outstanding += more;
                }
                if (cancelled == null && more == 0) {
                    return;
                }
                calling = true;
            } finally {
                lock.unlock();
            }
            if (cancelled != null) {
                cancel(cancelled);
            } else if (asked != null) {
                request(asked, more);
            }
            lock.lock();
            try {
                calling = false;
            } finally {
                lock.unlock();
            }
        }
    }

    @GuardedBy("lock")
    private int more() {
        int free = window - outstanding - unstarted;
        return subscription != null && aside.isEmpty() && free >= batch ? free : 0;
    }

    private void request(Flow.Subscription called, int more) {
        try {
            called.request(more);
        } catch (Throwable e) { // against rule 3.16: no reason to trust it any further
            fail("the publisher threw on a request", e);
        }
    }

    private void cancel(Flow.Subscription called) {
        try {
            called.cancel();
        } catch (Throwable e) { // against rule 3.15
            log("the publisher threw on a cancellation", e);
        }
    }

    private void log(String message, Throwable cause) {
        Listeners.warn(coordinator.name() + ": " + message, cause);
    }
}
