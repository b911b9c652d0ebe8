package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What callers and operators are shown. Under a stripe's lock only references are copied; the views are
 * made afterwards.
 */
final class Views<K> {

    /** Operations of one lane that {@link KeyedCoordinator#lane} shows at most. */
    static final int MOST_OPERATIONS = 1_000;

    /** Operations of each lane that {@link KeyedCoordinator#lanes} shows at most. */
    static final int FIRST_OPERATIONS = 10;

    private final Lanes<K> lanes;
    private final RecentOperations<K> recent;
    private final Explanations<K> explanations;

    Views(Lanes<K> lanes, RecentOperations<K> recent) {
        this.lanes = lanes;
        this.recent = recent;
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
                .map(glance -> show(glance, runningOf(glance.lane()), Snapshots.now(), most, true));
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
        Map<Lane<K>, List<Running<K>>> running = runningByLane();
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
        Map<Lane<K>, List<Running<K>>> running = runningByLane();
        Snapshots now = Snapshots.now();
        Set<Lane<K>> seenRunning = new HashSet<>();
        running.forEach((known, operations) -> {
            long age = now.nanos() - longestOf(operations).operation().startedAt;
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
        Map<Lane<K>, List<Running<K>>> running = runningByLane();
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
        Map<Lane<K>, List<Running<K>>> running = runningByLane();
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
            Running<K> longest = longestOf(running);
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

    /** Of one or more, the one that has run longest. */
    private static <K> Running<K> longestOf(List<Running<K>> running) {
        Running<K> longest = running.get(0);
        for (Running<K> each : running) {
            if (each.operation().startedAt - longest.operation().startedAt < 0) {
                longest = each;
            }
        }
        return longest;
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

    List<OperationSnapshot> running(int limit) {
        Snapshots now = Snapshots.now();
        return running().stream()
                .sorted(Comparator.comparingLong(each -> each.since() - now.nanos()))
                .limit(limit)
                .map(each -> now.of(each.operation(), each.thread()))
                .toList();
    }

    List<OperationSnapshot> recent() {
        Snapshots now = Snapshots.now();
        return recent.list(now.nanos()).stream().map(each -> now.of(each, null)).toList();
    }

    List<K> keys() {
        List<K> keys = new ArrayList<>(lanes.table.laneCount());
        lanes.table.lookAtAll(lane -> keys.add(lane.key));
        return List.copyOf(keys);
    }

    /** A live operation by its id. Cost grows with the number of operations. */
    @Nullable
    Operation<K> find(long id) {
        Operation<K> running = findRunning(id);
        if (running != null) {
            return running;
        }
        List<Operation<K>> found = new ArrayList<>(1);
        lanes.table.lookAtAll(lane -> {
            for (Operation<K> each = lane.head; each != null && found.isEmpty(); each = each.next()) {
                if (each.shownId() == id) {
                    found.add(each);
                }
            }
        });
        lanes.table.lookAtGathering(each -> {
            if (each.shownId() == id) {
                found.add(each);
            }
        });
        return found.isEmpty() ? findRunning(id) : found.get(0); // it may have been started between our looks
    }

    /** The same for one that runs or awaits its stage. Cost grows with the number of those. */
    @Nullable
    Operation<K> findRunning(long id) {
        for (Running<K> each : running()) {
            if (each.operation().shownId() == id) {
                return each.operation();
            }
        }
        return null;
    }

    List<OperationSnapshot> everything() {
        List<Operation<K>> queued = new ArrayList<>();
        lanes.table.lookAtAll(lane -> {
            for (Operation<K> each = lane.head; each != null; each = each.next()) {
                queued.add(each);
            }
        });
        lanes.table.lookAtGathering(queued::add);
        List<Running<K>> running = running();
        Snapshots now = Snapshots.now();
        // Weakly consistent, but nothing twice: what moved on between two looks is shown where it was seen first.
        Map<Long, OperationSnapshot> shown = new LinkedHashMap<>();
        for (Running<K> each : running) {
            shown.putIfAbsent(each.operation().id, now.of(each.operation(), each.thread()));
        }
        for (Operation<K> each : queued) {
            shown.putIfAbsent(each.id, now.of(each, null));
        }
        for (Operation<K> each : recent.list(now.nanos())) {
            shown.putIfAbsent(each.id, now.of(each, null));
        }
        return List.copyOf(shown.values());
    }

    /** With the beginning of its attempt as it was when it was seen: the next attempt has another one. */
    private record Running<K>(Operation<K> operation, @Nullable Thread thread, @Nullable Wait waitsFor, long since) {

        Running(Operation<K> operation, @Nullable Thread thread, @Nullable Wait waitsFor) {
            this(operation, thread, waitsFor, operation.startedAt);
        }
    }

    private Map<Lane<K>, List<Running<K>>> runningByLane() {
        Map<Lane<K>, List<Running<K>>> byLane = new HashMap<>(); // a lane asks its key nothing
        for (Running<K> each : running()) {
            byLane.computeIfAbsent(each.operation().lane(), lane -> new ArrayList<>(1))
                    .add(each);
        }
        return byLane;
    }

    /** What runs of one lane, or awaits its stage. */
    private List<Running<K>> runningOf(Lane<K> lane) {
        List<Running<K>> running = inSlots();
        running.removeIf(each -> each.operation().lane != lane);
        addAwaiting(running, action -> lanes.table.lookAtAwaiting(lane, action));
        return running;
    }

    /** What runs now, slot by slot, and what awaits its stage, which no slot has. */
    private List<Running<K>> running() {
        List<Running<K>> running = inSlots();
        addAwaiting(
                running,
                lanes.table::lookAtAwaiting); // after the slots: what was left to its stage meanwhile is found here
        return running;
    }

    private List<Running<K>> inSlots() {
        List<Running<K>> running = new ArrayList<>();
        for (Slot<K> slot : lanes.permits.slots()) {
            Operation<K> operation = slot.current();
            if (operation != null && operation.state() == Operation.RUNNING) {
                running.add(new Running<>(operation, slot.thread, slot.waitsFor));
            }
        }
        return running;
    }

    private void addAwaiting(List<Running<K>> running, Consumer<Consumer<Operation<K>>> look) {
        Set<Operation<K>> inSlots = new HashSet<>();
        running.forEach(each -> inSlots.add(each.operation()));
        look.accept(operation -> {
            if (!inSlots.contains(operation)) {
                running.add(new Running<>(operation, null, null));
            }
        });
    }

    /**
     * The longest time any attempt has run or awaited its stage; what an attempt awaits has no slot.
     */
    Duration longestRun() {
        Snapshots now = Snapshots.now();
        long longest = now.nanos();
        for (Running<K> each : running()) {
            long begun = each.operation().startedAt;
            longest = begun - longest < 0 ? begun : longest;
        }
        return now.since(longest);
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
