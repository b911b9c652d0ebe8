package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots: how many there may be, which are free, and whether somebody is searching.
 *
 * <p>At most one holder is <em>searching</em>: it has been given a slot and has not found a lane yet. Whoever makes a lane
 * ready wakes a runner only when none searches and a permit is free; the searcher that finds a lane wakes the next if
 * there is more. So a burst wakes runners one after another, each by the one before, and a producer pays for one at most.
 * The idea is that of the Go scheduler's spinning threads.
 *
 * <p>Every method takes this object's monitor, which is the innermost lock, but for the reads of volatile fields.
 */
final class Permits<K> {

    @GuardedBy("this")
    private @Nullable Slot<K> free;

    @GuardedBy("this")
    private boolean searched;

    /** Every slot there ever was. Replaced, never changed, so that it can be read without the lock. */
    private volatile List<Slot<K>> slots = List.of();

    private volatile int limit;
    private volatile int taken;
    private volatile boolean held;

    /** Permits of operations that wait for a turn of another key, and need none until they have it. */
    private volatile int lent;

    /** Whether a runner may be woken: nothing holds the atom, a permit is free and nobody searches. */
    private volatile boolean wakeable;

    Permits(int limit) {
        this.limit = limit;
        this.wakeable = true;
    }

    List<Slot<K>> slots() {
        return slots;
    }

    int limit() {
        return limit;
    }

    int taken() {
        return taken;
    }

    /** Whether the atom is paused. */
    boolean isHeld() {
        return held;
    }

    /** Whether more slots are taken than there are permits, because the limit was lowered. */
    boolean isOverLimit() {
        return taken > limit + lent;
    }

    int lent() {
        return lent;
    }

    boolean isWakeable() {
        return wakeable;
    }

    synchronized void limit(int value) {
        limit = value;
        update();
    }

    synchronized void held(boolean value) {
        held = value;
        update();
    }

    /** A slot for a new searcher, if one may be woken. */
    synchronized @Nullable Slot<K> takeToSearch() {
        if (!wakeable) {
            return null;
        }
        Slot<K> slot = take();
        slot.searching = true;
        searched = true;
        update();
        return slot;
    }

    /** A slot for a caller that has a lane already. */
    synchronized @Nullable Slot<K> takeForTurn() {
        if (held || taken >= limit + lent) {
            return null;
        }
        Slot<K> slot = take();
        update();
        return slot;
    }

    /** The searcher has found a lane. */
    synchronized void found(Slot<K> slot) {
        slot.searching = false;
        searched = false;
        update();
    }

    /** A thread that holds a slot is about to wait for another one, and lends the permit of the first. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void lend() {
        lent++;
        update();
    }

    /** The thread has the use of its own permit again. With the slot that it got meanwhile, if any, in one step. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void takeBack(@Nullable Slot<K> slot) {
        lent--;
        if (slot != null) {
            release(slot);
        }
        update();
    }

    /** Gives the permit back, and with it the mark of the searcher if the slot has it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void release(Slot<K> slot) {
        if (slot.searching) {
            slot.searching = false;
            searched = false;
        }
        slot.forget();
        slot.nextFree = free;
        free = slot;
        taken--;
        update();
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
        slot = new Slot<>(slots.size());
        List<Slot<K>> more = new ArrayList<>(slots);
        more.add(slot);
        slots = more;
        return slot;
    }

    @GuardedBy("this")
    private void update() {
        boolean value = !held && !searched && taken < limit + lent;
        if (wakeable != value) {
            wakeable = value;
        }
    }

    /** For the structural check: how many slots are free. */
    synchronized int freeCount() {
        int count = 0;
        for (Slot<K> slot = free; slot != null; slot = slot.nextFree) {
            count++;
        }
        return count;
    }
}
