package io.keyedsequential.jdbc.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** What all bodies do: they note when they have begun, by the number of their call, and work. For any thread. */
final class Bodies {

    /** Calls of one measurement. */
    private static volatile Round round = new Round(0);

    private Bodies() {}

    /** From now on bodies belong to a new measurement. */
    static Round begin(int calls) {
        Round begun = new Round(calls);
        round = begun;
        return begun;
    }

    static void run(int number) {
        round.begun(number);
    }

    /** A measurement. */
    static final class Round {

        private final AtomicLongArray begun;
        private final CountDownLatch left;

        Round(int calls) {
            begun = new AtomicLongArray(calls);
            left = new CountDownLatch(calls);
        }

        private void begun(int number) {
            if (number >= 0 && number < begun.length() && begun.compareAndSet(number, 0, System.nanoTime())) {
                left.countDown();
            }
        }

        /** When a body began, by the clock of {@link System#nanoTime}; 0 if it has not. */
        long at(int number) {
            return begun.get(number);
        }

        /** Waits for all of them. */
        void await() throws InterruptedException {
            if (!left.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " calls have not begun within ten minutes");
            }
        }
    }
}
