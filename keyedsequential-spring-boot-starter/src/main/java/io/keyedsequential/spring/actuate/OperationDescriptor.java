package io.keyedsequential.spring.actuate;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Description of one operation. Its arguments are never shown.
 *
 * @param id its id
 * @param key its key, or the mask of it
 * @param handle what addresses its lane in a URL
 * @param operation the name of the operation, if it has one
 * @param label which business it is about, if it says so
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
 * @param trace the id of the trace that it belongs to, if there is one
 */
public record OperationDescriptor(
        long id,
        String key,
        String handle,
        @Nullable String operation,
        @Nullable String label,
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
        @Nullable ErrorDescriptor error,
        @Nullable String trace) {

    /** With the instances where they run, as far as they are known. */
    static List<OperationDescriptor> of(List<OperationSnapshot> operations, Map<Long, String> instances, KeyView keys) {
        return operations.stream()
                .map(operation -> of(operation, keys, instances.get(operation.id())))
                .toList();
    }

    static OperationDescriptor of(OperationSnapshot operation, KeyView keys, @Nullable String instance) {
        Throwable error = operation.error();
        return new OperationDescriptor(
                operation.id(),
                keys.show(operation.key()),
                keys.handle(operation.key()),
                operation.name(),
                operation.label(),
                operation.state(),
                operation.attempt(),
                operation.attempts(),
                operation.enqueuedAt(),
                operation.startedAt(),
                operation.finishedAt(),
                operation.waitTime(),
                operation.runTime(),
                operation.thread(),
                instance,
                error == null ? null : ErrorDescriptor.of(error, keys),
                operation.trace());
    }
}
