package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The slots: how many there may be, which are free, and how many holders are searching.
 *
 * <p>At most one holder is <em>searching</em>: it has a slot and has not found a lane yet, or not again. A thread that
 * makes a lane ready wakes a runner only when none searches and a permit is free; the searcher that finds a lane wakes
 * the next if there is more. So a burst wakes runners one after another, each by the one before, and a producer pays
 * for one at most. The idea is that of the Go scheduler's spinning threads. Where an executor takes long to begin a
 * runner, that would take as long for each: there several may search, as long as more lanes are ready than do.
 *
 * <p>A permit that was lent and is wanted back goes before any other start: as long as a thread waits
 * for one, no runner is woken, and a thread that gives one back grants it under the same monitor.
 * (Hunted by PermitReturnAgainstRelease.)
 *
 * <p>Every method takes this object's monitor, which is the innermost lock, but for the reads of volatile fields.
 */
final class Permits<K> {

    /** An operator has paused the atom, or an exhausted operation has. */
    static final int PAUSED = 1;

    /** A signal has closed the gate. */
    static final int GATE = 2;

    /**
     * Free slots that are let be, and those that stay when there are more: what most atoms have comes and goes
     * for nothing.
     */
    private static final int MOST_FREE = 64;

    private static final int FEWEST_KEPT = 16;

    private final MessageNames names;

    @GuardedBy("this")
    @Nullable
    Slot<K> free;

    /** How many search. Written under the lock, read without. */
    private volatile int searching;

    /** Whether more than one may search. Written under the lock, read without. */
    private volatile boolean severalMaySearch;

    /** The slots there are. Replaced, never changed, so that it can be read without the lock. */
    private volatile SlotSet<K> slots = new SlotSet<>();

    @GuardedBy("this")
    private int everMade;

    private volatile int limit;
    private volatile int taken;

    /** Why nothing may start: a sum of the reasons below, or 0. */
    private volatile int held;

    /** Permits of operations that wait for a turn of another key, and need none until they have it. */
    private volatile int lent;

    /** Slots whose operation was abandoned while its body ran, and whose thread has not come back yet. */
    private volatile int abandoned;

    /** The threads that have lent their permit and want it back, in turn. */
    @GuardedBy("this")
    private final Queue<Return> returns = new ArrayDeque<>();

    private volatile int returning;

    /**
     * Whether a runner may be woken: nothing holds the atom, a permit is free and no holder searches, or several may.
     */
    private volatile boolean wakeable;

    Permits(MessageNames names, int limit) {
        this.names = names;
        this.limit = limit;
        this.wakeable = true;
    }

    SlotSet<K> slots() {
        return slots;
    }

    int limit() {
        return limit;
    }

    int taken() {
        return taken;
    }

    /** How many of the slots taken are held by bodies of abandoned operations, which run on. */
    int abandoned() {
        return abandoned;
    }

    /** Whether nothing may start, for whatever reason. */
    boolean isHeld() {
        return held != 0;
    }

    boolean isHeld(int reason) {
        return (held & reason) != 0;
    }

    /**
     * Whether more slots are taken than there are permits: the limit was lowered, or a thread wants back what it lent
     * or has gone on without it.
     */
    boolean isOverLimit() {
        return taken + returning > limit + lent;
    }

    int lent() {
        return lent;
    }

    boolean isWakeable() {
        return wakeable;
    }

    int searching() {
        return searching;
    }

    boolean maySeveralSearch() {
        return severalMaySearch;
    }

    /** Lets more than one search, or no longer. The caller looks for ready lanes afterwards. */
    synchronized void letSeveralSearch(boolean value) {
        severalMaySearch = value;
        update();
    }

