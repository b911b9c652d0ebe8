package io.keyedsequential;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns operations into their immutable views, as of one moment. Points of time are computed back from now, so a clock
 * that was set meanwhile does not move them against each other.
 */
final class Snapshots {

    private final long nanos;
    private final Instant instant;

    private Snapshots(long nanos, Instant instant) {
        this.nanos = nanos;
        this.instant = instant;
    }

    static Snapshots now() {
        return new Snapshots(System.nanoTime(), Instant.now());
    }

    long nanos() {
        return nanos;
    }

    OperationSnapshot of(Operation<?> operation, @Nullable Thread thread) {
        // The state first: once it says that a time is set, the time is set.
        OperationState state = operation.shownState();
        boolean started = state != OperationState.QUEUED && operation.startedAt != 0;
        boolean finished =
                state.isFinished() && operation.finishedAt != 0; // a cancelled one gets its time a moment later
        Object body = operation.body; // read once: it is let go of at the end
        Attempts attempts = operation.attempts;
        long begin = started ? operation.startedAt : finished ? operation.finishedAt : nanos;
        return new OperationSnapshot(
                operation.shownId(),
                operation.key,
                Naming.nameOf(body),
                Naming.labelOf(body),
                state,
                operation.attempt(),
                operation.attemptsInAll(),
                at(operation.enqueuedAt),
                started ? at(operation.startedAt) : null,
                finished ? at(operation.finishedAt) : null,
                between(operation.enqueuedAt, begin),
                started ? between(operation.startedAt, operation.attemptEnded(nanos)) : Duration.ZERO,
                operation.error(),
                thread == null ? null : thread.getName(),
                attempts == null ? List.of() : attempts.history(this::of),
                Naming.traceOf(body));
    }

    FailedAttempt of(PastAttempt attempt) {
        return new FailedAttempt(
                attempt.number,
                at(attempt.startedAt),
                between(attempt.startedAt, attempt.endedAt),
                attempt.errorType,
                attempt.message);
    }

    Duration since(long then) {
        return between(then, nanos);
    }

    /** How long until a point of time; zero if it has passed. */
    Duration until(long then) {
        return between(nanos, then);
    }

    private Instant at(long then) {
        return instant.minusNanos(nanos - then);
    }

    /** A runner's reading of the clock may be older than the operation it takes over: never less than zero. */
    private static Duration between(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }
}
