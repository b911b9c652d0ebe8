package io.keyedsequential.spring.test;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Remembers what one atom ran. Every field is guarded by this. */
final class OperationRecorder implements CoordinatorListener {

    static final int MOST = 10_000;

    private final Deque<OperationSnapshot> finished = new ArrayDeque<>();
    private final Set<Object> parked = new HashSet<>();

    /** The ids of the operations of each key that have begun and not ended. */
    private final Map<Object, Set<Long>> running = new HashMap<>();

    private final Map<Object, Integer> overlaps = new HashMap<>();

    /** Whether a failure has paused the atom. */
    private boolean halted;

    @Override
    public boolean logsFailures() {
        return false; // a test forgets; the log does not
    }

    @Override
    public synchronized void operationStarted(String atom, OperationSnapshot operation) {
        Set<Long> now = running.computeIfAbsent(operation.key(), key -> new HashSet<>());
        now.add(operation.id());
        if (now.size() > 1) {
            overlaps.merge(operation.key(), 1, Integer::sum);
        }
    }

    @Override
    public synchronized void operationBackingOff(String atom, OperationSnapshot operation, Duration delay) {
        ended(operation);
    }

    @Override
    public synchronized void operationFinished(String atom, OperationSnapshot operation) {
        ended(operation);
        finished.add(operation);
        if (finished.size() > MOST) {
            finished.remove();
        }
    }

    @Override
    public synchronized void operationParked(String atom, OperationSnapshot operation) {
        ended(operation);
        parked.add(operation.key());
        notifyAll();
    }

    @Override
    public synchronized void atomHalted(String atom, OperationSnapshot operation, Throwable failure) {
        halted = true;
    }

    synchronized boolean wasHalted() {
        return halted;
    }

    @Override
    public synchronized void keyReleased(String atom, OperationSnapshot operation) {
        parked.remove(operation.key());
    }

    synchronized boolean awaitParked(Object key, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            while (!parked.contains(key)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return parked.contains(key);
        }
    }

    synchronized List<OperationSnapshot> finished() {
        return List.copyOf(finished);
    }

    synchronized int overlaps(Object key) {
        return overlaps.getOrDefault(key, 0);
    }

    synchronized void reset() {
        finished.clear();
        parked.clear();
        overlaps.clear();
        halted = false;
    }

    private void ended(OperationSnapshot operation) {
        Set<Long> now = running.get(operation.key());
        if (now != null && now.remove(operation.id()) && now.isEmpty()) {
            running.remove(operation.key());
        }
    }
}
