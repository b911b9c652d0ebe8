package io.keyedsequential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The invariants at the head of {@link Lanes}, read off the structure itself, with every stripe locked. They hold whenever
 * no thread is inside a call of {@link Lanes}; the caller sees to that. Looking changes nothing: started operations are
 * not dropped from their lanes. {@code verification/concurrency} looks by the same means.
 */
final class StructuralInvariants<K> {

    private final Lanes<K> lanes;

    /** Whether runners may stand between two of their steps: an operation that has ended may still be in hand. */
    private final boolean betweenSteps;

    private final List<String> violations = new ArrayList<>();

    private long readyBits;
    private long queued;
    private long neverStarted;
    private long held;
    private long parked;
    private long running;
    private long awaiting;
    private long reserved;
    private int paused;

    private StructuralInvariants(Lanes<K> lanes, boolean betweenSteps) {
        this.lanes = lanes;
        this.betweenSteps = betweenSteps;
    }

    /**
     * What is violated between two steps of runners.
     *
     * @param wakeOwed whether a lane has become ready or a permit free, and {@link Scheduler#wake()} is still to be called
     */
    static <K> List<String> violations(Lanes<K> lanes, CoordinatorOptions options, boolean wakeOwed) {
        StructuralInvariants<K> check = new StructuralInvariants<>(lanes, true);
        check.everything(options, wakeOwed);
        return check.violations;
    }

    /** What is violated while bodies are held inside of their operations and nothing else moves. */
    static <K> List<String> violationsInBodies(Lanes<K> lanes, @Nullable CoordinatorOptions options, boolean wakeOwed) {
        StructuralInvariants<K> check = new StructuralInvariants<>(lanes, false);
        check.everything(options, wakeOwed);
        return check.violations;
    }

    /** What is violated now that everything has ended: nothing but lanes that an operator paused may be left. */
    static <K> List<String> violationsButForPaused(Lanes<K> lanes, @Nullable CoordinatorOptions options) {
        StructuralInvariants<K> check = new StructuralInvariants<>(lanes, false);
        check.everything(options, false);
        check.rest();
        return check.violations;
    }

    /** What is violated now that everything has ended: nothing at all may be left. */
    static <K> List<String> violationsAtRest(Lanes<K> lanes, CoordinatorOptions options) {
        List<String> found = violationsButForPaused(lanes, options);
        if (lanes.table.laneCount() != 0) {
            found.add("at rest, but %d lanes are left".formatted(lanes.table.laneCount()));
        }
        return found;
    }

