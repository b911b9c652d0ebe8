package io.keyedsequential;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Callers that wait for room. A thread that makes room admits the callers that have waited longest, on their behalf,
 * and wakes only those: none is woken in vain, and no caller that comes later and may wait overtakes one of its key.
 *
 * <p>A key is asked by its own caller only, before it waits, and under no lock but that of its stripe. What waits is
 * held by lane, which stays in its table as long as a caller waits: see {@link AdmissionControl#expect}.
 *
 * <p>Making room costs a few steps, however many keys wait. The lines of callers whose key was full are not tried
 * again before an operation has left that key ({@link AdmissionControl#pollLeft}), or there is as much room in the atom
 * as the key needs.
 *
 * <p>The lost wake-up: a caller finds no room and goes to wait, while a runner makes room and sees no caller waiting.
 * The caller raises the count of blocked callers, makes every runner look at it before its next start
 * ({@link LaneTable#fenceStarts()}), and then tries again before it waits. (Hunted by BlockedProducerAgainstRoomMade.)
 *
 * <p>The lost line: a caller finds that its key is full, while an operation leaves it. The line is watched under the
 * lock of the stripe before it is put away, so a thread that takes the operation out either is seen by that look, or
 * sees that the line is watched, says so, and comes here after it. (Hunted by BlockedProducerAgainstKeyThatOpens.)
 */
final class BlockedCallers<K> {

    /** One caller. Guarded by the lock as long as it stands in its line. */
    private static final class Caller<K> {
        final Operation<K> operation;
        final Condition admittedOrClosed;
        AdmissionResult outcome;

        Caller(Operation<K> operation, Condition condition, AdmissionResult outcome) {
            this.operation = operation;
            this.admittedOrClosed = condition;
            this.outcome = outcome;
        }
    }

    /** The callers of one key, in the order in which they came. Guarded by the lock. In the order of what they need. */
    private static final class Line<K> implements Comparable<Line<K>> {
        final Lane<K> lane;
        final Set<Caller<K>> callers = new LinkedHashSet<>(2);

        /** How much room in the atom it needs, if its key was full; and after how many others it was found so. */
        long needed;

        long number;

        Line(Lane<K> lane) {
            this.lane = lane;
        }

        @Override
        public int compareTo(Line<K> other) {
            return needed != other.needed ? Long.compare(needed, other.needed) : Long.compare(number, other.number);
        }
    }

    private final Lanes<K> lanes;
    private final ReentrantLock lock;

    /** Every line there is, none of them empty. A lane is equal to itself only, and asks its key nothing. */
    @GuardedBy("lock")
    private final Map<Lane<K>, Line<K>> lines = new HashMap<>();

    /** The lines whose keys may have room, in the order in which they are served next. */
    @GuardedBy("lock")
    private final Set<Line<K>> next = new LinkedHashSet<>();

    /** The lines whose keys were full, the one that needs the least room first. A line is here or in {@link #next}. */
    @GuardedBy("lock")
    private final NavigableSet<Line<K>> full = new TreeSet<>();

    @GuardedBy("lock")
    private long everFull;

    @GuardedBy("lock")
    private int count;

    /** For tests: how often an operation was offered. */
    @GuardedBy("lock")
    private long offers;

    BlockedCallers(Lanes<K> lanes) {
        this(lanes, new ReentrantLock());
    }

    /** For tests: with a lock that tells when it is let go. */
    BlockedCallers(Lanes<K> lanes, ReentrantLock lock) {
        this.lanes = lanes;
        this.lock = lock;
    }

    /** Waits until the operation is admitted, at most that long. The caller wakes a runner afterwards. */
    AdmissionResult await(Operation<K> operation, AdmissionResult refusal, long timeoutNanos)
            throws InterruptedException {
        Caller<K> caller = new Caller<>(operation, lock.newCondition(), refusal);
        boolean keptByOthers = operation.lane != null;
        enter(caller);
        InterruptedException interrupt = null;
        try {
            lanes.table.fenceStarts();
            admit();
            sleep(caller, timeoutNanos);
        } catch (InterruptedException e) {
            interrupt = e;
        } finally {
            leave(caller, keptByOthers);
        }
        // Only now is the outcome final: a thread that made room may have admitted it as long as it stood in its line.
        if (interrupt != null) {
            if (isRefused(caller.outcome)) {
                throw interrupt;
            }
            Thread.currentThread().interrupt(); // admitted meanwhile: the interrupt is for what comes after
        }
        return caller.outcome;
    }

    private void sleep(Caller<K> caller, long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (left > 0 && isRefused(caller.outcome)) {
                left = caller.admittedOrClosed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Puts a caller to the end of its line. */
    private void enter(Caller<K> caller) {
        Operation<K> operation = caller.operation;
        int band = lanes.table.band(operation.key); // foreign: under no lock, and on no other thread
        while (true) {
            Lane<K> lane = lanes.admission.expect(operation, band);
            lock.lock();
            try {
                if (lanes.admission.isExpected(lane)) { // the last one of a line may have left it meanwhile
                    Line<K> line = lines.get(lane);
                    if (line == null) {
                        line = new Line<>(lane);
                        lines.put(lane, line);
                        next.add(line);
                    }
                    line.callers.add(caller);
                    operation.lane = lane;
                    count(1);
                    return;
                }
            } finally {
                removeIfEmpty(lane); // for want of memory
                lock.unlock();
            }
        }
    }

    /**
     * Admits the callers that there is room for, one caller of each key in turn, so that the callers of a hot key do
     * not keep others out. Called by a thread that made room, while callers wait.
     */
    void admit() {
        long now = System.nanoTime();
        lock.lock();
        try {
            reopen();
            for (Line<K> line = first(); line != null; line = first()) {
                Caller<K> caller = line.callers.iterator().next();
                caller.operation.enqueuedAt = now; // what its caller has waited for room is not time in the queue
                offers++;
                AdmissionResult outcome = lanes.admission.offerKept(caller.operation);
                if (outcome == AdmissionResult.FULL) {
                    return;
                }
                remove(line);
                if (outcome == AdmissionResult.KEY_FULL) {
                    line.needed = lanes.admission.watch(line.lane);
                    line.number = ++everFull;
                    full.add(line);
                } else {
                    caller.outcome = outcome;
                    caller.admittedOrClosed.signal();
                    line.callers.remove(caller);
                    count(-1);
                    next.add(line); // behind the others
                    removeIfEmpty(line.lane);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The line to be served now: of those whose key may have room, or has as there is so much in the atom. */
    @GuardedBy("lock")
    private @Nullable Line<K> first() {
        if (!next.isEmpty()) {
            return next.iterator().next();
        }
        Line<K> least = full.isEmpty() ? null : full.first();
        return least != null && least.needed != AdmissionControl.NO_ROOM_WILL_DO && least.needed <= lanes.counts.room()
                ? least
                : null;
    }

    /**
     * Lines whose key was full are to be served again once an operation has left it, and all of them if the door
     * is closed.
     */
    @GuardedBy("lock")
    private void reopen() {
        if (!full.isEmpty() && lanes.table.refusalAtDoor(false) != null) {
            next.addAll(full);
            full.clear();
        }
        for (Lane<K> lane = lanes.admission.pollLeft(); lane != null; lane = lanes.admission.pollLeft()) {
            Line<K> line = lines.get(lane);
            if (line != null && full.remove(line)) {
                next.add(line);
            }
        }
    }

    private void leave(Caller<K> caller, boolean keptByOthers) {
        Operation<K> operation = caller.operation;
        lock.lock();
        try {
            Lane<K> lane = operation.lane;
            Line<K> line = lane == null ? null : lines.get(lane);
            if (line != null && line.callers.remove(caller)) {
                count(-1);
                if (!keptByOthers) {
                    operation.lane = null;
                }
                removeIfEmpty(line.lane);
            } else if (!keptByOthers && isTurnedAway(caller.outcome)) {
                operation.lane = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of a lane for which no caller waits. */
    @GuardedBy("lock")
    private void removeIfEmpty(Lane<K> lane) {
        Line<K> line = lines.get(lane);
        if (line == null || line.callers.isEmpty()) {
            if (line != null) {
                remove(line);
                lines.remove(lane);
            }
            lanes.admission.expectNoMore(lane);
        }
    }

    @GuardedBy("lock")
    private void remove(Line<K> line) {
        next.remove(line);
        full.remove(line);
    }

    @GuardedBy("lock")
    private void count(int change) {
        count += change;
        lanes.table.blockedCallers(count);
    }

    private static boolean isRefused(AdmissionResult outcome) {
        return outcome == AdmissionResult.FULL || outcome == AdmissionResult.KEY_FULL;
    }

    private static boolean isTurnedAway(AdmissionResult outcome) {
        return outcome != AdmissionResult.ADMITTED && outcome != AdmissionResult.ADMITTED_READY;
    }

    /** For tests: how often an operation was offered for a caller that waits. */
    long offers() {
        lock.lock();
        try {
            return offers;
        } finally {
            lock.unlock();
        }
    }
}
