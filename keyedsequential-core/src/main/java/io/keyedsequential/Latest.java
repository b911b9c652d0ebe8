package io.keyedsequential;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coalesced operations of one stripe. Guarded by the stripe's lock.
 *
 * <p>Of each group of a key at most one operation waits, the newest. It either stands in its lane's queue or
 * <em>gathers</em>: it waits aside until no newer one has come for a while, and only then takes its place at the end of the
 * queue, so that it holds up nobody meanwhile.
 */
final class Latest<K> {

    /** What of one key is coalesced with each other. */
    record Group<K>(K key, String name) {}

    /** The newest operation of each group, until it is started or leaves. */
    private final Map<Group<K>, CoalescedOperation<K, ?>> newest = new HashMap<>();

    /** How many operations of a key gather. */
    private final Map<K, Integer> gathering = new HashMap<>();

    /** The operation of the group that waits, if one does. */
    @Nullable
    CoalescedOperation<K, ?> waiting(Group<K> group) {
        CoalescedOperation<K, ?> operation = newest.get(group);
        return operation != null && operation.isWaiting() ? operation : null;
    }

    void add(CoalescedOperation<K, ?> operation) {
        newest.put(operation.group, operation);
    }

    /** The operation has been started or leaves. */
    void remove(CoalescedOperation<K, ?> operation) {
        newest.remove(operation.group, operation);
    }

    void beginGathering(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.gathering = true;
        lane.gathering(true);
        gathering.merge(operation.key, 1, Integer::sum);
    }

    void endGathering(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.gathering = false;
        lane.gathering(gathering.merge(operation.key, -1, (count, less) -> count == 1 ? null : count - 1) != null);
    }

    void forEachGathering(Consumer<Operation<K>> action) {
        for (CoalescedOperation<K, ?> operation : newest.values()) {
            if (operation.gathering) {
                action.accept(operation);
            }
        }
    }

    /** Those of one key that gather. */
    List<CoalescedOperation<K, ?>> gathering(K key) {
        List<CoalescedOperation<K, ?>> found = new ArrayList<>();
        if (gathering.containsKey(key)) {
            for (CoalescedOperation<K, ?> operation : newest.values()) {
                if (operation.gathering && operation.key.equals(key)) {
                    found.add(operation);
                }
            }
        }
        return found;
    }
}
