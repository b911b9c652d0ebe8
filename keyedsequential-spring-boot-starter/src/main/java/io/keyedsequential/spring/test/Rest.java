package io.keyedsequential.spring.test;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that an atom tells no listener of. */
final class Rest {

    /** How long it is waited for the whole atom before it is looked again. */
    static final Duration LOOK = Duration.ofMillis(5);

    private Rest() {}

    /**
     * Looks until there is what is waited for, or the time is up.
     *
     * @param look waits a moment before it is looked again
     */
    static void await(BooleanSupplier reached, Runnable look, Duration timeout, Supplier<String> otherwise) {
        if (!isReached(reached, look, timeout)) {
            throw new AssertionError(otherwise.get());
        }
    }

    /** Whether there is what is waited for before the time is up, or the thread is interrupted. */
    static boolean isReached(BooleanSupplier reached, Runnable look, Duration timeout) {
        long begun = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted() || System.nanoTime() - begun >= timeout.toNanos()) {
                return false;
            }
            look.run();
        }
        return true;
    }
}
