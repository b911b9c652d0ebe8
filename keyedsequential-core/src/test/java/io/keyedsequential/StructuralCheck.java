package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asserts the invariants at the head of {@link Lanes}, with every stripe locked. Exact when nothing moves: nobody between
 * two calls of the engine, but bodies may be held inside of their operations.
 */
final class StructuralCheck<K> {

    private final Lanes<K> lanes;

    /** Whether somebody acts on what the lanes decide, and so wakes a runner when a lane becomes ready. */
    private final boolean acted;

    private long queued;
    private long running;
    private long awaiting;
    private long held;
    private long parked;
    private long readyBits;
    private long reserved;
    private int paused;

    private StructuralCheck(Lanes<K> lanes, boolean acted) {
        this.lanes = lanes;
        this.acted = acted;
    }

    /** The engine is whole, whatever it holds. */
    static void assertSound(KeyedCoordinator<?> coordinator) {
        assertSound(((StripedCoordinator<?>) coordinator).lanes(), true);
    }

    private static <K> void assertSound(Lanes<K> lanes, boolean acted) {
        new StructuralCheck<>(lanes, acted).check(0, false);
    }

    static <K> void assertSound(Lanes<K> lanes) {
        assertSound(lanes, false);
    }

    /** The engine is whole and holds nothing but lanes that an operator paused. */
    static void assertIdle(KeyedCoordinator<?> coordinator) {
        Lanes<?> lanes = ((StripedCoordinator<?>) coordinator).lanes();
        // What was let in may have run before the thread that waited for it is awake.
        Eventually.until("no lane is kept for who waits", () -> !isAnyOnlyAwaited(lanes));
        assertIdle(lanes);
        OperationTimes times = coordinator.times();
        assertThat(List.of(
                        times.completed().count(),
                        times.failed().count(),
                        times.cancelled().count()))
                .as("operations whose times were added")
                .containsExactly(lanes.counts.completed(), lanes.counts.failed(), lanes.counts.cancelled());
    }

