package io.keyedsequential;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long the operations of a coordinator had waited and run. Holders of slots count in their slots; here is what
 * other threads end. A read begins a new window for the maxima if the present one is old enough, so that nothing is due
 * between reads.
 */
final class Times {

    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final Permits<?> permits;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final TimeSums aside = new TimeSums();

    /** The number of the present window. */
    private volatile long window;

    @GuardedBy("this")
    private long windowSince;

    Times(Permits<?> permits, LongSupplier nanoTime) {
        this.permits = permits;
        this.nanoTime = nanoTime;
        this.windowSince = nanoTime.getAsLong();
    }

    /** The holder of a slot has ended an operation. */
    void ended(Slot<?> slot, Operation<?> operation) {
        slot.times.add(operation, window);
    }

    /** A thread without a slot has ended an operation. */
    synchronized void endedAside(Operation<?> operation) {
        aside.add(operation, window);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized OperationTimes read() {
        long now = nanoTime.getAsLong();
        if (now - windowSince >= WINDOW_NANOS) {
            windowSince = now;
            window++;
        }
        TimeSums all = new TimeSums();
        all.turnTo(window);
        all.addAll(aside);
        permits.slots().addTimesTo(all);
        return all.toTimes();
    }
}
