package io.keyedsequential;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks for room after a nap, before a caller goes to sleep for it.
 *
 * <p>Short operations make room faster than a thread falls asleep and is woken. A caller that sleeps must be admitted
 * by a runner, which for that leaves its walk and wakes one thread for every operation; so a full atom with short
 * bodies would run at the speed of the scheduler. A nap costs the runners nothing: the caller wakes by itself, and when
 * it looks there is room not for one operation but for many, so that the next callers find it without looking. Napping
 * and not spinning, since a caller that spins keeps a runner from its processor.
 *
 * <p>One caller at a time, and only where it pays: naps that saw no room are followed by twice as many calls that do
 * not nap, naps that did by none.
 */
final class RoomSpinner {

    /** What is asked for; the operating system makes it 50 to 100 microseconds. */
    private static final long NAP_NANOS = 20_000;

    private static final int NAPS = 2;
    private static final int MOST_SKIPPED = 1 << 10;

    private final OperationCounters<?> counts;
    private final int enough;
    private final AtomicBoolean watched = new AtomicBoolean();

    /**
     * Calls that do not nap: how many are left, and how many after the next time in vain. Guarded by {@link #watched}.
     */
    private int toSkip;

    private int penalty;

    RoomSpinner(OperationCounters<?> counts, int capacity) {
        this.counts = counts;
        this.enough = Math.max(1, capacity / 16);
    }

    /** Whether there is room now; false also without a nap. Takes no longer than the caller may wait. */
    boolean sawRoom(long timeoutNanos) {
        if (!watched.compareAndSet(false, true)) {
            return false;
        }
        try {
            if (toSkip > 0) {
                toSkip--;
                return false;
            }
            boolean seen = nap(timeoutNanos);
            penalty = seen ? 0 : Math.min(MOST_SKIPPED, 2 * penalty + 1);
            toSkip = penalty;
            return seen;
        } finally {
            watched.set(false);
        }
    }

    private boolean nap(long timeoutNanos) {
        for (int naps = 0; naps < NAPS && counts.room() < enough; naps++) {
            LockSupport.parkNanos(this, Math.min(NAP_NANOS, timeoutNanos / NAPS));
        }
        return counts.room() > 0;
    }
}
