package io.keyedsequential.spring.test;

import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that an atom tells nobody of. */
final class Rest {

    /** How long it is waited for the whole atom before it is looked again. */
    private static final Duration LOOK = Duration.ofMillis(5);

    private Rest() {}

    /** Looks until there is what is waited for, or the time is up. */
    static void await(
            BooleanSupplier reached, KeyedCoordinator<?> coordinator, Duration timeout, Supplier<String> otherwise) {
        long begun = System.nanoTime();
        while (!reached.getAsBoolean()) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            if (interrupted || System.nanoTime() - begun >= timeout.toNanos()) {
                throw new AssertionError(otherwise.get());
            }
            if (coordinator.awaitIdle(LOOK)) {
                Thread.onSpinWait(); // at rest a moment ago: it is looked again at once
            }
        }
    }
}
