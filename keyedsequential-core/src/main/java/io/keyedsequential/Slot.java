package io.keyedsequential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A permit. The thread that holds the slot may run one operation at a time, and is the only one to write its fields;
 * others read the counters and {@link #current} to show and to count.
 *
 * <p>The counters have a single writer, so they cost a plain store; the sums over all slots are the coordinator's
 * counts. Slots are made when first needed and are handed on through {@link Permits}, which lets go of those that are
 * no longer needed.
 */
final class Slot<K> extends Padding {

    private static final VarHandle CURRENT;
    private static final VarHandle STARTED;
    private static final VarHandle COMPLETED;
    private static final VarHandle FAILED;
    private static final VarHandle AWAITED;
    private static final VarHandle STARTING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CURRENT = lookup.findVarHandle(Slot.class, "current", Operation.class);
            STARTED = lookup.findVarHandle(Slot.class, "started", long.class);
            COMPLETED = lookup.findVarHandle(Slot.class, "completed", long.class);
            FAILED = lookup.findVarHandle(Slot.class, "failed", long.class);
            AWAITED = lookup.findVarHandle(Slot.class, "awaited", long.class);
            STARTING = lookup.findVarHandle(Slot.class, "starting", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How messages name what the slot runs, and the atom that the permit is of. */
    final MessageNames names;

    final int index;

    /** The lane in hand, if any. */
    @Nullable
    Lane<K> lane;

    /** The stripe of the lane in hand; the search for the next lane goes on from there. */
    int stripe;

    /** Operations left in this visit of the stripe, and the time after which it ends. */
    int budget;

    long visitEnds;

    /** The attention word as it was when the lane's present operation was started under the lock. */
    long attention;

    /** Whether the lane in hand may be walked. */
    boolean walking;

    /** Whether the last decision has made a lane ready, so that a runner may have to be woken. */
    boolean pushed;

    /** Whether the holder has found no lane yet since it got the slot. Written under the lock of {@link Permits}. */
    boolean searching;

    /** The slot's part of the recent window: the next entry it fills, and how many it may fill from there. */
    int recentNext;

    int recentLeft;

    /** Of the operations that its holders have ended. */
    final TimeSums times = new TimeSums();

    /** The thread that holds the slot, while it runs operations. */
    volatile @Nullable Thread thread;

    /**
     * How many are about to interrupt {@link #thread} for an operation that ran on it: until they have, it starts no
     * other. Counted up under the stripe's lock.
     */
    final AtomicInteger interrupting = new AtomicInteger();

    /**
     * Whether {@link #thread} is being interrupted, or has been since the holder last asked. Written under the stripe's
     * lock; the holder asks after it has been under that lock, at the end of its operation.
     */
    boolean interrupted;

    /**
     * Whether the operation that was started last has been abandoned and its body runs on. Written under the lock
     * of {@link Permits}.
     */
    boolean abandoned;

    /**
     * What the thread waits for, inside of the operation on this slot. Written by the thread, read by others that wait.
     */
    volatile @Nullable Wait waitsFor;

    /** Whether it was let go: free for ever. Guarded by {@link Permits}. */
    boolean gone;

    /** Next free slot. Guarded by {@link Permits}. */
    @Nullable
    Slot<K> nextFree;

    @SuppressWarnings("UnusedVariable") // through CURRENT
    private @Nullable Operation<K> current;

    private long started;
    private long completed;
    private long failed;
    private long awaited;

    @SuppressWarnings("UnusedVariable") // through STARTING
    private boolean starting;

    Slot(MessageNames names, int index) {
        this.names = names;
        this.index = index;
    }

    /** Whether a runner may have to be woken for what the last decision made ready; asked once. */
    boolean takePushed() {
        boolean value = pushed;
        pushed = false;
        return value;
    }

    /** The operation that was started last: it runs if its state says so. */
    @SuppressWarnings("unchecked")
    @Nullable
    Operation<K> current() {
        return (Operation<K>) CURRENT.getAcquire(this);
    }

    /** Notes that an operation has been started. */
    void started(Operation<K> operation) {
        CURRENT.setRelease(this, operation);
        STARTED.setRelease(this, started + 1);
    }

    /** The operation is no longer on this slot, though it has not ended: it may be started on another one. */
    void passedOn() {
        CURRENT.setRelease(this, null);
    }

    /** The operation is on this slot after all. */
    void keeps(Operation<K> operation) {
        CURRENT.setRelease(this, operation);
    }

    /** Lets go of the thread and of the last operation: a free slot keeps nothing of any key. */
    void forget() {
        thread = null;
        CURRENT.setRelease(this, null);
    }

    void completed() {
        COMPLETED.setRelease(this, completed + 1);
    }

    void failed() {
        FAILED.setRelease(this, failed + 1);
    }

    /** Notes that an operation has been left to its stage, or (-1) that it has not after all. */
    void awaited(int change) {
        AWAITED.setRelease(this, awaited + change);
    }

    long startedCount() {
        return (long) STARTED.getAcquire(this);
    }

    long completedCount() {
        return (long) COMPLETED.getAcquire(this);
    }

    long failedCount() {
        return (long) FAILED.getAcquire(this);
    }

    long awaitedCount() {
        return (long) AWAITED.getAcquire(this);
    }

    /** Announces that the holder is about to look at the attention word and, if it has not changed, to start. */
    void announceStart() {
        STARTING.setVolatile(this, true);
    }

    /** Takes the announcement back: the operation is started now, or the holder has refrained. */
    void concludeStart() {
        STARTING.setRelease(this, false);
    }

    /**
     * Waits until an interrupt that is on its way has arrived. It comes without waiting for any other thread.
     *
     * @return whether there was one for the operation that has ended: if the thread is still interrupted, it is by that
     */
    @SuppressWarnings("ThreadPriorityCheck") // a preempted thread needs the processor more than we do
    boolean awaitInterrupt() {
        while (interrupting.get() > 0) {
            Thread.yield();
        }
        boolean value = interrupted;
        if (value) {
            interrupted = false;
        }
        return value;
    }

    boolean isStarting() {
        return (boolean) STARTING.getVolatile(this);
    }
}
