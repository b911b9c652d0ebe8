package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.FailedAttempt;
import io.keyedsequential.LogSafe;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.RecordedFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items as operations are shown. */
record Snapshots(Clock clock) {

    private static final int MOST_CHARACTERS_OF_MESSAGE = 200;

    /** One that has just ended, without being run. */
    OperationSnapshot ended(Shown shown, OperationState state) {
        return of(shown, state, clock.now());
    }

    /** One that has not ended. How long it runs is known to its instance only. */
    OperationSnapshot of(Shown shown, OperationState state) {
        return of(shown, state, null);
    }

    private OperationSnapshot of(Shown shown, OperationState state, @Nullable Instant finishedAt) {
        Item item = shown.item();
        int begun = state == OperationState.RUNNING ? item.attempts() + 1 : item.attempts();
        return new OperationSnapshot(
                item.id(),
                shown.key(),
                item.operation(),
                item.label(),
                state,
                begun,
                shown.attemptsBefore() + begun,
                item.createdAt(),
                null,
                finishedAt,
                between(item.createdAt(), clock.now()),
                Duration.ZERO,
                shown.error() == null ? null : RecordedFailure.of(shown.error()),
                null,
                failedAttempts(shown),
                null);
    }

    /**
     * What this instance knows of an operation that it runs, with what has been written down of the attempts before.
     */
    OperationSnapshot running(OperationSnapshot here, Shown shown) {
        return here.failedAttempts().isEmpty()
                ? new OperationSnapshot(
                        here.id(),
                        here.key(),
                        here.name(),
                        here.label(),
                        here.state(),
                        here.attempt(),
                        shown.attemptsBefore() + here.attempts(),
                        here.enqueuedAt(),
                        here.startedAt(),
                        here.finishedAt(),
                        here.waitTime(),
                        here.runTime(),
                        here.error(),
                        here.thread(),
                        failedAttempts(shown),
                        here.trace())
                : here;
    }

    /** The last one: the others have been overwritten. */
    private static List<FailedAttempt> failedAttempts(Shown shown) {
        if (shown.error() == null || shown.attemptBeganAt() == null || shown.attemptFailedAt() == null) {
            return List.of();
        }
        RecordedFailure failure = RecordedFailure.of(shown.error());
        String message = failure.getMessage();
        return List.of(new FailedAttempt(
                Math.max(1, shown.attemptsBefore() + shown.item().attempts()),
                shown.attemptBeganAt(),
                between(shown.attemptBeganAt(), shown.attemptFailedAt()),
                failure.type(),
                message == null ? null : LogSafe.of(message, MOST_CHARACTERS_OF_MESSAGE)));
    }

    private static Duration between(Instant from, Instant to) {
        Duration time = Duration.between(from, to);
        return time.isNegative() ? Duration.ZERO : time;
    }
}
