package io.keyedsequential.benchmarks;

import java.util.concurrent.TimeUnit;

/**
 * Computing for a known time without asking the clock: a body that watched the clock would be done early whenever it lost
 * its core, and so do less work the busier the machine is. The length is measured once in each fork.
 */
final class Spin {

    private static final int TRIALS = 200;
    private static final int STEPS_PER_TRIAL = 50_000;
    private static final int STEPS_PER_MICROSECOND = calibrated();

    /** Written when the arithmetic says so, which the compiler cannot rule out; keeps the loop alive. */
    static volatile long sink;

    private Spin() {}

    static void oneMicrosecond() {
        steps(STEPS_PER_MICROSECOND);
    }

    /** The fastest trial counts: it is the one that nobody disturbed. */
    private static int calibrated() {
        long fastest = Long.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            long start = System.nanoTime();
            steps(STEPS_PER_TRIAL);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        return Math.max(1, (int) (STEPS_PER_TRIAL * TimeUnit.MICROSECONDS.toNanos(1) / Math.max(1, fastest)));
    }

    private static void steps(int count) {
        long x = System.identityHashCode(Thread.currentThread());
        for (int i = 0; i < count; i++) {
            x = x * 6364136223846793005L + 1442695040888963407L;
        }
        if (x == 0) {
            sink = x;
        }
    }
}