    private static <K> boolean isAnyOnlyAwaited(Lanes<K> lanes) {
        boolean[] any = new boolean[1];
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                stripe.forEach(lane -> any[0] |= lane.isOnlyAwaited());
            }
        }
        return any[0];
    }

    static <K> void assertIdle(Lanes<K> lanes) {
        new StructuralCheck<>(lanes, true).check(0, true);
    }

    private void check(int stripe, boolean idle) {
        if (stripe < lanes.table.stripes.length) {
            synchronized (lanes.table.stripes[stripe]) {
                check(stripe + 1, idle);
            }
            return;
        }
        Map<Lane<K>, Integer> slotsOfLane = slotsOfLane();
        for (Stripe<K> each : lanes.table.stripes) {
            check(each, slotsOfLane);
        }
        assertThat(slotsOfLane).as("slots whose lane is in no table").isEmpty();
        assertThat(lanes.table.readyStripes.get()).as("word of ready stripes").isEqualTo(readyBits);
        checkCounts();
        checkPermits();
        if (idle) {
            checkIdle();
        }
    }

    private Map<Lane<K>, Integer> slotsOfLane() {
        Map<Lane<K>, Integer> count = new IdentityHashMap<>();
        for (Slot<K> slot : lanes.permits.slots()) {
            if (slot.lane != null) {
                count.merge(slot.lane, 1, Integer::sum);
            }
        }
        return count;
    }

    private void check(Stripe<K> stripe, Map<Lane<K>, Integer> slotsOfLane) {
        Set<Lane<K>> tokens = new HashSet<>();
        stripe.ready.forEach(lane -> assertThat(lane != null && tokens.add(lane))
                .as("each token is there once")
                .isTrue());
        Map<K, Integer> awaitingOfKey = new HashMap<>();
        stripe.forEachAwaiting(operation -> {
            assertThat(operation.state()).as("state of %d", operation.id).isEqualTo(Operation.AWAITING);
            awaitingOfKey.merge(operation.key, 1, Integer::sum);
            awaiting++;
        });
        Set<K> gathering = new HashSet<>();
        stripe.forEachGathering(operation -> {
            assertThat(operation.state()).as("state of %d", operation.id).isEqualTo(Operation.QUEUED);
            gathering.add(operation.key);
            queued++;
        });
        List<Lane<K>> found = new ArrayList<>();
        stripe.forEach(found::add);
        assertThat(stripe.size()).as("size of the table").isEqualTo(found.size());
        for (Lane<K> lane : found) {
            int expectedRunning = slotsOfLane.getOrDefault(lane, 0) + awaitingOfKey.getOrDefault(lane.key, 0);
            check(stripe, lane, tokens, expectedRunning);
            slotsOfLane.remove(lane);
            awaitingOfKey.remove(lane.key);
            assertThat(gathering.remove(lane.key))
                    .as("flag of those that gather")
                    .isEqualTo(lane.isGathering());
        }
        assertThat(gathering).as("gathering operations without a lane").isEmpty();
        assertThat(awaitingOfKey).as("awaiting operations without a lane").isEmpty();
        assertThat(new HashSet<>(found).containsAll(tokens))
                .as("a token without a lane")
                .isTrue();
        if (!tokens.isEmpty()) {
            readyBits |= stripe.bit;
        }
    }

    private void check(Stripe<K> stripe, Lane<K> lane, Set<Lane<K>> tokens, int expectedRunning) {
        assertThat(stripe.find(lane.key, LaneTable.spread(lane.key)))
                .as("lane found by its key")
                .isSameAs(lane);
        int nodes = 0;
        int waiting = 0;
        int heldHere = 0;
        Operation<K> first = null;
        Operation<K> last = null;
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            nodes++;
            if (each.isWaiting()) {
                first = first == null ? each : first;
                waiting += each.isHeldBack() ? 0 : 1;
                heldHere += each.isHeldBack() ? 1 : 0;
                parked += each.state() == Operation.PARKED ? 1 : 0;
            } else {
                assertThat((Object) first)
                        .as("a started operation behind a waiting one")
                        .isNull();
            }
            assertThat(last == null || last.isBefore(each))
                    .as("in the order of their places")
                    .isTrue();
            assertThat(each.key).isEqualTo(lane.key);
            last = each;
        }
        assertThat(lane.tail).as("tail").isSameAs(last);
        assertThat(lane.queued).as("nodes counted").isEqualTo(nodes);
        assertThat(lane.running()).as("running").isEqualTo(expectedRunning);
        assertThat(lane.running()).as("running of one key").isBetween(0, lanes.table.perKeyConcurrency);
        assertThat(first != null
                        || lane.running() > 0
                        || lane.isPaused()
                        || lane.isGathering()
                        || lane.isReserved()
                        || lane.isOnlyAwaited())
                .as(
                        "something keeps the lane: waiting=%d, running=%d, paused=%s",
                        waiting, lane.running(), lane.isPaused())
                .isTrue();
        boolean startable = first != null
                && !first.isHeldBack()
                && lane.running() < lanes.table.perKeyConcurrency
                && !lane.isPaused();
        assertThat(lane.isReady()).as("ready iff startable").isEqualTo(startable);
        assertThat(tokens.contains(lane)).as("token iff ready").isEqualTo(startable);
        assertThat(lane.isReserved()).as("flag of reserved places").isEqualTo(stripe.reserved(lane) > 0);
        reserved += stripe.reserved(lane);
        queued += waiting;
        held += heldHere;
        running += lane.running();
        paused += lane.isPaused() ? 1 : 0;
    }

    private void checkCounts() {
        OperationCounters<K> counts = lanes.counts;
        assertThat(counts.admitted())
                .as(
                        "admitted = queued %d + held %d + running and awaiting %d + ended %d",
                        queued, held, running, counts.ended())
                .isEqualTo(queued + held + running + counts.ended());
        assertThat(counts.reserved()).as("reserved").isEqualTo(reserved);
        assertThat(counts.held()).as("held back").isEqualTo(held);
        assertThat(counts.parked()).as("parked").isEqualTo(parked);
        assertThat(counts.ended())
                .isEqualTo(counts.completed() + counts.failed() + counts.cancelled() + counts.handedBack());
        assertThat(counts.queued()).as("queued").isEqualTo(queued);
        assertThat(counts.awaiting()).as("awaiting").isEqualTo(awaiting);
        assertThat(counts.active()).as("active").isEqualTo((int) (running - awaiting - lanes.permits.lent()));
    }

    private void checkPermits() {
        Permits<K> permits = lanes.permits;
        synchronized (permits) {
            int slots = permits.slots().size();
            assertThat(permits.taken()).as("slots taken").isBetween(0, slots);
            Set<Integer> indexes = new HashSet<>();
            int searching = 0;
            int holding = 0;
            for (Slot<K> slot : permits.slots()) {
                assertThat(indexes.add(slot.index))
                        .as("slot %d is there once", slot.index)
                        .isTrue();
                searching += slot.searching ? 1 : 0;
                holding += slot.lane == null ? 0 : 1;
            }
            assertThat(permits.freeCount()).as("free slots").isEqualTo(slots - permits.taken());
            assertThat(searching).as("searchers").isEqualTo(permits.searching());
            assertThat(searching <= 1 || permits.maySeveralSearch())
                    .as("%d search", searching)
                    .isTrue();
            assertThat(holding + searching).as("slots in use").isLessThanOrEqualTo(permits.taken());
            boolean room = permits.taken() < permits.limit() + permits.lent();
            assertThat(permits.isWakeable())
                    .as(
                            "wakeable: held=%s, searching=%d, %d of %d taken",
                            permits.isHeld(), searching, permits.taken(), permits.limit())
                    .isEqualTo(!permits.isHeld() && (searching == 0 || permits.maySeveralSearch()) && room);
            if (acted && readyBits != 0 && !permits.isHeld()) {
                assertThat(searching > 0 || !room)
                        .as("no permit is free while a lane is ready, unless somebody is on the way")
                        .isTrue();
            }
        }
    }

    private void checkIdle() {
        assertThat(queued).as("queued").isZero();
        assertThat(running).as("running").isZero();
        assertThat(awaiting).as("awaiting").isZero();
        assertThat(held).as("held back").isZero();
        assertThat(reserved).as("reserved").isZero();
        assertThat(lanes.table.laneCount()).as("lanes, but for paused ones").isEqualTo(paused);
        assertThat(lanes.permits.taken()).as("slots taken").isZero();
        assertThat(lanes.permits.lent()).as("permits lent").isZero();
        assertThat(lanes.table.blockedCallers()).as("blocked callers").isZero();
        assertThat(lanes.counts.awaitingTurn())
                .as("callers that wait for their turn")
                .isZero();
        assertThat(lanes.table.readyStripes.get()).as("ready stripes").isZero();
        assertThat(lanes.counts.isIdle()).as("idle").isTrue();
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                assertThat(stripe.latest().size()).as("kept by groups").isZero();
            }
        }
        for (Slot<K> slot : lanes.permits.slots()) {
            assertThat(slot.searching).as("searching").isFalse();
            assertThat(slot.isStarting()).as("starting").isFalse();
            assertThat(slot.lane).as("lane in hand").isNull();
            assertThat(slot.thread).as("thread").isNull();
            assertThat((Object) slot.current()).as("last operation").isNull();
        }
    }
}
