package io.keyedsequential;

import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The options that need to know the type of the keys, beside all others.
 *
 * @param <K> the type of the keys
 * @param <B> the builder itself
 */
public abstract class KeyedOptionsBuilder<K, B extends KeyedOptionsBuilder<K, B>> extends OptionsBuilder<B> {

    KeyedOptionsBuilder(String owner) {
        super(owner);
    }

    /**
     * Which keys go first when several are ready: those of higher priority. Within a priority, and always within a
     * key, order is as without. Lower priorities age, so none waits for ever: the keys of the lowest together get
     * at least one turn in about 128. The priority is the key's for as long as its lane exists. Default: all keys
     * are equal.
     *
     * <p>An atom with priorities has one ready queue, at the price of one lock.
     *
     * @param value from a key to its priority, 0 (lowest) to 7; called on the thread that enqueues, outside every
     *     lock; what it throws, or a value out of range, reaches the caller and nothing is enqueued
     * @return this builder
     */
    @SuppressWarnings("unchecked") // applied to keys of the builder's coordinator only
    public B priority(ToIntFunction<? super K> value) {
        values.priority = (ToIntFunction<Object>) Preconditions.notNull(owner, "priority", value);
        return self();
    }

    /**
     * How messages name keys, such as that of a {@link KeyedDeadlockException}. Keys may be personal data, and
     * messages end in logs: by default no message contains a key, and operations are named by their ids, names
     * and labels.
     *
     * @param value from a key to what may be shown of it, for instance {@code String::valueOf}; called
     *     outside every lock when a message is made, and contained when it throws; the result is put on one
     *     line, see {@link LogSafe}
     * @return this builder
     */
    @SuppressWarnings("unchecked") // applied to keys of the builder's coordinator only
    public B keyNames(Function<? super K, String> value) {
        values.keyNames = (Function<Object, String>) Preconditions.notNull(owner, "keyNames", value);
        return self();
    }
}
