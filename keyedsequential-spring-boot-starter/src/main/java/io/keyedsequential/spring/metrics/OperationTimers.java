package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationState;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one atom that must be told of every operation as it ends, since they keep a distribution. Overrides
 * nothing that makes the coordinator build a view of each operation.
 */
final class OperationTimers implements CoordinatorListener {

    private final @Nullable Timer completed;
    private final @Nullable Timer failed;
    private final @Nullable Timer cancelled;
    private final @Nullable Timer wait;

    /**
     * Tells these.
     *
     * @param runs by outcome; those that are missing are not told
     * @param wait {@code null} if it is not told
     */
    OperationTimers(Map<OperationState, Timer> runs, @Nullable Timer wait) {
        this.completed = runs.get(OperationState.COMPLETED);
        this.failed = runs.get(OperationState.FAILED);
        this.cancelled = runs.get(OperationState.CANCELLED);
        this.wait = wait;
    }

    /** Only counts: failures without a future stay with the log. */
    @Override
    public boolean logsFailures() {
        return false;
    }

    @Override
    public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
        record(wait, waitNanos);
        record(
                outcome == OperationState.COMPLETED ? completed : outcome == OperationState.FAILED ? failed : cancelled,
                runNanos);
    }

    private static void record(@Nullable Timer timer, long nanos) {
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