    /** How many operations of a key stand in its lane's queue, counted without dropping those that have started. */
    static <K> int queuedOf(Lanes<K> lanes, K key) {
        int[] count = new int[1];
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                stripe.forEach(lane -> {
                    for (Operation<K> each = lane.head; each != null && lane.key.equals(key); each = each.next()) {
                        count[0] += each.isWaiting() ? 1 : 0;
                    }
                });
                stripe.forEachGathering(each -> count[0] += each.key.equals(key) ? 1 : 0);
            }
        }
        return count[0];
    }

    private void everything(@Nullable CoordinatorOptions options, boolean wakeOwed) {
        lockAndLook(0, options, wakeOwed);
    }

    private void lockAndLook(int locked, @Nullable CoordinatorOptions options, boolean wakeOwed) {
        if (locked < lanes.table.stripes.length) {
            synchronized (lanes.table.stripes[locked]) {
                lockAndLook(locked + 1, options, wakeOwed);
            }
            return;
        }
        Map<Lane<K>, Integer> inHand = inHand();
        for (Stripe<K> stripe : lanes.table.stripes) {
            stripe(stripe, inHand, options);
        }
        require(inHand.isEmpty(), "%d slots hold lanes that are in no table", inHand.size());
        long word = lanes.table.readyStripes.get();
        require(word == readyBits, "the word of ready stripes is %x and should be %x", word, readyBits);
        counts(options);
        synchronized (lanes.permits) {
            permits(wakeOwed);
        }
    }

    /** How many slots hold each lane for an operation that counts as running. */
    private Map<Lane<K>, Integer> inHand() {
        Map<Lane<K>, Integer> count = new IdentityHashMap<>();
        for (Slot<K> slot : lanes.permits.slots()) {
            Operation<K> operation = slot.current();
            boolean awaits = betweenSteps && operation != null && operation.state() == Operation.AWAITING;
            if (slot.lane != null && !awaits) {
                count.merge(slot.lane, 1, Integer::sum);
            }
        }
        return count;
    }

    // ---------------------------------------------------------------- lanes

    private void stripe(Stripe<K> stripe, Map<Lane<K>, Integer> inHand, @Nullable CoordinatorOptions options) {
        Set<Lane<K>> tokens = tokensOf(stripe);
        Map<Lane<K>, Integer> awaitingOf = new IdentityHashMap<>();
        stripe.forEachAwaiting(operation -> {
            require(operation.state() == Operation.AWAITING, "operation %d does not await its stage", operation.id);
            awaitingOf.merge(operation.lane(), 1, Integer::sum);
            awaiting++;
        });
        Map<Lane<K>, Integer> gathering = new IdentityHashMap<>();
        stripe.forEachGathering(operation -> {
            require(operation.state() == Operation.QUEUED, "operation %d gathers and is not queued", operation.id);
            gathering.merge(operation.lane(), 1, Integer::sum);
            queued++;
            neverStarted++;
        });
        int[] size = new int[1];
        stripe.forEach(lane -> {
            size[0]++;
            int present = removed(inHand, lane) + removed(awaitingOf, lane);
            lane(stripe, lane, tokens.remove(lane), present, options);
            require(removed(gathering, lane) > 0 == lane.isGathering(), "key %s: who gathers?", lane.key);
        });
        require(size[0] == stripe.size(), "a stripe has %d lanes and counts %d", size[0], stripe.size());
        require(gathering.isEmpty(), "invariant 1: operations gather without a lane: %s", gathering);
        require(awaitingOf.isEmpty(), "invariant 1: operations await their stage without a lane: %s", awaitingOf);
        require(tokens.isEmpty(), "%d tokens belong to lanes that are gone", tokens.size());
    }

    private static <L> int removed(Map<L, Integer> counted, L lane) {
        Integer count = counted.remove(lane);
        return count == null ? 0 : count;
    }

    private Set<Lane<K>> tokensOf(Stripe<K> stripe) {
        Set<Lane<K>> ready = new HashSet<>();
        stripe.ready.forEach(lane -> {
            if (lane == null) {
                violations.add("the ready queue has a hole");
            } else {
                require(ready.add(lane), "key %s has two tokens", lane.key);
            }
        });
        require(stripe.ready.hasTokens() != ready.isEmpty(), "a ready queue does not know whether it has tokens");
        readyBits |= ready.isEmpty() ? 0 : stripe.bit;
        return ready;
    }

    private void lane(
            Stripe<K> stripe, Lane<K> lane, boolean hasToken, int present, @Nullable CoordinatorOptions options) {
        int linked = 0;
        int waiting = 0;
        int fresh = 0;
        boolean untried = false;
        Operation<K> first = null;
        Operation<K> last = null;
        K key = lane.key;
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            linked++;
            require(each.key.equals(key), "key %s: %d is of key %s", key, each.id, each.key);
            require(last == null || last.isBefore(each), "key %s: %d is not in its place", key, each.id);
            last = each;
            if (!each.isWaiting()) {
                require(first == null, "key %s: %d has started behind one that waits", key, each.id);
                continue;
            }
            first = first == null ? each : first;
            waiting++;
            require(!untried || each.attempts == null, "key %s: %d stands behind one that never started", key, each.id);
            untried |= each.attempts == null;
            // One that gathered is queued whatever room its key has by then.
            fresh += each.attempts == null && !(each instanceof CoalescedOperation) ? 1 : 0;
            neverStarted += each.attempts == null ? 1 : 0;
            queued += each.isHeldBack() ? 0 : 1;
            held += each.isHeldBack() ? 1 : 0;
            parked += each.state() == Operation.PARKED ? 1 : 0;
        }
        require(lane.tail == last, "key %s: the tail is not the end", key);
        require(linked == lane.queued, "key %s: links %d operations and counts %d", key, linked, lane.queued);
        require(stripe.find(key, LaneTable.spread(key)) == lane, "key %s: its lane is not found", key);
        int runs = lane.running();
        require(runs == present, "key %s: runs %d, and %d are in hand or await", key, runs, present);
        running += runs;
        paused += lane.isPaused() ? 1 : 0;
        reserved += stripe.reserved(lane);
        require(lane.isReserved() == stripe.reserved(lane) > 0, "key %s: are places reserved?", key);
        boolean kept = waiting > 0
                || runs > 0
                || lane.isPaused()
                || lane.isGathering()
                || lane.isReserved()
                || lane.isOnlyAwaited();
        require(kept, "invariant 1: key %s has nothing and is present", key);
        boolean open = first != null && !first.isHeldBack() && !lane.isPaused();
        boolean startable = open && runs < lanes.table.perKeyConcurrency;
        require(hasToken == startable, "invariant 2: key %s has token=%s, startable=%s", key, hasToken, startable);
        require(hasToken == lane.isReady(), "key %s has token=%s and says %s", key, hasToken, lane.isReady());
        require(runs >= 0 && runs <= lanes.table.perKeyConcurrency, "invariant 3: key %s runs %d", key, runs);
        // What is queued again after an attempt was admitted when there was room.
        boolean bound = options != null && lanes.counts.admittedBeyondBound() == 0;
        require(!bound || fresh <= options.capacityPerKey(), "invariant 4: key %s queues %d", key, fresh);
    }

    // ---------------------------------------------------------------- counts and permits

    private void counts(@Nullable CoordinatorOptions options) {
        OperationCounters<K> counts = lanes.counts;
        long inBodies = lanes.permits.slots().stream()
                .map(Slot::current)
                .filter(operation -> operation != null && operation.state() == Operation.RUNNING)
                .count();
        boolean bound = options != null && counts.admittedBeyondBound() == 0;
        require(!bound || neverStarted <= options.capacity(), "invariant 4: %d operations are queued", neverStarted);
        require(counts.queued() == queued, "counts %d queued, there are %d", counts.queued(), queued);
        require(counts.awaiting() == awaiting, "counts %d that await, there are %d", counts.awaiting(), awaiting);
        require(counts.reserved() == reserved, "counts %d reserved, there are %d", counts.reserved(), reserved);
        require(counts.held() == held, "counts %d held back, there are %d", counts.held(), held);
        require(counts.parked() == parked, "counts %d parked, there are %d", counts.parked(), parked);
        long ways = counts.completed() + counts.failed() + counts.cancelled() + counts.handedBack();
        require(counts.ended() == ways, "counts %d ended, in all ways %d", counts.ended(), ways);
        long accounted = queued + inBodies + awaiting + held + counts.ended();
        require(counts.admitted() == accounted, "invariant 7: admitted %d, found %d", counts.admitted(), accounted);
        if (!betweenSteps) {
            long inLanes = queued + running + held + counts.ended();
            require(counts.admitted() == inLanes, "invariant 7: admitted %d, in lanes %d", counts.admitted(), inLanes);
            long active = running - awaiting - lanes.permits.lent();
            require(counts.active() == active, "counts %d active, there are %d", counts.active(), active);
        }
    }

    private void permits(boolean wakeOwed) {
        Permits<K> permits = lanes.permits;
        List<Slot<K>> slots = permits.slots();
        int taken = permits.taken();
        require(taken >= 0, "%d slots are taken", taken);
        require(permits.lent() >= 0, "%d permits are lent", permits.lent());
        int free = free(permits);
        require(free + taken == slots.size(), "%d slots: %d free and %d taken", slots.size(), free, taken);
        long indexes = slots.stream().mapToInt(slot -> slot.index).distinct().count();
        require(indexes == slots.size(), "%d slots have %d indexes", slots.size(), indexes);
        long searching = slots.stream().filter(slot -> slot.searching).count();
        require(searching == permits.searching(), "%d slots are searching, counted %d", searching, permits.searching());
        boolean several = permits.maySeveralSearch(); // the executor takes long: see SlowStart
        require(searching <= 1 || several, "%d slots are searching", searching);
        long holding = slots.stream().filter(slot -> slot.lane != null).count();
        boolean within = betweenSteps || holding + searching <= taken; // given back, it may name its lane still
        require(within, "%d slots are in use, %d taken", holding + searching, taken);
        require(slots.stream().noneMatch(Slot::isStarting), "a slot is announcing a start for ever");
        boolean room = taken < permits.limit() + permits.lent();
        boolean wakeable = !permits.isHeld() && (searching == 0 || several) && room;
        require(wakeable == permits.isWakeable(), "wakeable is %s and should be %s", permits.isWakeable(), wakeable);
        require(
                readyBits == 0 || !wakeable || searching > 0 || wakeOwed,
                "invariant 5: a token waits and a permit is free: %d of %d taken",
                taken,
                permits.limit());
    }

    static <K> int free(Permits<K> permits) {
        int count = 0;
        synchronized (permits) {
            for (Slot<K> slot = permits.free; slot != null; slot = slot.nextFree) {
                count++;
            }
        }
        return count;
    }

    // ---------------------------------------------------------------- at rest

    private void rest() {
        OperationCounters<K> counts = lanes.counts;
        require(
                counts.isIdle(),
                "at rest, but not idle: admitted=%d, ended=%d, taken=%d",
                counts.admitted(),
                counts.ended(),
                lanes.permits.taken());
        long left = queued + running + awaiting + held + reserved;
        require(left == 0, "at rest, but %d operations are left", left);
        int present = lanes.table.laneCount();
        require(present == paused, "at rest, but %d lanes are left of which %d are paused", present, paused);
        require(lanes.permits.taken() == 0, "at rest, but %d slots are taken", lanes.permits.taken());
        require(lanes.permits.lent() == 0, "at rest, but %d permits are lent", lanes.permits.lent());
        require(counts.awaitingTurn() == 0, "at rest, but %d callers wait for their turn", counts.awaitingTurn());
        int blocked = lanes.table.blockedCallers();
        require(blocked == 0, "at rest, but %d callers are blocked", blocked);
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                require(
                        stripe.latest().size() == 0,
                        "at rest, but groups keep %d",
                        stripe.latest().size());
            }
        }
        for (Slot<K> slot : lanes.permits.slots()) {
            require(slot.lane == null, "at rest, but slot %d holds a lane", slot.index);
            require(slot.thread == null, "at rest, but slot %d has a thread", slot.index);
            require(slot.current() == null, "at rest, but slot %d has an operation", slot.index);
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    private void require(boolean holds, String message, Object... values) {
        if (!holds) {
            violations.add(message.formatted(values));
        }
    }
}
