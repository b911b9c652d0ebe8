package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToIntFunction;

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
 * @param <T> the type of the items
 * @param <K> the type of the keys
 */
public final class KeyedSequentialAtom<T, K> implements AutoCloseable {

    private final Function<? super T, ? extends K> keySelector;
    private final Body<? super T> body;
    private final KeyedCoordinator<K> coordinator;

    private KeyedSequentialAtom(Builder<T, K> builder) {
        this.keySelector = builder.keySelector;
        this.body = builder.body;
        this.coordinator = new StripedCoordinator<>(builder.owner, builder.toOptions());
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
     * Enqueues an item of which only the last counts: one of the same group of the same key that has not begun is
     * superseded.
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
     * Closes the intake and waits until every item is processed.
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
     * @return the coordinator; closing either closes both
     */
    public KeyedCoordinator<K> coordinator() {
        return coordinator;
    }

    /** Drains within the close timeout, then cancels what is left; see {@link KeyedCoordinator#close()}. */
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
        Check.notNull(coordinator.name(), "item", item);
        return Check.notNull(coordinator.name(), "key (as selected from the item)", keySelector.apply(item));
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
    public static final class Builder<T, K> extends OptionsBuilder<Builder<T, K>> {

        /** The name of an atom that is given none. */
        public static final String DEFAULT_NAME = "keyed-sequential-atom";

        private final Function<? super T, ? extends K> keySelector;
        private final Body<? super T> body;

        Builder(Function<? super T, ? extends K> keySelector, Body<? super T> body) {
            super(DEFAULT_NAME);
            this.keySelector = Check.notNull(owner, "keySelector", keySelector);
            this.body = Check.notNull(owner, "body", body);
        }

        /**
         * The atom's name. Default: {@value #DEFAULT_NAME}.
         *
         * @param name not blank
         * @return this builder
         */
        public Builder<T, K> name(String name) {
            this.owner = Check.name(name);
            return this;
        }

        /**
         * Which keys go first when several are ready: those of higher priority. Within a priority, and always within a key,
         * order is as without. Lower priorities age, so none waits for ever: the keys of the lowest together get at
         * least one turn in about 128. The priority is the key's for as long as its lane exists. Default: all keys are equal.
         *
         * <p>An atom with priorities has one ready queue, at the price of one lock.
         *
         * @param value from a key to its priority, 0 (lowest) to 7; called on the thread that enqueues, outside every lock;
         *     what it throws, or a value out of range, reaches the caller and nothing is enqueued
         * @return this builder
         */
        @SuppressWarnings("unchecked") // applied to keys of this builder's coordinator only
        public Builder<T, K> priority(ToIntFunction<? super K> value) {
            this.priority = (ToIntFunction<Object>) Check.notNull(owner, "priority", value);
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
