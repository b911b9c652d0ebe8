package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The typed façade: items of one type, a key taken from the item, one body for all of them. Everything else is the
 * {@link #coordinator()} behind it.
 *
 * <pre>{@code
 * try (var atom = KeyedSequentialAtom.builder(Order::customerId, this::process).name("orders").build()) {
 *     long id = atom.enqueue(order);
 *     atom.drain(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p><strong>Streams.</strong> An atom subscribes to a publisher: {@code publisher.subscribe(atom)}. It takes one
 * stream at a time, and may take another when {@link #streamEnd()} is complete; a subscription that comes earlier is
 * cancelled. It asks for as many items as it has room for: those it has asked for and those of the stream that are
 * queued are together at most {@code capacity}, and at most 256. An item that finds no room all the same, because
 * other callers were quicker, its key is full or the atom is paused, waits in the order of its key, without blocking
 * the publisher and without a time limit, and nothing more is asked for until it is in; each
 * {@link CoordinatorOptions#blockTimeout()} that passes meanwhile may be counted as one rejection. An item that the
 * intake refuses is lost: it is counted and told as rejected, the subscription is cancelled and the log says how
 * many. Items that a publisher still sends after a cancellation are taken like others. An item that is in is an
 * operation like any other: {@code queueTimeout} holds for it. If it is purged, cancelled or not started in time, it
 * alone does not run, and the stream goes on. When the {@link #coordinator()} drains or closes, the subscription is
 * cancelled first.
 *
 * <p>The publisher is asked for more by threads that run operations of the stream, before the body runs, or take them
 * out of their queue. One that delivers on the thread that asks occupies a permit while it does.
 *
 * @param <T> the type of the items
 * @param <K> the type of the keys
 */
public final class KeyedSequentialAtom<T, K> implements Flow.Subscriber<T>, AutoCloseable {

    private final Function<? super T, ? extends K> keySelector;
    private final Body<? super T> body;
    private final KeyedCoordinator<K> coordinator;
    private final StreamIntake<T, K> stream;

    private KeyedSequentialAtom(Builder<T, K> builder) {
        this.keySelector = builder.keySelector;
        this.body = builder.body;
        StripedCoordinator<K> engine = new StripedCoordinator<>(builder.owner, builder.toOptions());
        this.coordinator = engine;
        this.stream = new StreamIntake<>(engine, this::keyOf, item -> new Processing<>(body, item));
    }

    /**
     * What is done with an item.
     *
     * @param <T> the type of the items
     */
    @FunctionalInterface
    public interface Body<T> {

        /**
         * Processes one item.
         *
         * @param item the item
         * @throws Exception to fail the operation
         */
        void process(T item) throws Exception;
    }

    /**
     * Starts building an atom.
     *
     * @param keySelector takes the key from an item, on the thread that enqueues it; must not return {@code null}
     * @param body what is done with an item
     * @param <T> the type of the items
     * @param <K> the type of the keys
     * @return a builder with every option at its default and the name {@value Builder#DEFAULT_NAME}
     */
    public static <T, K> Builder<T, K> builder(Function<? super T, ? extends K> keySelector, Body<? super T> body) {
        return new Builder<>(keySelector, body);
    }

    /**
     * Enqueues an item.
     *
     * @param item the item
     * @return the operation's id
     * @throws RejectedOperationException if it was not accepted
     * @throws NullPointerException if the item or its key is {@code null}
     */
    public long enqueue(T item) {
        return coordinator.execute(keyOf(item), new Processing<>(body, item));
    }

    /**
     * Enqueues an item if there is room now. Never blocks.
     *
     * @param item the item
     * @return whether it was accepted
     * @throws NullPointerException if the item or its key is {@code null}
     */
    public boolean tryEnqueue(T item) {
        return coordinator.tryExecute(keyOf(item), new Processing<>(body, item));
    }

    /**
     * Enqueues an item and tells when it has been processed.
     *
     * @param item the item
     * @return a future that completes with {@code null}, or with what the body threw
     * @throws RejectedOperationException if it was not accepted
     * @throws NullPointerException if the item or its key is {@code null}
     */
    public OperationFuture<Void> submit(T item) {
        return coordinator.submit(keyOf(item), callable(item));
    }

    /**
     * Enqueues an item of which only the last counts: one of the same group of the same key that has not begun
     * is superseded.
     *
     * @param item the item
     * @param coalescing the group, and how long to wait for newer items
     * @return a future that completes with {@code null}, or with what the body threw; it ends with a
     *     {@link SupersededException} if a newer item comes before the body has begun
     * @throws RejectedOperationException if it was not accepted; what it would have superseded then stays
     * @throws NullPointerException if the item or its key is {@code null}
     * @see KeyedCoordinator#submitLatest
     */
    public OperationFuture<Void> submitLatest(T item, Coalescing coalescing) {
        return coordinator.submitLatest(keyOf(item), coalescing, callable(item));
    }

    /**
     * Enqueues items in the order of the iteration, each as {@link #enqueue} would.
     *
     * @param items the items; walked once, on the calling thread, which may wait for room between two of them
     * @return the ids of the operations, in the same order; immutable
     * @throws PartlyEnqueuedException if one was not accepted; it knows the ids of those before, which stay enqueued
     * @throws NullPointerException if {@code items}, an item or its key is {@code null}; the items before stay
     *     enqueued, as they do when the iteration or the key selector throws
     */
    public List<Long> enqueueAll(Iterable<? extends T> items) {
        List<Long> ids = new ArrayList<>();
        for (T item : Preconditions.notNull(coordinator.name(), "items", items)) {
            try {
                ids.add(enqueue(item));
            } catch (RejectedOperationException e) {
                throw new PartlyEnqueuedException(e, coordinator, ids);
            }
        }
        return Collections.unmodifiableList(ids);
    }

    /**
     * A publisher begins a stream. It is asked for items at once, on this thread.
     *
     * @param subscription cancelled at once if the atom already takes a stream
     * @throws NullPointerException if it is {@code null}
     */
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        stream.onSubscribe(subscription);
    }

    /**
     * Takes an item of a stream. Never blocks, and never throws anything else: if the key selector throws or
     * the key is {@code null} the item is lost, the subscription is cancelled, and the error is logged and
     * ends {@link #streamEnd()}.
     *
     * @param item the item
     * @throws NullPointerException if it is {@code null}
     */
    @Override
    public void onNext(T item) {
        stream.onNext(item);
    }

    /**
     * The stream has failed. What was taken of it still runs; the error is logged once, with the atom's name.
     *
     * @param error what happened at the publisher
     * @throws NullPointerException if it is {@code null}
     */
    @Override
    public void onError(Throwable error) {
        stream.onError(error);
    }

    /** The stream is complete. What was taken of it still runs. */
    @Override
    public void onComplete() {
        stream.onComplete();
    }

    /**
     * The end of the present stream; of the first one if none has come yet, of the last one until another comes. It is
     * reached when the publisher has said that there are no more items and the last of them is enqueued: {@link #drain}
     * or {@link KeyedCoordinator#awaitIdle} then wait for their processing.
     *
     * @return completes with {@code null}; or with the publisher's error; or, where the atom cancelled the
     *     subscription, with the {@link RejectedOperationException} of a lost item, what the key selector threw, or a
     *     {@link java.util.concurrent.CancellationException} because the atom is drained or closed
     */
    public CompletionStage<@Nullable Void> streamEnd() {
        return stream.end();
    }

    /**
     * Cancels the stream if there is one, closes the intake and waits until every item is processed.
     *
     * @param timeout how long at most
     * @return what was reached
     * @see KeyedCoordinator#drain
     */
    public DrainReport drain(Duration timeout) {
        return coordinator.drain(timeout);
    }

    /**
     * The counts.
     *
     * @return as {@link KeyedCoordinator#stats()}
     */
    public CoordinatorStats stats() {
        return coordinator.stats();
    }

    /**
     * Every operation that is known.
     *
     * @return as {@link KeyedCoordinator#snapshot()}
     */
    public List<OperationSnapshot> snapshot() {
        return coordinator.snapshot();
    }

    /**
     * The engine behind this atom.
     *
     * @return the coordinator; closing either closes both, and draining either cancels the stream
     */
    public KeyedCoordinator<K> coordinator() {
        return coordinator;
    }

    /**
     * Cancels the stream if there is one, drains within the close timeout, then cancels what is left;
     * see {@link KeyedCoordinator#close()}.
     */
    @Override
    public void close() {
        coordinator.close();
    }

    /** Refers to the body and the item, not to the atom. */
    private Callable<Void> callable(T item) {
        Body<? super T> theBody = body;
        return () -> {
            theBody.process(item);
            return null;
        };
    }

    private K keyOf(T item) {
        Preconditions.notNull(coordinator.name(), "item", item);
        return Preconditions.notNull(coordinator.name(), "key (as selected from the item)", keySelector.apply(item));
    }

    /** One item and what is done with it, as a {@link Runnable} that throws what the body throws. */
    private record Processing<T>(Body<? super T> body, T item) implements Runnable {

        @Override
        public void run() {
            try {
                body.process(item);
            } catch (Exception e) {
                throw Rethrow.unchanged(e);
            }
        }
    }

    /**
     * Builds a {@link KeyedSequentialAtom}. Not for use by several threads at once.
     *
     * @param <T> the type of the items
     * @param <K> the type of the keys
     */
    public static final class Builder<T, K> extends KeyedOptionsBuilder<K, Builder<T, K>> {

        /** The name of an atom that is given none. */
        public static final String DEFAULT_NAME = "keyed-sequential-atom";

        private final Function<? super T, ? extends K> keySelector;
        private final Body<? super T> body;

        Builder(Function<? super T, ? extends K> keySelector, Body<? super T> body) {
            super(DEFAULT_NAME);
            this.keySelector = Preconditions.notNull(owner, "keySelector", keySelector);
            this.body = Preconditions.notNull(owner, "body", body);
        }

        /**
         * The atom's name. Default: {@value #DEFAULT_NAME}.
         *
         * @param name not blank
         * @return this builder
         */
        public Builder<T, K> name(String name) {
            this.owner = Preconditions.name(name);
            return this;
        }

        @Override
        Builder<T, K> self() {
            return this;
        }

        /**
         * Builds the atom.
         *
         * @return an open atom
         * @throws IllegalArgumentException if two options contradict each other
         */
        public KeyedSequentialAtom<T, K> build() {
            return new KeyedSequentialAtom<>(this);
        }
    }
}
