package io.keyedsequential;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tokens of the ready lanes of one stripe, each lane at most once. Guarded by the stripe's lock. */
interface ReadyLanes<K> {

    boolean hasTokens();

    /**
     * Puts the lane's token behind those that go before it.
     *
     * @return whether it is the only one
     */
    boolean add(Lane<K> lane);

    /** Takes the token whose turn it is. */
    @Nullable
    Lane<K> poll();

    /** Takes one lane's token out, wherever it stands. Costs the same wherever. */
    void remove(Lane<K> lane);

    /** How many there are. Exact under the lock; without it, which is allowed, an estimate. */
    int size();

    void forEach(Consumer<@Nullable Lane<K>> action);
}
