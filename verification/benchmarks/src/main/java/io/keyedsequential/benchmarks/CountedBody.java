package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Body;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The body of every operation of a sample: one shared object, so that it adds nothing to the bytes per operation. Counts
 * with a {@link LongAdder}, since one shared counter would cost a quarter of the throughput and level all differences.
 */
final class CountedBody implements Body {

    private static final long SHORTEST_LOOK = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_LOOK = TimeUnit.MICROSECONDS.toNanos(500);

    private final LongAdder finished = new LongAdder();
    private final Work work;

    CountedBody(Work work) {
        this.work = work;
    }

    @Override
    public void run() {
        work.run();
        finished.increment();
    }

    long finished() {
        return finished.sum();
    }

    /**
     * Waits until so many bodies have ended in total. Looks again after a hundredth of the time that has passed since the
     * start, within limits: exact enough for a short sample and without weight in a long one.
     */
    void awaitFinished(long total, long startNanos) {
        while (finished() < total) {
            long passed = System.nanoTime() - startNanos;
            LockSupport.parkNanos(Math.max(SHORTEST_LOOK, Math.min(LONGEST_LOOK, passed / 100)));
        }
    }
}
