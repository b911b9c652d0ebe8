package io.keyedsequential;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * What has happened, and from it what is there. Holders of slots count in their slots, which costs them a plain store;
 * here are the few counts that others write, and the sums.
 *
 * <p>The sums are taken without a lock. Each part only grows, so a sum is exact when nothing moves, and the order in which
 * parts are read says in which direction it may be wrong otherwise.
 */
final class Counts<K> {

    private final Permits<K> permits;
    private final int capacity;

    /** Operations ever admitted, and thereby the id of the last. Producers write it, runners do not. */
    private final AtomicLong admitted = new PaddedCounter();

    private final AtomicLong admittedBeyondBound = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicLong stageCompleted = new AtomicLong();
    private final AtomicLong stageFailed = new AtomicLong();

    /**
     * Turns that started at once, counted before and after: in between they look like queued operations and are not. Both
     * are read, the later one first, by whoever would refuse an operation for want of room.
     */
    private final AtomicLong turnsBeginning = new AtomicLong();

    private final AtomicLong turnsBegun = new AtomicLong();

    /** Threads that end operations without a slot and have not told everybody yet. */
    private final AtomicInteger delivering = new AtomicInteger();

    /**
     * How many of the admitted operations had made their room free when somebody last counted. Too low is safe, so it may
     * be read and written by anybody at any time; it is forgotten when an operation takes its room again.
     */
    private volatile long madeFree;

    Counts(Permits<K> permits, int capacity) {
        this.permits = permits;
        this.capacity = capacity;
    }

    /**
     * Counts one more operation in if there is room. Exact for what is queued: the count of those that left the queues is
     * never too high, and nobody else was counted in between. An operation that begins to await its stage while somebody
     * counts may be missed once, so that queued and awaiting together may pass the capacity by as many as there are slots.
     *
     * @return its id, or 0
     */
    long admit() {
        long count = admitted.get();
        while (true) {
            if (count - madeFree >= capacity) {
                if (isFull()) {
                    return 0;
                }
                count = admitted.get();
                continue;
            }
            long witness = admitted.compareAndExchange(count, count + 1);
            if (witness == count) {
                return count + 1;
            }
            count = witness;
        }
    }

    /**
     * Whether there is no room. An operation needs room while it is queued, and again while it awaits its stage: what runs
     * is bounded by permits, but what awaits would be bounded by nothing.
     */
    boolean isFull() {
        while (true) {
            long begun = turnsBegun.get();
            long count = admitted.get();
            long free = leftQueue() - awaiting();
            madeFree = free;
            if (count - free < capacity) {
                return false;
            }
            if (turnsBeginning.get() == begun) {
                return true;
            }
            Thread.onSpinWait(); // a turn is between its two counts
        }
    }

    /** How many operations may still be admitted. */
    long room() {
        return capacity - queued() - awaiting();
    }

    /** An operation takes its room again, until its stage ends. */
    void awaitingBegan() {
        madeFree = 0;
    }

    /** Counts an operation in that starts at once and needs no room; {@link #turnBegun()} follows when it has started. */
    long turnBegins() {
        turnsBeginning.incrementAndGet();
        return admitted.incrementAndGet();
    }

    void turnBegun() {
        turnsBegun.incrementAndGet();
    }

    /** Counts an operation in whether or not there is room. */
    long admitBeyondBound() {
        admittedBeyondBound.incrementAndGet();
        return admitted.incrementAndGet();
    }

    void oneCancelled() {
        cancelled.incrementAndGet();
    }

    /** Counts an operation that its stage has ended. */
    void stageEnded(boolean failed) {
        (failed ? stageFailed : stageCompleted).incrementAndGet();
    }

    /** Counts a thread that ends operations without a slot in (1), and out (-1) when it has told everybody. */
    void delivering(int change) {
        delivering.getAndAdd(change);
    }

    long admitted() {
        return admitted.get();
    }

    long admittedBeyondBound() {
        return admittedBeyondBound.get();
    }

    long cancelled() {
        return cancelled.get();
    }

    long completed() {
        return stageCompleted.get() + sum(Slot::completedCount);
    }

    long failed() {
        return stageFailed.get() + sum(Slot::failedCount);
    }

    /** Operations that ended, whatever their outcome. */
    long ended() {
        return cancelled() + completed() + failed();
    }

    /** Operations that await their stage. */
    long awaiting() {
        long ended = stageCompleted.get() + stageFailed.get();
        return Math.max(0, sum(Slot::awaitedCount) - ended);
    }

    /** Operations that run, each with a permit: those that have lent theirs are not among them. */
    int active() {
        int count = -permits.lent();
        for (Slot<K> slot : permits.slots()) {
            Operation<K> operation = slot.current();
            if (operation != null && operation.state() == Operation.RUNNING) {
                count++;
            }
        }
        return Math.max(0, count);
    }

    /** Operations that wait. Never too low: those that left the queues are counted first. */
    long queued() {
        long left = leftQueue();
        return admitted.get() - left;
    }

    /**
     * Whether there is no operation, no slot is taken and nothing is being delivered. Whoever ends an operation holds its
     * slot until it has told everybody, or else is counted as delivering.
     */
    boolean isIdle() {
        long ended = ended();
        return admitted.get() == ended && permits.taken() == 0 && delivering.get() == 0;
    }

    private long leftQueue() {
        return cancelled.get() + sum(Slot::startedCount);
    }

    private long sum(ToLongFunction<Slot<K>> part) {
        long sum = 0;
        for (Slot<K> slot : permits.slots()) {
            sum += part.applyAsLong(slot);
        }
        return sum;
    }
}
