package io.keyedsequential;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the ready lanes of one stripe, first in, first out, each lane at most once. A ring that grows as needed
 * and is given up when it is empty and large. Guarded by the stripe's lock.
 */
final class ReadyQueue<K> implements ReadyLanes<K> {

    private static final int SMALLEST = 8;
    private static final int LARGEST_KEPT = 1024;

    private @Nullable Lane<K>[] ring = newRing(SMALLEST);
    private int first;
    private int size;

    @Override
    public boolean hasTokens() {
        return size > 0;
    }

    /** Puts the lane's token at the end. */
    @Override
    public boolean add(Lane<K> lane) {
        if (size == ring.length) {
            copyTo(newRing(2 * size));
        }
        lane.ready(true);
        ring[(first + size) & (ring.length - 1)] = lane;
        return size++ == 0;
    }

    /** Takes the token that has waited longest. */
    @Override
    public @Nullable Lane<K> poll() {
        if (size == 0) {
            return null;
        }
        Lane<K> lane = ring[first];
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        size--;
        if (lane != null) {
            lane.ready(false);
        }
        giveUpIfEmpty();
        return lane;
    }

    @Override
    public void remove(Lane<K> lane) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Lane<K> each = ring[(first + i) & (ring.length - 1)];
            if (each != lane) {
                ring[(first + kept++) & (ring.length - 1)] = each;
            }
        }
        for (int i = kept; i < size; i++) {
            ring[(first + i) & (ring.length - 1)] = null;
        }
        size = kept;
        lane.ready(false);
        giveUpIfEmpty();
    }

    @Override
    public void forEach(Consumer<@Nullable Lane<K>> action) {
        for (int i = 0; i < size; i++) {
            action.accept(ring[(first + i) & (ring.length - 1)]);
        }
    }

    private void giveUpIfEmpty() {
        if (size == 0 && ring.length > LARGEST_KEPT) {
            ring = newRing(SMALLEST);
            first = 0;
        }
    }

    private void copyTo(@Nullable Lane<K>[] larger) {
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(first + i) & (ring.length - 1)];
        }
        ring = larger;
        first = 0;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> @Nullable Lane<K>[] newRing(int length) {
        return new Lane[length];
    }
}
