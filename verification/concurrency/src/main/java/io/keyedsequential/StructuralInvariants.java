package io.keyedsequential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The invariants at the head of {@link Lanes}, read off the structure itself. They hold whenever nobody is inside a call of
 * {@link Lanes}; the caller sees to that. Looking changes nothing: lanes are not settled.
 */
final class StructuralInvariants<K> {

    private final Lanes<K> lanes;
    private final CoordinatorOptions options;
    private final List<String> violations = new ArrayList<>();

    private int tokens;
    private long queued;
    private long neverStarted;
    private long held;
    private long parked;
    private long present;
    private long reserved;

    private StructuralInvariants(Lanes<K> lanes, CoordinatorOptions options) {
        this.lanes = lanes;
        this.options = options;
    }

    /**
     * What is violated now.
     *
     * @param wakeOwed whether somebody has made a lane ready or a permit free and has not called {@link Scheduler#wake()} yet
     */
    static <K> List<String> violations(Lanes<K> lanes, CoordinatorOptions options, boolean wakeOwed) {
        StructuralInvariants<K> check = new StructuralInvariants<>(lanes, options);
        check.everyStripe();
        check.permits(wakeOwed);
        check.balance();
        return check.violations;
    }

    /** What is violated now that everything has ended: nothing at all may be left. */
    static <K> List<String> violationsAtRest(Lanes<K> lanes, CoordinatorOptions options) {
        List<String> found = violations(lanes, options, false);
        if (!lanes.counts.isIdle()) {
            found.add("at rest, but not idle: admitted=%d, ended=%d, taken=%d"
                    .formatted(lanes.counts.admitted(), lanes.counts.ended(), lanes.permits.taken()));
        }
        if (lanes.table.laneCount() != 0) {
            found.add("at rest, but %d lanes are left".formatted(lanes.table.laneCount()));
        }
        if (lanes.permits.lent() != 0) {
            found.add("at rest, but %d permits are lent".formatted(lanes.permits.lent()));
        }
        if (lanes.counts.awaitingTurn() != 0) {
            found.add("at rest, but %d callers wait for their turn".formatted(lanes.counts.awaitingTurn()));
        }
        if (lanes.table.blockedCallers() != 0) {
            found.add("at rest, but %d callers are blocked".formatted(lanes.table.blockedCallers()));
        }
        return found;
    }

    /** How many operations of a key stand in its lane's queue, counted without settling. */
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

