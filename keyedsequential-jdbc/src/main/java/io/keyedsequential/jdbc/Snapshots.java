package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.RecordedFailure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Items as operations are shown. */
record Snapshots(Clock clock) {

    OperationSnapshot cancelled(String key, Item item, @Nullable String error) {
        return of(key, item, OperationState.CANCELLED, error, clock.now());
    }

    /** One that has not ended. How long it runs is known to its instance only. */
    OperationSnapshot of(String key, Item item, OperationState state, @Nullable String error) {
        return of(key, item, state, error, null);
    }

    private OperationSnapshot of(
            String key, Item item, OperationState state, @Nullable String error, @Nullable Instant finishedAt) {
        int begun = state == OperationState.RUNNING ? item.attempts() + 1 : item.attempts();
        Duration waited = Duration.between(item.createdAt(), clock.now());
        return new OperationSnapshot(
                item.id(),
                key,
                item.operation(),
                item.label(),
                state,
                begun,
                begun,
                item.createdAt(),
                null,
                finishedAt,
                waited.isNegative() ? Duration.ZERO : waited,
                Duration.ZERO,
                error == null ? null : RecordedFailure.of(error),
                null);
    }
}
