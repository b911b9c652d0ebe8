package io.keyedsequential;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of the lanes under one lock: a small hash table from key to lane, and the queue of those that are ready. The
 * lock is the stripe's own monitor. It is held for a few dozen instructions and never while anything waits; the only
 * foreign code under it is the {@code equals} of the caller's key, and its {@code compareTo} where many keys have its
 * hash. A plain monitor, because HotSpot spins on one before it parks, which short sections like, and because nothing
 * here needs more.
 */
final class Stripe<K> extends Padding {

    private static final int SMALLEST = 8;

    /** Buckets that an empty table may keep; a larger one is given up, so that a million keys leave nothing behind. */
    private static final int LARGEST_KEPT = 1024;

    /** Lanes of one hash that stay in the table; those that come after them are in a {@link CollidingLanes}. */
    static final int MOST_CHAINED = 8;

    /** The bit of this stripe in the word of stripes that have a ready lane. */
    final long bit;

    @GuardedBy("this")
    @Nullable
    Lane<K>[] table = newTable(SMALLEST);

    @GuardedBy("this")
    private int size;

    /** The lanes of hashes that too many keys have, by hash; {@code null} as long as there is no such hash. */
    @GuardedBy("this")
    private @Nullable Map<Integer, CollidingLanes<K>> crowds;

    /** How many of the lanes are in {@link #crowds} and not in the table. */
    @GuardedBy("this")
    private int crowded;

    /** The tokens of the lanes that are ready, in turn. */
    @GuardedBy("this")
    final ReadyLanes<K> ready;

    /** Operations that await their stage: neither in a lane's queue nor in a slot. */
    @GuardedBy("this")
    private @Nullable StageOperation<K, ?> firstAwaiting;

    /** The coalesced operations of this stripe, once there was one. */
    @GuardedBy("this")
    private @Nullable CoalescingIndex<K> latest;

    /** How many places of a lane are reserved, once there was one. */
    @GuardedBy("this")
    private @Nullable Map<Lane<K>, Integer> reserved;

    Stripe(long bit, ReadyLanes<K> ready) {
        this.bit = bit;
        this.ready = ready;
    }

    @GuardedBy("this")
    CoalescingIndex<K> latest() {
        CoalescingIndex<K> present = latest;
        if (present == null) {
            present = new CoalescingIndex<>();
            latest = present;
        }
        return present;
    }

    /** Shows the operations that wait aside for a quiet moment. */
    @GuardedBy("this")
    void forEachGathering(Consumer<Operation<K>> action) {
        if (latest != null) {
            latest.forEachGathering(action);
        }
    }

    /** How many places of a lane are reserved. */
    @GuardedBy("this")
    int reserved(Lane<K> lane) {
        return reserved == null ? 0 : reserved.getOrDefault(lane, 0);
    }

    /** Reserves one more place of a lane, or (-1) one less. */
    @GuardedBy("this")
    void reserve(Lane<K> lane, int change) {
        if (reserved == null) {
            reserved = new IdentityHashMap<>(); // the key is asked nothing
        }
        Integer left = reserved.merge(lane, change, (one, other) -> one + other == 0 ? null : one + other);
        lane.reserved(left != null);
    }

    /** How many lanes there are. Exact under the lock; without it, which is allowed, an estimate. */
    int size() {
        return size;
    }

    @GuardedBy("this")
    @Nullable
    Lane<K> find(K key, int hash) {
        Lane<K> lane = table[hash & (table.length - 1)];
        while (lane != null && (lane.hash != hash || !key.equals(lane.key))) {
            lane = lane.chain;
        }
        return lane != null || crowds == null ? lane : findCrowded(key, hash);
    }

    @GuardedBy("this")
    private @Nullable Lane<K> findCrowded(K key, int hash) {
        CollidingLanes<K> crowd = crowds == null ? null : crowds.get(hash);
        return crowd == null ? null : crowd.find(key);
    }

    @GuardedBy("this")
    Lane<K> add(K key, int hash, int band) {
        if (size - crowded >= table.length) {
            grow();
        }
        Lane<K> lane = new Lane<>(key, hash, band);
        int bucket = hash & (table.length - 1);
        int sameHash = 0;
        for (Lane<K> each = table[bucket]; each != null; each = each.chain) {
            sameHash += each.hash == hash ? 1 : 0;
        }
        if (sameHash >= MOST_CHAINED || crowds != null) {
            CollidingLanes<K> crowd = crowdOf(hash, sameHash);
            if (crowd != null) {
                try {
                    crowd.add(lane);
                    crowded++;
                    size++;
                } finally {
                    dropIfEmpty(crowd, hash); // a key may throw that is asked how it compares to others
                }
                return lane;
            }
        }
        lane.chain = table[bucket];
        table[bucket] = lane;
        size++;
        return lane;
    }

