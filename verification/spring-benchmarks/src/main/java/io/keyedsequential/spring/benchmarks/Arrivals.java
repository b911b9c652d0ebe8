package io.keyedsequential.spring.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Counts the bodies that have run, so that a batch ends when its last body has and no queue grows from batch to batch.
 * This is all that a body does, and it is the same for every contender.
 */
class Arrivals {

    private static final long LOST_AFTER_SECONDS = 30;

    private volatile CountDownLatch missing = new CountDownLatch(0);

    void expect(int bodies) {
        missing = new CountDownLatch(bodies);
    }

    void one() {
        missing.countDown();
    }

    void awaitAll() throws InterruptedException {
        CountDownLatch expected = missing;
        if (!expected.await(LOST_AFTER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "%d bodies have not run in %d s".formatted(expected.getCount(), LOST_AFTER_SECONDS));
        }
    }
}
