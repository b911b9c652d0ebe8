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

    /** Those that gather, by key, in the order of admission. */
    private final Map<K, List<CoalescedOperation<K, ?>>> gathering = new HashMap<>();

    /** How many have gathered and were queued. */
    private long gathered;

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
        gathering.computeIfAbsent(operation.key, key -> new ArrayList<>(1)).add(operation);
    }

    void endGathering(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.gathering = false;
        List<CoalescedOperation<K, ?>> ofKey = gathering.get(operation.key);
        if (ofKey != null && ofKey.remove(operation) && ofKey.isEmpty()) {
            gathering.remove(operation.key);
            lane.gathering(false);
        }
    }

    /** The operation has gathered, and is to stand behind all that have been admitted for its key. */
    void place(CoalescedOperation<K, ?> operation, long lastAdmitted) {
        gathered++;
        operation.place(lastAdmitted, gathered);
    }

    void forEachGathering(Consumer<Operation<K>> action) {
        gathering.values().forEach(ofKey -> ofKey.forEach(action));
    }

    /** Those of one key that gather, in the order of admission. */
    List<Operation<K>> gathering(K key) {
        List<CoalescedOperation<K, ?>> ofKey = gathering.get(key);
        return ofKey == null ? List.of() : List.copyOf(ofKey);
    }

    /** For the structural check: how much is kept. */
    int size() {
        return newest.size() + gathering.size();
    }
}
