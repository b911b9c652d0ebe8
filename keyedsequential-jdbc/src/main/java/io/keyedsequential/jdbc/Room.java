package io.keyedsequential.jdbc;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How many lanes of an atom this instance may pick. A lane that is picked has a thread and a permit at once: one that
 * waited for a permit would keep other instances from running it. For any thread.
 */
final class Room {

    /** Looking again is worth a statement if so much time has gone by, or half of the room is free. */
    private static final long LOOK_AGAIN_NANOS = 10_000_000;

    private final IntSupplier limit;
    private final BooleanSupplier paused;
    private final Runnable look;
    private final AtomicInteger lanes = new AtomicInteger();

    // Written by the thread that polls.
    private volatile int asked;
    private volatile int picked;
    private volatile long askedAt = System.nanoTime();

    /** Whether the last poll got all it asked for, so that there may be more. */
    private volatile boolean more;

    /**
     * Everything is free.
     *
     * @param limit how many operations may run at once, now
     * @param paused whether none may start, now
     * @param look makes db-scheduler poll; must not wait
     */
    Room(IntSupplier limit, BooleanSupplier paused, Runnable look) {
        this.limit = limit;
        this.paused = paused;
        this.look = look;
    }

    /** How many lanes the poll that begins now may pick. */
    int forPoll(int most) {
        boolean closed = paused.getAsBoolean();
        int free = closed ? 0 : Math.max(0, Math.min(most, limit.getAsInt() - lanes.get()));
        asked = free;
        picked = 0;
        askedAt = System.nanoTime();
        more = free == 0 && !closed; // not looked at
        return free;
    }

    /** A lane has been picked; told by the thread that polls. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread
    void taken() {
        picked++;
        lanes.incrementAndGet();
    }

    /** A poll has handed all that it picked to threads; told by the thread that polls. */
    void polled() {
        more = picked >= asked;
    }

    /** A lane is out of hand. */
    void given() {
        int left = lanes.decrementAndGet();
        if (more && (left <= limit.getAsInt() / 2 || System.nanoTime() - askedAt > LOOK_AGAIN_NANOS)) {
            look.run();
        }
    }

    /** Whether lanes may be waiting that the last poll has not picked; asked by the thread that polls. */
    boolean isBehind() {
        return more;
    }

    /** Whether lanes may be waiting for this instance to take them. */
    boolean isShort() {
        return more && lanes.get() >= limit.getAsInt();
    }

    int lanes() {
        return lanes.get();
    }
}
