package io.keyedsequential.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What is on the heap and cannot be collected. */
final class Heap {

    private static final int MOST_TRIES = 20;
    private static final long STEADY_BYTES = 64 * 1024;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private Heap() {}

    /**
     * Collects until two collections in a row leave the same: some contenders clean up on their own threads a little after
     * the last body has ended, and what waits for a reference queue takes a second collection.
     */
    static long settled() {
        long before = Long.MAX_VALUE;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (Math.abs(before - used) <= STEADY_BYTES) {
                return used;
            }
            before = used;
            LockSupport.parkNanos(PAUSE);
        }
        return before;
    }
}
