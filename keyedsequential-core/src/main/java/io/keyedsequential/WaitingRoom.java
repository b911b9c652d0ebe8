package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Callers that wait for room. Whoever makes room admits the callers that have waited longest on their behalf, key by key,
 * and wakes only those; nobody is woken in vain, and nobody who comes later overtakes.
 *
 * <p>The lost wake-up: a caller finds no room and goes to wait, while a runner makes room and sees nobody waiting. The
 * caller raises the count of blocked callers, makes every runner look at it before its next start
 * ({@link Lanes#settleStarts()}), and then tries again before it waits.
 */
final class WaitingRoom<K> {

    /** One caller. Guarded by the lock. */
    private static final class Caller<K> {
        final Operation<K> operation;
        final Condition admittedOrClosed;
        Lanes.Admission outcome;

        Caller(Operation<K> operation, Condition condition, Lanes.Admission outcome) {
            this.operation = operation;
            this.admittedOrClosed = condition;
            this.outcome = outcome;
        }
    }

    private final Lanes<K> lanes;
    private final ReentrantLock lock = new ReentrantLock();

    /** The callers by key; keys in the order in which their first caller came. */
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
        Caller<K> caller;
        lock.lock();
        try {
            caller = new Caller<>(operation, lock.newCondition(), refusal);
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
            remove(caller);
            lock.unlock();
        }
    }

    /** Admits whom there is room for. Called by whoever made room, while somebody waits. */
    void admit() {
        lock.lock();
        try {
            Iterator<Deque<Caller<K>>> keys = waiting.values().iterator();
            while (keys.hasNext()) {
                Deque<Caller<K>> callers = keys.next();
                Lanes.Admission outcome = admitFirst(callers);
                if (callers.isEmpty()) {
                    keys.remove();
                }
                if (outcome == Lanes.Admission.FULL) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody go, because the intake has been closed. */
    void close() {
        admit();
    }

    @GuardedBy("lock")
    private Lanes.Admission admitFirst(Deque<Caller<K>> callers) {
        Lanes.Admission outcome = Lanes.Admission.ADMITTED;
        while (!callers.isEmpty()) {
            Caller<K> first = callers.element();
            outcome = lanes.offer(first.operation, false, false);
            if (isRefused(outcome)) {
                first.outcome = outcome;
                return outcome;
            }
            callers.remove();
            count(-1);
            first.outcome = outcome;
            first.admittedOrClosed.signal();
        }
        return outcome;
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
