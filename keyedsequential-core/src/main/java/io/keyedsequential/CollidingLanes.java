package io.keyedsequential;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lanes of one hash, where there are many: keys may be request data, and be chosen so that they collide. Guarded by the
 * stripe's lock.
 *
 * <p>As in a {@link HashMap}, keys that can be compared are found in a number of steps that grows as their logarithm;
 * for others each has to be asked. Only keys are compared whose order cannot change, because they are made of final
 * values throughout: one that moved in the order would hide others. A lane leaves without any key being asked, which is
 * why this is no {@link HashMap}.
 */
final class CollidingLanes<K> {

    /** Every lane, in the order in which they came. A lane is equal to itself only, and asks its key nothing. */
    private final Set<Lane<K>> lanes = new LinkedHashSet<>();

    /** Those lanes in the order of their keys, as long as all keys are of one type that can be compared. */
    private @Nullable KeyTree<K> tree;

    private final Map<Lane<K>, KeyTree.Node<K>> nodes = new HashMap<>();

    @Nullable
    Lane<K> find(K key) {
        KeyTree<K> ordered = tree;
        if (ordered != null && ordered.isOf(key)) {
            return ordered.find(key);
        }
        for (Lane<K> lane : lanes) {
            if (key.equals(lane.key)) {
                return lane;
            }
        }
        return null;
    }

    /**
     * Adds a lane; asks its key how it compares to others.
     *
     * @throws RuntimeException whatever that throws; nothing has been added then
     */
    void add(Lane<K> lane) {
        if (lanes.isEmpty() && KeyTree.canHold(lane.key)) {
            tree = new KeyTree<>(lane.key);
        }
        KeyTree<K> ordered = tree;
        if (ordered != null && ordered.isOf(lane.key)) {
            nodes.put(lane, ordered.add(lane));
        } else if (ordered != null) { // another type, which may be equal to the first for all we know
            tree = null;
            nodes.clear();
        }
        lanes.add(lane);
    }

    /** Removes a lane, if it is here; asks no key. */
    boolean remove(Lane<K> lane) {
        KeyTree<K> ordered = tree;
        KeyTree.Node<K> node = nodes.remove(lane);
        if (ordered != null && node != null) {
            ordered.remove(node, lane);
        }
        return lanes.remove(lane);
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    void forEach(Consumer<Lane<K>> action) {
        lanes.forEach(action);
    }
}
