package io.keyedsequential;

import io.keyedsequential.RunningOperations.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * What callers and operators are shown of lanes. Under a stripe's lock only references are copied; the views are made
 * afterwards.
 */
final class LaneViews<K> {

    /** Operations of one lane that {@link KeyedCoordinator#lane} shows at most. */
    static final int MOST_OPERATIONS = 1_000;

    /** Operations of each lane that {@link KeyedCoordinator#lanes} shows at most. */
    static final int FIRST_OPERATIONS = 10;

    private final Lanes<K> lanes;
    private final RunningOperations<K> atWork;
    private final Explanations<K> explanations;

    LaneViews(Lanes<K> lanes, RunningOperations<K> atWork) {
        this.lanes = lanes;
        this.atWork = atWork;
        this.explanations = new Explanations<>(lanes);
    }

    /** A lane as it was under the lock: numbers, and references to the first operations. */
    private record Glance<K>(
            Lane<K> lane,
            boolean paused,
            int queued,
            int running,
            int heldBack,
            boolean onlyGathers,
            int reserved,
            List<Operation<K>> first) {

        /** Called under the lane's lock. */
        static <K> Glance<K> at(Lanes<K> lanes, Lane<K> lane, int most) {
            List<Operation<K>> gathering = lanes.table.gathering(lane);
            int queued = lane.queued + gathering.size();
            List<Operation<K>> first = new ArrayList<>(Math.min(most, queued));
            for (Operation<K> each = lane.head; each != null && first.size() < most; each = each.next()) {
                first.add(each);
            }
            first.addAll(gathering.subList(0, Math.min(gathering.size(), most - first.size())));
            boolean onlyGathers = lane.head == null && !gathering.isEmpty();
            int heldBack = 0; // they stand at the head
            for (Operation<K> each = lane.head; each != null && each.isHeldBack(); each = each.next()) {
                heldBack++;
            }
            return new Glance<>(
                    lane,
                    lane.isPaused(),
                    queued,
                    lane.running(),
                    heldBack,
                    onlyGathers,
                    lanes.table.reserved(lane),
                    first);
        }

        int size() {
            return queued + running;
        }
    }

    Optional<LaneSnapshot> lane(K key, int most) {
        List<Glance<K>> found = new ArrayList<>(1);
        lanes.table.look(key, lane -> found.add(Glance.at(lanes, lane, Math.max(1, most))));
        return found.stream()
                .findFirst()
                .map(glance -> show(glance, atWork.of(glance.lane()), Snapshots.now(), most, true));
    }

    List<LaneSnapshot> busiest(int limit) {
        PriorityQueue<Glance<K>> top = new PriorityQueue<>(Comparator.<Glance<K>>comparingInt(Glance::size));
        lanes.table.lookAtAll(lane -> {
            Glance<K> least = top.peek();
            if (top.size() < limit || (least != null && least.size() < lanes.table.queued(lane) + lane.running())) {
                top.add(glance(lane));
                if (top.size() > limit) {
                    top.remove();
                }
            }
        });
        Map<Lane<K>, List<Running<K>>> running = atWork.byLane();
        Snapshots now = Snapshots.now();
        return top.stream()
                .sorted(Comparator.<Glance<K>>comparingInt(Glance::size).reversed())
                .map(glance -> show(glance, running, now, FIRST_OPERATIONS, false))
                .toList();
    }

    /** A lane, whether it is parked, and how long the operation has run or waited for which it is shown. */
    private record Stuck<K>(Glance<K> glance, boolean parked, long age) {

        /** The least one first: parked ones are more than any other, then goes the age. */
        static <K> Comparator<Stuck<K>> order() {
            return Comparator.<Stuck<K>, Boolean>comparing(Stuck::parked).thenComparingLong(Stuck::age);
        }
    }

    /**
     * The lanes that are parked, then those with an attempt that began so long ago and runs or backs off, and those
     * that are paused with a head that waits for so long; the longest first. What only waits for a permit is not stuck:
     * its lane moves with the others. What moves on between the looks is not stuck either, and may be left out.
     */
    List<LaneSnapshot> stuck(long nanos, int limit) {
        PriorityQueue<Stuck<K>> longest = new PriorityQueue<>(Stuck.order());
        Map<Lane<K>, List<Running<K>>> running = atWork.byLane();
        Snapshots now = Snapshots.now();
        Set<Lane<K>> seenRunning = new HashSet<>();
        running.forEach((known, operations) -> {
            long age = now.nanos() - RunningOperations.longestOf(operations).operation().startedAt;
            if (age >= nanos && isAmong(longest, limit, false, age)) {
                lanes.table.look(known, lane -> {
                    if (lane.running() > 0 && !lane.isParked() && seenRunning.add(lane)) {
                        add(longest, limit, new Stuck<>(glance(lane), false, age));
                    }
                });
            }
        });
        lanes.table.lookAtAll(lane -> {
            Operation<K> head = lane.head;
            if (head == null || seenRunning.contains(lane)) {
                return;
            }
            boolean parked = lane.isParked();
            long age = now.nanos() - (parked ? head.enqueuedAt : stoodSince(head));
            boolean stuck = parked || (lane.running() == 0 && age >= nanos && !isReady(lane, head));
            if (stuck && isAmong(longest, limit, parked, age)) {
                add(longest, limit, new Stuck<>(glance(lane), parked, age));
            }
        });
        return show(longest, running, now);
    }

