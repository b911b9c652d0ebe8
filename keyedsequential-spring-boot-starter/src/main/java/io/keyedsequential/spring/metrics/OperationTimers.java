package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopTimer;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long the operations of one atom waited and ran. Overrides nothing that makes the coordinator build a view of each
 * operation.
 */
final class OperationTimers implements CoordinatorListener {

    private final Timer completed;
    private final Timer failed;
    private final Timer cancelled;
    private final Timer wait;

    OperationTimers(String atom, MeterRegistry registry, Collection<? super Meter> made) {
        this.completed = run(atom, OperationState.COMPLETED, registry);
        this.failed = run(atom, OperationState.FAILED, registry);
        this.cancelled = run(atom, OperationState.CANCELLED, registry);
        this.wait = Timer.builder("keyedsequential.wait")
                .description("How long operations that have ended had waited before they ran")
                .tag("atom", atom)
                .register(registry);
        made.add(completed);
        made.add(failed);
        made.add(cancelled);
        made.add(wait);
    }

    private static Timer run(String atom, OperationState outcome, MeterRegistry registry) {
        return Timer.builder("keyedsequential.operations")
                .description("How long operations that have ended had run")
                .tags("atom", atom, "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /** Whether one of the timers is there: the application may have denied them by a filter. */
    boolean areWanted() {
        return Stream.of(completed, failed, cancelled, wait).anyMatch(timer -> !(timer instanceof NoopTimer));
    }

    /** Only counts: failures that nobody is told of stay with the log. */
    @Override
    public boolean reports() {
        return false;
    }

    @Override
    public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
        wait.record(waitNanos, TimeUnit.NANOSECONDS);
        Timer run =
                outcome == OperationState.COMPLETED ? completed : outcome == OperationState.FAILED ? failed : cancelled;
        run.record(runNanos, TimeUnit.NANOSECONDS);
    }
}