    /** The crowd of a hash, if it has one, or becomes one as there are so many of it in the table. */
    @GuardedBy("this")
    private @Nullable CollidingLanes<K> crowdOf(int hash, int inTable) {
        Map<Integer, CollidingLanes<K>> known = crowds;
        CollidingLanes<K> crowd = known == null ? null : known.get(hash);
        if (crowd != null || inTable < MOST_CHAINED) {
            return crowd;
        }
        if (known == null) {
            known = new HashMap<>();
            crowds = known;
        }
        crowd = new CollidingLanes<>();
        known.put(hash, crowd);
        return crowd;
    }

    @GuardedBy("this")
    void remove(Lane<K> lane) {
        int bucket = lane.hash & (table.length - 1);
        Lane<K> before = null;
        Lane<K> each = table[bucket];
        while (each != lane && each != null) {
            before = each;
            each = each.chain;
        }
        if (each != null) {
            if (before == null) {
                table[bucket] = lane.chain;
            } else {
                before.chain = lane.chain;
            }
            lane.chain = null;
        } else if (!removeCrowded(lane)) {
            return; // it is not here any more
        }
        size--;
        if (size == 0 && table.length > LARGEST_KEPT) {
            table = newTable(SMALLEST);
        }
    }

    @GuardedBy("this")
    private boolean removeCrowded(Lane<K> lane) {
        Map<Integer, CollidingLanes<K>> known = crowds;
        CollidingLanes<K> crowd = known == null ? null : known.get(lane.hash);
        if (crowd == null || !crowd.remove(lane)) {
            return false;
        }
        crowded--;
        dropIfEmpty(crowd, lane.hash);
        return true;
    }

    @GuardedBy("this")
    private void dropIfEmpty(CollidingLanes<K> crowd, int hash) {
        Map<Integer, CollidingLanes<K>> known = crowds;
        if (known != null && crowd.isEmpty()) {
            known.remove(hash);
            crowds = known.isEmpty() ? null : known;
        }
    }

    @GuardedBy("this")
    void forEach(Consumer<Lane<K>> action) {
        for (Lane<K> first : table) {
            for (Lane<K> lane = first; lane != null; lane = lane.chain) {
                action.accept(lane);
            }
        }
        if (crowds != null) {
            crowds.values().forEach(crowd -> crowd.forEach(action));
        }
    }

    @GuardedBy("this")
    void addAwaiting(StageOperation<K, ?> operation) {
        StageOperation<K, ?> after = firstAwaiting;
        operation.listed = true;
        operation.awaitingAfter = after;
        if (after != null) {
            after.awaitingBefore = operation;
        }
        firstAwaiting = operation;
    }

    @GuardedBy("this")
    void removeAwaiting(StageOperation<K, ?> operation) {
        StageOperation<K, ?> before = operation.awaitingBefore;
        StageOperation<K, ?> after = operation.awaitingAfter;
        if (before == null) {
            firstAwaiting = after;
        } else {
            before.awaitingAfter = after;
        }
        if (after != null) {
            after.awaitingBefore = before;
        }
        operation.awaitingBefore = null;
        operation.awaitingAfter = null;
        operation.listed = false;
    }

    @GuardedBy("this")
    void forEachAwaiting(Consumer<Operation<K>> action) {
        for (StageOperation<K, ?> each = firstAwaiting; each != null; each = each.awaitingAfter) {
            action.accept(each);
        }
    }

    @GuardedBy("this")
    private void grow() {
        @Nullable Lane<K>[] larger = newTable(table.length * 2);
        for (Lane<K> first : table) {
            Lane<K> lane = first;
            while (lane != null) {
                Lane<K> following = lane.chain;
                int bucket = lane.hash & (larger.length - 1);
                lane.chain = larger[bucket];
                larger[bucket] = lane;
                lane = following;
            }
        }
        table = larger;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> @Nullable Lane<K>[] newTable(int length) {
        return new Lane[length];
    }
}
