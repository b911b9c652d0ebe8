package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must happen. The deadline is a guard: no test passes because time went by. */
public final class Eventually {

    public static final Duration DEADLINE = Duration.ofSeconds(Integer.getInteger("keyedsequential.patience", 120));

    private Eventually() {}

    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen within " + DEADLINE + ": " + what);
            }
            Thread.yield();
        }
    }

    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(DEADLINE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("latch not released within " + DEADLINE + ": " + latch);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for a latch", e);
        }
    }

    static void idle(KeyedCoordinator<?> coordinator) {
        if (!coordinator.awaitIdle(DEADLINE)) {
            throw new AssertionError("not idle within " + DEADLINE + ": " + coordinator + " " + coordinator.stats());
        }
    }
}
