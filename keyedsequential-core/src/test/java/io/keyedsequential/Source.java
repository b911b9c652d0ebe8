package io.keyedsequential;

import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A publisher for one subscriber that sends exactly what it was asked for, a few items on one thread and the next few on
 * whichever thread the executor has, and watches how it is called.
 */
final class Source<T> implements Flow.Publisher<T>, Flow.Subscription {

    private final Iterator<? extends T> items;
    private final Executor sender;

    /** Items sent on one thread in a row. */
    private final int run;

    private final AtomicInteger callers = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private Flow.Subscriber<? super T> subscriber;

    private long requested;
    private long sent;
    private long requests;
    private boolean sending;
    private boolean completes = true;
    private boolean overlapping;
    private Consumer<Source<T>> onRequest = source -> {};

    private Source(Stream<? extends T> items, Executor sender, int run) {
        this.items = items.iterator();
        this.sender = sender;
        this.run = run;
    }

    /** Sends on the threads of an executor, a few items on each. */
    static <T> Source<T> on(Executor sender, Stream<? extends T> items) {
        return new Source<>(items, sender, 7); // not a divisor of any window
    }

    /** Sends on the thread that asks. */
    static <T> Source<T> synchronous(Stream<? extends T> items) {
        return new Source<>(items, Runnable::run, Integer.MAX_VALUE);
    }

    /** Sends each item in a run of the executor of its own. */
    static <T> Source<T> oneByOne(Executor sender, Stream<? extends T> items) {
        return new Source<>(items, sender, 1);
    }

    /** Does not say that there are no more items. */
    Source<T> endless() {
        completes = false;
        return this;
    }

    /** Is told of every request, before anything is sent for it. */
    Source<T> onRequest(Consumer<Source<T>> listener) {
        onRequest = listener;
        return this;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> newcomer) {
        subscriber = newcomer;
        newcomer.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        enter();
        try {
            boolean start;
            synchronized (this) {
                requested += n;
                requests++;
                start = !sending;
                sending = true;
            }
            onRequest.accept(this);
            if (start) {
                sender.execute(this::send);
            }
        } finally {
            callers.decrementAndGet();
        }
    }

    @Override
    public void cancel() {
        enter();
        cancelled.countDown();
        callers.decrementAndGet();
    }

    private void enter() {
        if (callers.incrementAndGet() > 1) {
            synchronized (this) {
                overlapping = true;
            }
        }
    }

    private void send() {
        for (int i = 0; i < run; i++) {
            boolean last;
            synchronized (this) {
                last = !items.hasNext();
                boolean ends = last && completes;
                if (isCancelled() || sent == requested && !ends || last && !ends) {
                    sending = false;
                    return;
                }
                sent += last ? 0 : 1;
            }
            if (last) {
                subscriber.onComplete(); // and it stays sending: nothing is sent any more
                return;
            }
            subscriber.onNext(items.next());
        }
        sender.execute(this::send);
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    void awaitCancelled() {
        Eventually.await(cancelled);
    }

    /** Asked for and not sent. */
    synchronized long demand() {
        return requested - sent;
    }

    synchronized long requested() {
        return requested;
    }

    synchronized long sent() {
        return sent;
    }

    synchronized long requests() {
        return requests;
    }

    /** Whether two calls of the subscription overlapped, which rule 2.7 forbids. */
    synchronized boolean wasCalledByTwoAtOnce() {
        return overlapping;
    }
}
