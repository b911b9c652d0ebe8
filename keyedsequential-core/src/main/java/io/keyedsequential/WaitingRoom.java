package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Callers that wait for room. Whoever makes room admits the callers that have waited longest on their behalf, and wakes
 * only those: nobody is woken in vain, and no caller who comes later and may wait overtakes one of its key.
 *
 * <p>The lost wake-up: a caller finds no room and goes to wait, while a runner makes room and sees nobody waiting. The
 * caller raises the count of blocked callers, makes every runner look at it before its next start
 * ({@link Lanes#settleStarts()}), and then tries again before it waits. (Hunted by BlockedProducerAgainstRoomMade.)
 */
final class WaitingRoom<K> {

    /** One caller. Guarded by the lock. */
    private static final class Caller<K> {
        final Operation<K> operation;
        /** Found out by the caller: whoever admits it must not run a function of users, least of all under the lock. */
        final int band;

        final Condition admittedOrClosed;
        Lanes.Admission outcome;

        Caller(Operation<K> operation, int band, Condition condition, Lanes.Admission outcome) {
            this.operation = operation;
            this.band = band;
            this.admittedOrClosed = condition;
            this.outcome = outcome;
        }
    }

    private final Lanes<K> lanes;
    private final ReentrantLock lock = new ReentrantLock();

    /** The callers by key, and the keys in the order in which they are served next. */
    @GuardedBy("lock")
    private final Map<K, Deque<Caller<K>>> waiting = new LinkedHashMap<>();

    @GuardedBy("lock")
    private int count;

    WaitingRoom(Lanes<K> lanes) {
        this.lanes = lanes;
    }

    /** Waits until the operation is admitted, at most that long. The caller wakes a runner afterwards. */
    Lanes.Admission await(Operation<K> operation, Lanes.Admission refusal, long timeoutNanos)
            throws InterruptedException {
        int band = lanes.band(operation.key);
        Caller<K> caller;
        lock.lock();
        try {
            caller = new Caller<>(operation, band, lock.newCondition(), refusal);
            waiting.computeIfAbsent(operation.key, key -> new ArrayDeque<>()).add(caller);
            count(1);
        } finally {
            lock.unlock();
        }
        lanes.settleStarts();
        admit();
        lock.lock();
        try {
            long left = timeoutNanos;
            while (left > 0 && isRefused(caller.outcome)) {
                left = caller.admittedOrClosed.awaitNanos(left);
            }
            return caller.outcome;
        } catch (InterruptedException e) {
            if (isRefused(caller.outcome)) {
                throw e;
            }
            Thread.currentThread().interrupt(); // admitted meanwhile: the interrupt is for what comes after
            return caller.outcome;
        } finally {
            try {
                remove(caller);
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Admits whom there is room for, one caller of each key in turn, so that the callers of a hot key do not keep others
     * out. Called by whoever made room, while somebody waits.
     */
    void admit() {
        long now = System.nanoTime();
        lock.lock();
        try {
            int refusedInARow = 0;
            while (refusedInARow < waiting.size()) {
                K key = waiting.keySet().iterator().next();
                Deque<Caller<K>> callers = Objects.requireNonNull(waiting.get(key));
                Caller<K> offered = callers.element();
                offered.operation.enqueuedAt = now; // what its caller has waited for room is not time in the queue
                Lanes.Admission outcome = lanes.offer(offered.operation, offered.band, false, false);
                if (outcome == Lanes.Admission.FULL) {
                    return;
                }
                if (isRefused(outcome)) {
                    refusedInARow++;
                } else {
                    refusedInARow = 0;
                    Caller<K> first = callers.remove();
                    count(-1);
                    first.outcome = outcome;
                    first.admittedOrClosed.signal();
                }
                waiting.remove(key);
                if (!callers.isEmpty()) {
                    waiting.put(key, callers); // behind the others
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void remove(Caller<K> caller) {
        Deque<Caller<K>> callers = waiting.get(caller.operation.key);
        if (callers != null && callers.remove(caller)) {
            count(-1);
            if (callers.isEmpty()) {
                waiting.remove(caller.operation.key);
            }
        }
    }

    @GuardedBy("lock")
    private void count(int change) {
        count += change;
        lanes.blockedCallers(count);
    }

    private static boolean isRefused(Lanes.Admission outcome) {
        return outcome == Lanes.Admission.FULL || outcome == Lanes.Admission.KEY_FULL;
    }
}
