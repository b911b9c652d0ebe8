package io.keyedsequential.kafka;

import java.util.function.LongSupplier;

/**
 * Finds out that the process stood still: a partition may have been given to another instance meanwhile, and this one
 * has not heard of it. A clock ticks; if the last tick is too long ago, a new term begins, for which each consumer has
 * to prove its membership before anything of its partitions starts. A term too many costs a question to the broker, so
 * that a machine that is merely busy loses nothing. For any thread.
 */
final class FreezeGuard {

    /** How often the clock is to tick, in milliseconds. */
    static final long TICK_MILLIS = 100;

    /** What a busy machine may be late without having been taken for dead: sessions last for seconds. */
    static final long GAP_NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;

    /** When the clock has ticked last. Written under the lock. */
    private volatile long ticked;

    /** Written under the lock, before the tick that ends the gap: who sees that tick sees the term. */
    private volatile int term;

    FreezeGuard(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.ticked = nanoTime.getAsLong();
    }

    /** To be called every {@value #TICK_MILLIS} milliseconds. */
    void tick() {
        look(true);
    }

    /** The present term. Whatever asks first after a gap begins a new one: it may be faster than the clock. */
    int term() {
        long last = ticked; // before the clock is read, which may be after a gap
        if (nanoTime.getAsLong() - last > GAP_NANOS) {
            look(false);
        }
        return term;
    }

    private synchronized void look(boolean tick) {
        long now = nanoTime.getAsLong();
        boolean gap = now - ticked > GAP_NANOS;
        if (gap) {
            term++;
        }
        if (gap || tick) {
            ticked = now;
        }
    }
}
