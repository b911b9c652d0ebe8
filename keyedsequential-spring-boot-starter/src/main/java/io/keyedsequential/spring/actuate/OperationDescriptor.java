package io.keyedsequential.spring.actuate;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Description of one operation. Its arguments are never shown.
 *
 * @param id its id
 * @param key its key, or the mask of it
 * @param operation the name of the operation, if it has one
 * @param state its state
 * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun
 * @param attempts how many attempts have begun in all, also before an operator retried it
 * @param enqueuedAt when it was admitted
 * @param startedAt when its body began
 * @param finishedAt when it ended
 * @param waitTime from admission to its beginning, or to now
 * @param runTime from its beginning to its end, or to now
 * @param thread the thread that runs it now
 * @param instance which instance runs it now, where several share the engine
 * @param error what it failed with
 */
public record OperationDescriptor(
        long id,
        String key,
        @Nullable String operation,
        OperationState state,
        int attempt,
        int attempts,
        Instant enqueuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Duration waitTime,
        Duration runTime,
        @Nullable String thread,
        @Nullable String instance,
        @Nullable ErrorDescriptor error) {

    static OperationDescriptor of(OperationSnapshot operation, KeyView keys, Map<Long, String> instances) {
        Throwable error = operation.error();
        return new OperationDescriptor(
                operation.id(),
                keys.show(operation.key()),
                operation.name(),
                operation.state(),
                operation.attempt(),
                operation.attempts(),
                operation.enqueuedAt(),
                operation.startedAt(),
                operation.finishedAt(),
                operation.waitTime(),
                operation.runTime(),
                operation.thread(),
                instances.get(operation.id()),
                error == null ? null : ErrorDescriptor.of(error, keys));
    }
}
