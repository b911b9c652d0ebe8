package io.keyedsequential;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coalesced operations of one stripe. Guarded by the stripe's lock.
 *
 * <p>Of each group of a key at most one operation waits, the newest. It either stands in its lane's queue or
 * <em>gathers</em>: it waits aside until no newer one has come for a while, and only then takes its place at the end of
 * the queue, so that it delays no other operation meanwhile.
 */
final class CoalescingIndex<K> {

    /**
     * The newest operation of each group, until it is started or leaves. By lane and not by key: no key is asked here.
     */
    private final Map<Lane<K>, Map<String, CoalescedOperation<K, ?>>> newest = new IdentityHashMap<>();

    /** Those that gather, by lane, in the order of admission. */
    private final Map<Lane<K>, Set<CoalescedOperation<K, ?>>> gathering = new IdentityHashMap<>();

    /** How many have gathered and were queued. */
    private long gathered;

    /** The operation of the group that waits, if one does. */
    @Nullable
    CoalescedOperation<K, ?> waiting(String group, Lane<K> lane) {
        Map<String, CoalescedOperation<K, ?>> ofLane = newest.get(lane);
        CoalescedOperation<K, ?> operation = ofLane == null ? null : ofLane.get(group);
        return operation != null && operation.isWaiting() ? operation : null;
    }

    void add(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.lane = lane;
        newest.computeIfAbsent(lane, present -> new HashMap<>(2)).put(operation.group, operation);
    }

    /** The operation has been started or leaves. */
    void remove(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        Map<String, CoalescedOperation<K, ?>> ofLane = newest.get(lane);
        if (ofLane != null && ofLane.remove(operation.group, operation) && ofLane.isEmpty()) {
            newest.remove(lane);
        }
    }

    void beginGathering(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.gathering = true;
        lane.gathering(true);
        gathering.computeIfAbsent(lane, present -> new LinkedHashSet<>(2)).add(operation);
    }

    void endGathering(CoalescedOperation<K, ?> operation, Lane<K> lane) {
        operation.gathering = false;
        Set<CoalescedOperation<K, ?>> ofLane = gathering.get(lane);
        if (ofLane != null && ofLane.remove(operation) && ofLane.isEmpty()) {
            gathering.remove(lane);
            lane.gathering(false);
        }
    }

    /** The operation has gathered, and is to stand behind all that have been admitted for its key. */
    void place(CoalescedOperation<K, ?> operation, long lastAdmitted) {
        gathered++;
        operation.place(lastAdmitted, gathered);
    }

    void forEachGathering(Consumer<Operation<K>> action) {
        gathering.values().forEach(ofLane -> ofLane.forEach(action));
    }

    /** Those of one lane that gather, in the order of admission. */
    List<Operation<K>> gathering(Lane<K> lane) {
        Set<CoalescedOperation<K, ?>> ofLane = gathering.get(lane);
        return ofLane == null ? List.of() : List.copyOf(ofLane);
    }

    /** How many that are. */
    int gatheringCount(Lane<K> lane) {
        Set<CoalescedOperation<K, ?>> ofLane = gathering.get(lane);
        return ofLane == null ? 0 : ofLane.size();
    }

    /** For the structural check: how much is kept. */
    int size() {
        return newest.size() + gathering.size();
    }
}
