package io.keyedsequential;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Watches for room a moment before a caller goes to sleep for it, as a lock spins before it parks.
 *
 * <p>Short operations make room faster than a thread falls asleep and is woken. Whoever sleeps must be admitted by a runner,
 * which for that leaves its walk and wakes one thread for every operation; so a full atom with empty bodies would run at the
 * speed of the scheduler. Watching costs the runners nothing but the cache line of their counters, now and then. What it
 * waits for is not one place but some, so that the next callers find room without looking.
 *
 * <p>One caller at a time: a crowd that watches would keep the runners from the processors. And only where it pays: a watch
 * that saw no room is followed by twice as many calls that do not watch, one that did by none.
 */
final class RoomWatch {

    /** About what it takes to fall asleep and to be woken. */
    static final long WATCH_NANOS = 50_000;

    /** Looks between two readings of the clock. */
    private static final int LOOKS = 8;

    private static final int SPINS = 20;
    private static final int MOST_SKIPPED = 1 << 10;

    private final Counts<?> counts;
    private final int enough;
    private final AtomicBoolean watched = new AtomicBoolean();

    /** Calls that do not watch: how many are left, and how many after the next vain watch. Guarded by {@link #watched}. */
    private int toSkip;

    private int penalty;

    RoomWatch(Counts<?> counts, int capacity) {
        this.counts = counts;
        this.enough = Math.max(1, capacity / 16);
    }

    /** Whether there is room now; false also if it was not watched for. Takes no longer than the caller may wait. */
    boolean sawRoom(long timeoutNanos) {
        if (!watched.compareAndSet(false, true)) {
            return false;
        }
        try {
            if (toSkip > 0) {
                toSkip--;
                return false;
            }
            boolean seen = watch(Math.min(WATCH_NANOS, timeoutNanos));
            penalty = seen ? 0 : Math.min(MOST_SKIPPED, 2 * penalty + 1);
            toSkip = penalty;
            return seen;
        } finally {
            watched.set(false);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a runner that has no processor makes no room
    private boolean watch(long nanos) {
        long begin = System.nanoTime();
        do {
            for (int look = 0; look < LOOKS; look++) {
                if (counts.room() >= enough) {
                    return true;
                }
                for (int spin = 0; spin < SPINS; spin++) {
                    Thread.onSpinWait();
                }
            }
            Thread.yield();
        } while (System.nanoTime() - begin < nanos);
        return counts.room() > 0;
    }
}
