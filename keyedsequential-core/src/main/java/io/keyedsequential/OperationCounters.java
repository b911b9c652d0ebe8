package io.keyedsequential;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What has happened, and from it what is there. Holders of slots count in their slots, which costs them a plain store;
 * here are the few counts that others write, and the sums.
 *
 * <p>The sums are taken without a lock. Each part only grows, so a sum is exact when nothing moves, and the order in
 * which parts are read says in which direction it may be wrong otherwise.
 */
final class OperationCounters<K> {

    private final Permits<K> permits;
    private final int capacity;

    /**
     * Operations ever admitted and places ever reserved: what takes room takes a number here. An operation's is its id.
     * Producers write it, runners do not.
     */
    private final AtomicLong admitted = new PaddedCounter();

    private final AtomicLong admittedBeyondBound = new AtomicLong();
    private final AtomicLong completedAside = new AtomicLong();
    private final AtomicLong failedAside = new AtomicLong();
    private final AtomicLong cancelledAside = new AtomicLong();

    /** Operations that left their queue without being started: cancelled, skipped, or not started in time. */
    private final AtomicLong leftUnstarted = new AtomicLong();

    /** Stages that ended, or ended an attempt. */
    private final AtomicLong stagesEnded = new AtomicLong();

    /** Attempts after which the operation was put back to its lane, to be held there. */
    private final AtomicLong heldBack = new AtomicLong();

    /** Operations that are parked now. */
    private final AtomicLong parked = new AtomicLong();

    /** Attempts after which another one followed, or will. */
    private final AtomicLong retries = new AtomicLong();

    /**
     * Attempts that have ended here of operations that go on where they are kept: neither completed nor failed
     * nor cancelled.
     */
    private final AtomicLong handedBack = new AtomicLong();

    /** Operations that were held and are queued again. */
    private final AtomicLong requeued = new AtomicLong();

    /**
     * Turns that started at once and replacements, counted before and after: in between they look like queued
     * operations and are not. A thread that would refuse an operation for want of room reads both, the later one first.
     */
    private final AtomicLong roomlessBeginning = new AtomicLong();

    private final AtomicLong roomlessBegun = new AtomicLong();

    /** Places ever reserved, counted after they were counted above. */
    private final AtomicLong placesReserved = new AtomicLong();

    /** Places that were given back, or that an operation has taken. */
    private final AtomicLong placesEnded = new AtomicLong();

    /** Threads that end operations without a slot and still tell futures and listeners. */
    private final AtomicInteger delivering = new AtomicInteger();

    /** Callers whose threads wait for their turn. */
    private final AtomicInteger awaitingTurn = new AtomicInteger();

    /**
     * How many of the admitted operations had made their room free when they were last counted. Too low is safe, so any
     * thread may read and write it at any time; it is forgotten when an operation takes its room again.
     */
    private volatile long madeFree;

    OperationCounters(Permits<K> permits, int capacity) {
        this.permits = permits;
        this.capacity = capacity;
    }

    /**
     * Counts one more operation in if there is room. Exact for what is queued: the count of those that left the
     * queues is never too high, and no other was counted in between. An operation that begins to await its stage
     * during the count may be missed once, so that queued and awaiting together may pass the capacity by as many as
     * there are slots.
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
     * Whether there is no room. An operation needs room while it is queued, and again while it awaits its stage: what
     * runs is bounded by permits, but what awaits would be bounded by nothing.
     */
    boolean isFull() {
        while (true) {
            long begun = roomlessBegun.get();
            long count = admitted.get();
            long free = madeFree();
            madeFree = free;
            if (count - free < capacity) {
                return false;
            }
            if (roomlessBeginning.get() == begun) {
                return true;
            }
            Thread.onSpinWait(); // a turn or a replacement is between its two counts
        }
    }

    /** How many operations may still be admitted. Never too much, nor too little for a turn that needs none. */
    long room() {
        while (true) {
            long begun = roomlessBegun.get();
            long free = madeFree();
            long room = capacity - (admitted.get() - free);
            if (roomlessBeginning.get() == begun) {
                return room;
            }
            Thread.onSpinWait(); // a turn or a replacement is between its two counts
        }
    }

    /**
     * How many operations have made their room free. What awaits its stage and what is held back takes it again: those
     * are read last, so that the sum is not too high.
     */
    private long madeFree() {
        long free = leftUnstarted.get() + placesEnded.get() + permits.slots().started();
        return free - awaiting() - heldBack.get();
    }

    /** An operation takes its room again, until its stage ends. */
    void awaitingBegan() {
        madeFree = 0;
    }

    /** An operation takes its room again, until it is started once more or leaves. */
    void heldBack(boolean toPark) {
        (toPark ? parked : retries).incrementAndGet();
        heldBack.incrementAndGet();
        madeFree = 0;
    }

    /** An attempt has ended of an operation that goes on where it is kept. */
    void handedBack(boolean toRetry) {
        handedBack.incrementAndGet();
        if (toRetry) {
            retries.incrementAndGet();
        }
    }

    /** An operation that was parked is only held back now, until its next attempt. */
    void unparked() {
        parked.decrementAndGet();
    }