    private void everyStripe() {
        long word = lanes.table.readyStripes.get();
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                Set<Lane<K>> ready = tokensOf(stripe);
                Set<K> gathering = gatheringOf(stripe);
                require((word & stripe.bit) != 0 == stripe.ready.hasTokens(), "the word of ready stripes is wrong");
                int[] size = new int[1];
                stripe.forEach(lane -> {
                    size[0]++;
                    lane(stripe, lane, ready.remove(lane));
                    require(gathering.remove(lane.key) == lane.isGathering(), "key %s: who gathers?", lane.key);
                });
                require(gathering.isEmpty(), "invariant 1: keys %s gather without a lane", gathering);
                require(size[0] == stripe.size(), "a stripe has %d lanes and counts %d", size[0], stripe.size());
                require(ready.isEmpty(), "%d tokens belong to lanes that are gone", ready.size());
            }
        }
    }

    @GuardedBy("stripe")
    private Set<Lane<K>> tokensOf(Stripe<K> stripe) {
        Set<Lane<K>> ready = new HashSet<>();
        Consumer<Lane<K>> look = lane -> {
            tokens++;
            require(ready.add(lane), "key %s has two tokens", lane.key);
        };
        stripe.ready.forEach(lane -> {
            if (lane == null) {
                violations.add("the ready queue has a hole");
            } else {
                look.accept(lane);
            }
        });
        return ready;
    }

    @GuardedBy("stripe")
    private Set<K> gatheringOf(Stripe<K> stripe) {
        Set<K> keys = new HashSet<>();
        stripe.forEachGathering(operation -> {
            queued++;
            neverStarted++;
            keys.add(operation.key);
            require(operation.state() == Operation.QUEUED, "operation %d gathers and is not queued", operation.id);
        });
        return keys;
    }

    @GuardedBy("stripe")
    private void lane(Stripe<K> stripe, Lane<K> lane, boolean hasToken) {
        int linked = 0;
        int waiting = 0;
        int fresh = 0;
        boolean untried = false;
        Operation<K> first = null;
        K key = lane.key;
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            linked++;
            require(each.next() != null || lane.tail == each, "key %s: the tail is not the end", key);
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
        int running = lane.running();
        present += running;
        require(stripe.find(key, lane.hash) == lane, "key %s: its lane is not found", key);
        require(linked == lane.queued, "key %s: links %d operations and counts %d", key, linked, lane.queued);
        boolean kept = waiting > 0
                || running > 0
                || lane.isPaused()
                || lane.isGathering()
                || lane.isReserved()
                || lane.isOnlyAwaited();
        reserved += stripe.reserved(lane);
        require(lane.isReserved() == stripe.reserved(lane) > 0, "key %s: are places reserved?", key);
        require(kept, "invariant 1: key %s has nothing and is present", key);
        boolean open = first != null && !first.isHeldBack() && !lane.isPaused();
        boolean startable = open && running < lanes.table.perKeyConcurrency;
        require(hasToken == startable, "invariant 2: key %s has token=%s, startable=%s", key, hasToken, startable);
        require(hasToken == lane.isReady(), "key %s has token=%s and says %s", key, hasToken, lane.isReady());
        require(running >= 0 && running <= lanes.table.perKeyConcurrency, "invariant 3: key %s runs %d", key, running);
        // What is queued again after an attempt was admitted when there was room.
        boolean bound = lanes.counts.admittedBeyondBound() == 0;
        require(!bound || fresh <= options.capacityPerKey(), "invariant 4: key %s queues %d", key, fresh);
    }

    private void permits(boolean wakeOwed) {
        Permits<K> permits = lanes.permits;
        List<Slot<K>> slots = permits.slots();
        int free = permits.freeCount();
        int taken = permits.taken();
        require(free + taken == slots.size(), "%d slots: %d free and %d taken", slots.size(), free, taken);
        long searching = slots.stream().filter(slot -> slot.searching).count();
        require(searching == permits.searching(), "%d slots are searching, counted %d", searching, permits.searching());
        boolean several = permits.maySeveralSearch(); // the executor takes long: see SlowStart
        require(searching <= 1 || several, "%d slots are searching", searching);
        boolean wakeable = !permits.isHeld() && (searching == 0 || several) && taken < permits.limit() + permits.lent();
        require(wakeable == permits.isWakeable(), "wakeable is %s and should be %s", permits.isWakeable(), wakeable);
        require(
                tokens == 0 || !wakeable || searching > 0 || wakeOwed,
                "invariant 5: %d tokens wait and a permit is free",
                tokens);
        require(slots.stream().noneMatch(Slot::isStarting), "a slot is announcing a start for ever");
        require(permits.lent() >= 0, "%d permits are lent", permits.lent());
    }

    private void balance() {
        long running = 0;
        long inHand = 0;
        for (Slot<K> slot : lanes.permits.slots()) {
            Operation<K> operation = slot.current();
            boolean runs = operation != null && operation.state() == Operation.RUNNING;
            boolean awaits = operation != null && operation.state() == Operation.AWAITING;
            running += runs ? 1 : 0;
            inHand += slot.lane != null && !awaits ? 1 : 0;
        }
        long[] awaiting = new long[1];
        lanes.table.lookAtAwaiting(operation -> awaiting[0]++);
        OperationCounters<K> counts = lanes.counts;
        require(inHand + awaiting[0] == present, "%d in hand, %d await, lanes say %d", inHand, awaiting[0], present);
        require(counts.queued() == queued, "counts %d queued, there are %d", counts.queued(), queued);
        boolean bound = counts.admittedBeyondBound() == 0;
        require(!bound || neverStarted <= options.capacity(), "invariant 4: %d operations are queued", neverStarted);
        require(counts.awaiting() == awaiting[0], "counts %d that await, there are %d", counts.awaiting(), awaiting[0]);
        require(counts.reserved() == reserved, "counts %d reserved, there are %d", counts.reserved(), reserved);
        require(counts.held() == held, "counts %d held back, there are %d", counts.held(), held);
        require(counts.parked() == parked, "counts %d parked, there are %d", counts.parked(), parked);
        long accounted = queued + running + awaiting[0] + held + counts.ended();
        require(counts.admitted() == accounted, "invariant 7: admitted %d, found %d", counts.admitted(), accounted);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    private void require(boolean holds, String message, Object... values) {
        if (!holds) {
            violations.add(message.formatted(values));
        }
    }
}
