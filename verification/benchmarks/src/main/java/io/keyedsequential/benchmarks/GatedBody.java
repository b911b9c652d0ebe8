package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Body;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A body that cannot end before its gate is opened: so operations pile up, and so they drain. One object for all. */
final class GatedBody implements Body {

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final LongAdder finished = new LongAdder();

    @Override
    public void run() {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        finished.increment();
    }

    void open() {
        gate.countDown();
    }

    void awaitFinished(long total) {
        while (finished.sum() < total) {
            LockSupport.parkNanos(LOOK);
        }
    }
}