    /** An operation that was held is queued again, or about to leave. */
    void requeued(boolean wasParked) {
        if (wasParked) {
            parked.decrementAndGet();
        }
        requeued.incrementAndGet();
    }

    /**
     * Counts a newer operation in, in place of one that leaves its queue for it: there is room, since the other's is
     * free. {@link #replacementEnds()} follows when the other has been counted out.
     *
     * @return its id
     */
    long replacementBegins() {
        return turnBegins();
    }

    void replacementEnds() {
        turnBegun();
    }

    /**
     * Counts in an operation that starts at once and needs no room; {@link #turnBegun()} follows when it has started.
     */
    long turnBegins() {
        roomlessBeginning.incrementAndGet();
        return admitted.incrementAndGet();
    }

    void turnBegun() {
        roomlessBegun.incrementAndGet();
    }

    /** Counts an operation in whether or not there is room. */
    long admitBeyondBound() {
        admittedBeyondBound.incrementAndGet();
        return admitted.incrementAndGet();
    }

    /** What was counted in last is no operation, but a place that is kept for one. */
    void placeReserved() {
        placesReserved.incrementAndGet();
    }

    /** A place is free again. */
    void placeGivenBack() {
        placesEnded.incrementAndGet();
    }

    /**
     * Counts in an operation that takes a reserved place, and so needs no room.
     *
     * @return its id
     */
    long placeTaken() {
        long id = turnBegins();
        placesEnded.incrementAndGet();
        turnBegun();
        return id;
    }

    /** Places that are kept for operations now. */
    long reserved() {
        long ended = placesEnded.get();
        return placesReserved.get() - ended;
    }

    /** Counts an operation that leaves its queue and ends there. */
    void leftUnstarted(boolean failed) {
        (failed ? failedAside : cancelledAside).incrementAndGet();
        leftUnstarted.incrementAndGet();
    }

    /** Counts an operation that was stopped while it ran or awaited its stage. */
    void oneStopped() {
        cancelledAside.incrementAndGet();
    }

    /** Counts a stage that has ended its operation, or only an attempt. */
    void stageEnded() {
        stagesEnded.incrementAndGet();
    }

    /** Counts an operation that its stage has ended. */
    void endedAside(boolean failed) {
        (failed ? failedAside : completedAside).incrementAndGet();
    }

    /** Counts a thread that ends operations without a slot in (1), and out (-1) when futures and listeners are told. */
    void delivering(int change) {
        delivering.getAndAdd(change);
    }

    /** Counts a caller whose thread is about to wait for its turn in (1), and out (-1) when it goes on. */
    void awaitingTurn(int change) {
        awaitingTurn.getAndAdd(change);
    }

    int awaitingTurn() {
        return awaitingTurn.get();
    }

    /** Never too low: the places are counted first. */
    long admitted() {
        long places = placesReserved.get();
        return admitted.get() - places;
    }

    /** The greatest id that has been given. */
    long lastId() {
        return admitted.get();
    }

    /** Operations admitted to stay: without attempts of those that went on where they are kept. */
    long admittedToEnd() {
        long back = handedBack();
        return admitted() - back;
    }

    long admittedBeyondBound() {
        return admittedBeyondBound.get();
    }

    long cancelled() {
        return cancelledAside.get();
    }

    long completed() {
        return completedAside.get() + permits.slots().completed();
    }

    long failed() {
        return failedAside.get() + permits.slots().failed();
    }

    /** Operations that ended here, whatever their outcome. */
    long ended() {
        return cancelled() + completed() + failed() + handedBack();
    }

    /** Attempts after which the operation went on where it is kept. */
    long handedBack() {
        return handedBack.get();
    }

    /** Operations that await their stage. */
    long awaiting() {
        long ended = stagesEnded.get();
        return Math.max(0, permits.slots().awaited() - ended);
    }

    long parked() {
        return parked.get();
    }

    long retries() {
        return retries.get();
    }

    /** Operations that are held back: between two attempts, or parked. */
    long held() {
        long again = requeued.get();
        return heldBack.get() - again;
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
        return admitted() - left;
    }

    /**
     * Whether there is no operation, no slot is taken and nothing is being delivered. A thread that ends an operation
     * holds its slot until it has told the future and the listeners, or else is counted as delivering. The body of an
     * abandoned operation that runs on keeps nothing from being idle: it has been given up.
     */
    boolean isIdle() {
        long ended = ended();
        return admitted() == ended && !isAnyAtWork() && delivering.get() == 0;
    }

    /** Whether a slot is taken by more than the body of an abandoned operation. */
    boolean isAnyAtWork() {
        return permits.taken() > permits.abandoned();
    }

    /**
     * Whether some thread is about to run or to tell something.
     *
     * @param paused whether nothing may start: a runner that has been handed over will then find nothing
     */
    boolean isUnderWay(boolean paused) {
        return delivering.get() > 0 || (paused ? active() > 0 : isAnyAtWork());
    }

    /** Never too high: an operation that is queued again was started before, and is read after. */
    private long leftQueue() {
        long left = leftUnstarted.get() + permits.slots().started();
        return left - requeued.get();
    }
}