    /** The lanes in which an operation has waited longest, whatever it waits for; the longest first. */
    List<LaneSnapshot> oldest(int limit) {
        PriorityQueue<Stuck<K>> longest = new PriorityQueue<>(Stuck.order());
        Map<Lane<K>, List<Running<K>>> running = atWork.byLane();
        Snapshots now = Snapshots.now();
        lanes.table.lookAtAll(lane -> {
            Operation<K> head = lane.head;
            long age = head == null ? 0 : now.nanos() - head.enqueuedAt;
            if (head != null && isAmong(longest, limit, false, age)) {
                add(longest, limit, new Stuck<>(glance(lane), false, age));
            }
        });
        return show(longest, running, now);
    }

    /** The first lanes that an operator has paused, whether or not they have an operation. */
    List<LaneSnapshot> paused(int limit) {
        List<Glance<K>> paused = new ArrayList<>();
        lanes.table.lookAtAll(lane -> {
            if (lane.isPaused() && paused.size() < limit) {
                paused.add(glance(lane));
            }
        });
        Map<Lane<K>, List<Running<K>>> running = atWork.byLane();
        Snapshots now = Snapshots.now();
        return paused.stream()
                .map(glance -> show(glance, running, now, FIRST_OPERATIONS, false))
                .toList();
    }

    /** Since when a lane has stood that runs nothing: since the last attempt of its head, or since there is one. */
    private static long stoodSince(Operation<?> head) {
        return head.state() == Operation.BACKING_OFF ? head.startedAt : head.enqueuedAt;
    }

    /** Whether nothing but the want of a permit keeps a lane from running its head. */
    private boolean isReady(Lane<K> lane, Operation<K> head) {
        return !head.isHeldBack() && !lane.isPaused() && !lanes.permits.isHeld();
    }

    private List<LaneSnapshot> show(
            PriorityQueue<Stuck<K>> longest, Map<Lane<K>, List<Running<K>>> running, Snapshots now) {
        return longest.stream()
                .sorted(Stuck.<K>order().reversed())
                .map(stuck -> show(stuck.glance(), running, now, FIRST_OPERATIONS, false))
                .toList();
    }

    private Glance<K> glance(Lane<K> lane) {
        return Glance.at(lanes, lane, FIRST_OPERATIONS);
    }

    private static <K> boolean isAmong(PriorityQueue<Stuck<K>> longest, int limit, boolean parked, long age) {
        Stuck<K> least = longest.peek();
        return longest.size() < limit || (least != null && (parked == least.parked() ? least.age() < age : parked));
    }

    private static <K> void add(PriorityQueue<Stuck<K>> longest, int limit, Stuck<K> stuck) {
        longest.add(stuck);
        if (longest.size() > limit) {
            longest.remove();
        }
    }

    private LaneSnapshot show(
            Glance<K> glance, Map<Lane<K>, List<Running<K>>> allRunning, Snapshots now, int most, boolean withStack) {
        return show(glance, allRunning.getOrDefault(glance.lane(), List.of()), now, most, withStack);
    }

    private LaneSnapshot show(Glance<K> glance, List<Running<K>> running, Snapshots now, int most, boolean withStack) {
        List<OperationSnapshot> operations = new ArrayList<>();
        for (Running<K> each : running) {
            if (operations.size() < most) {
                operations.add(now.of(each.operation(), each.thread()));
            }
        }
        Duration oldestWait = Duration.ZERO;
        for (Operation<K> each : glance.first()) {
            Duration wait = now.since(each.enqueuedAt);
            oldestWait = oldestWait.compareTo(wait) < 0 ? wait : oldestWait;
            if (operations.size() < most) {
                operations.add(now.of(each, null));
            }
        }
        LaneState state = state(glance);
        return new LaneSnapshot(
                glance.lane().key,
                state,
                glance.paused(),
                glance.queued() - glance.heldBack(),
                glance.running(),
                glance.heldBack(),
                oldestWait,
                List.copyOf(operations),
                explanations.explain(seen(glance, state, running), now, withStack));
    }

    /** The operation that the others of the lane wait for: the one that has run longest, or the one at the head. */
    private Explanations.Seen seen(Glance<K> glance, LaneState state, List<Running<K>> running) {
        if (!running.isEmpty()) {
            Running<K> longest = RunningOperations.longestOf(running);
            return new Explanations.Seen(
                    state,
                    glance.paused(),
                    glance.queued(),
                    glance.reserved(),
                    longest.operation(),
                    longest.thread(),
                    longest.waitsFor());
        }
        Operation<K> head = glance.first().isEmpty() ? null : glance.first().get(0);
        int behind = Math.max(0, glance.queued() - 1);
        return new Explanations.Seen(state, glance.paused(), behind, glance.reserved(), head, null, null);
    }

    private LaneState state(Glance<K> glance) {
        if (glance.running() > 0) {
            return LaneState.RUNNING;
        }
        int head = glance.first().isEmpty()
                ? Operation.COMPLETED
                : glance.first().get(0).state();
        if (head == Operation.PARKED) {
            return LaneState.PARKED;
        }
        if (head == Operation.BACKING_OFF) {
            return LaneState.BACKING_OFF;
        }
        if (glance.paused() || lanes.permits.isHeld()) {
            return LaneState.PAUSED;
        }
        return glance.onlyGathers() ? LaneState.GATHERING : LaneState.READY;
    }

    List<K> keys() {
        List<K> keys = new ArrayList<>(lanes.table.laneCount());
        lanes.table.lookAtAll(lane -> keys.add(lane.key));
        return List.copyOf(keys);
    }

    /** A lane stands in the order in which its operations have come, so the head of each says enough. */
    Duration oldestWait() {
        Snapshots now = Snapshots.now();
        long[] oldest = {now.nanos()};
        lanes.table.lookAtAll(lane -> {
            Operation<K> head = lane.head;
            if (head != null && head.enqueuedAt - oldest[0] < 0) {
                oldest[0] = head.enqueuedAt;
            }
        });
        return now.since(oldest[0]);
    }
}