    synchronized void limit(int value) {
        limit = value;
        update();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void held(int reason, boolean value) {
        held = value ? held | reason : held & ~reason;
        update();
    }

    /** A slot for a new searcher, if one may be woken. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized @Nullable Slot<K> takeToSearch() {
        if (!wakeable) {
            return null;
        }
        Slot<K> slot = take();
        slot.searching = true;
        searching++;
        update();
        return slot;
    }

    /** A slot for a caller that has a lane already. */
    synchronized @Nullable Slot<K> takeForTurn() {
        if (held != 0 || taken + returning >= limit + lent) {
            return null;
        }
        Slot<K> slot = take();
        update();
        return slot;
    }

    /**
     * A slot for a thread that has a lane already and another slot, and lends the permit of the one to the other: in
     * one step, so that no runner comes between that might have no thread but this one.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized @Nullable Slot<K> takeNested() {
        if (held != 0 || taken > limit + lent) {
            return null;
        }
        lent++;
        Slot<K> slot = take();
        update();
        return slot;
    }

    /** Whether a thread wants back what it lent, and there is no permit for it. */
    boolean isAwaited() {
        return returning > 0;
    }

    /**
     * A holder that has found nothing looks on, as the searcher.
     *
     * @return {@code false} if it is to give the permit back: a holder searches already, several may, nothing may
     *     start, or a thread waits for a permit
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized boolean searchOn(Slot<K> slot) {
        if (searching > 0 || severalMaySearch || held != 0 || returning > 0) {
            return false;
        }
        slot.searching = true;
        searching++;
        update();
        return true;
    }

    /** The searcher has found a lane. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void found(Slot<K> slot) {
        slot.searching = false;
        searching--;
        update();
    }

    /** A thread that holds a slot is about to wait for another one, and lends the permit of the first. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void lend() {
        lent++;
        update();
    }

    /**
     * The thread wants the use of its own permit again.
     *
     * @return what it has to wait for, or {@code null} if it has it
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized @Nullable Return takeBack() {
        if (returns.isEmpty() && taken < limit + lent) {
            lent--;
            update();
            return null;
        }
        Return awaited = new Return();
        returns.add(awaited);
        update();
        return awaited;
    }

    /**
     * The thread goes on though it has not got its permit back, unless it has by now. There is one more at work than
     * there are permits, and nothing starts until that has been made good: see {@link #isOverLimit()}.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void goOver(Return awaited) {
        if (!awaited.granted && returns.remove(awaited)) {
            lent--;
            update();
        }
    }

    /**
     * The thread gives back another slot that it got meanwhile, and has the use of its own permit again, in one step.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void exchange(Slot<K> slot) {
        lent--;
        release(slot);
    }

    /** The operation of a slot was abandoned: its thread keeps the permit as long as the body runs. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void abandoned(Slot<K> slot) {
        slot.abandoned = true;
        abandoned++;
    }

    /** The thread has come back from the body of an abandoned operation, and may use its permit for others. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void cameBack(Slot<K> slot) {
        if (slot.abandoned) {
            slot.abandoned = false;
            abandoned--;
        }
    }

    /** Gives the permit back, and with it the mark of the searcher if the slot has it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void release(Slot<K> slot) {
        cameBack(slot);
        if (slot.searching) {
            slot.searching = false;
            searching--;
        }
        slot.forget();
        slot.nextFree = free;
        free = slot;
        taken--;
        letFreeOnesGo();
        update();
    }

    /** A thread that waits for the permit it has lent. */
    static final class Return {

        private final Thread thread = Thread.currentThread();
        volatile boolean granted;

        /** Waits until it is granted, or the thread is interrupted. */
        void await() {
            await(0, false);
        }

        /**
         * Waits until it is granted, the time is up, or the thread is interrupted, which it stays: a cancellation or a
         * time limit is to let the body go on.
         *
         * @param until in nanoseconds of {@link System#nanoTime()}
         * @param limited whether there is such a time
         */
        void await(long until, boolean limited) {
            while (!granted && !thread.isInterrupted()) {
                if (!limited) {
                    LockSupport.park(this);
                    continue;
                }
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        }
    }

    @GuardedBy("this")
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private Slot<K> take() {
        taken++;
        Slot<K> slot = free;
        if (slot != null) {
            free = slot.nextFree;
            slot.nextFree = null;
            return slot;
        }
        slot = new Slot<>(names, everMade++);
        slots = slots.with(slot);
        return slot;
    }

    /**
     * Slots that a burst has left are let go: every sum goes over those that are there. By the time that happens at
     * least half as many have been given back as are looked at here.
     */
    @GuardedBy("this")
    private void letFreeOnesGo() {
        int count = slots.size() - taken;
        if (count <= MOST_FREE || count <= 3 * taken) {
            return;
        }
        int kept = Math.max(FEWEST_KEPT, taken);
        Slot<K> last = free;
        for (int i = 1; last != null && i < kept; i++) {
            last = last.nextFree;
        }
        if (last != null) {
            for (Slot<K> each = last.nextFree; each != null; each = each.nextFree) {
                each.gone = true;
            }
            last.nextFree = null;
            slots = slots.withoutGone();
        }
    }

    @GuardedBy("this")
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void update() {
        while (!returns.isEmpty() && taken < limit + lent) {
            Return first = returns.remove();
            lent--;
            first.granted = true;
            LockSupport.unpark(first.thread);
        }
        returning = returns.size();
        boolean value = held == 0 && (searching == 0 || severalMaySearch) && taken + returning < limit + lent;
        if (wakeable != value) {
            wakeable = value;
        }
    }
}
