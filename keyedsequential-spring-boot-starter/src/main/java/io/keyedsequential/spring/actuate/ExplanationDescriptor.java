package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneExplanation;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of one lane, and why it does not move.
 *
 * @param atom the atom's name
 * @param writable whether write operations are open
 * @param limit how many operations are shown at most
 * @param key the key, or its mask
 * @param handle what addresses the lane in a URL
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many operations wait, as the atom counts them
 * @param running how many run, or hold the key until their future is complete
 * @param heldBack how many back off or are parked, and keep the key closed
 * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero if none waits
 * @param sentence what it is doing or why it does not move; names no key
 * @param operation the operation that everything behind it waits for, with its attempt and the last error: the one that has
 *     run longest, else the one at the head; absent if the lane has none
 * @param age how long ago that operation was admitted; zero without one
 * @param thread the name of the thread that runs it, if one does
 * @param instance which instance runs it, where several share the engine
 * @param stack what that thread does, innermost frame first; without arguments; empty if no thread runs it
 * @param waitsFor which operation that thread waits for, if for any
 * @param nextAttemptIn how long until the next attempt of an operation that backs off
 * @param errorStack the stack trace of what that operation failed with last, as it is printed, at most 60 frames of each of at most 8
 *     exceptions; empty if it has not failed. Without messages unless keys may be shown
 * @param attempts the attempts of that operation that have failed, oldest first; the last 10
 * @param traceUrl where the trace is shown that the operation belongs to, if it has one and an address is configured
 * @param operations its operations, running ones first, then in the order in which they will run
 */
public record ExplanationDescriptor(
        String atom,
        boolean writable,
        int limit,
        String key,
        String handle,
        LaneState state,
        boolean paused,
        int queued,
        int running,
        int heldBack,
        Duration oldestWait,
        String sentence,
        @Nullable OperationDescriptor operation,
        Duration age,
        @Nullable String thread,
        @Nullable String instance,
        List<String> stack,
        @Nullable String waitsFor,
        @Nullable Duration nextAttemptIn,
        List<String> errorStack,
        List<AttemptDescriptor> attempts,
        @Nullable String traceUrl,
        BoundedList<OperationDescriptor> operations)
        implements OperationResponseBody {

    static ExplanationDescriptor of(
            AddressedLane addressed,
            LaneSnapshot lane,
            KeyView keys,
            boolean writable,
            int limit,
            @Nullable TraceUrl traces) {
        LaneExplanation explanation = lane.explanation();
        OperationSnapshot operation = explanation.operation();
        Map<Long, String> instances = addressed.view().instances(lane.operations());
        List<OperationDescriptor> operations =
                OperationDescriptor.of(lane.operations().stream().limit(limit).toList(), instances, keys);
        Throwable error = operation == null ? null : operation.error();
        String trace = operation == null ? null : operation.trace();
        return new ExplanationDescriptor(
                addressed.atom(),
                writable,
                limit,
                keys.show(lane.key()),
                keys.handle(lane.key()),
                lane.state(),
                lane.paused(),
                lane.queued(),
                lane.running(),
                lane.heldBack(),
                lane.oldestWait(),
                explanation.sentence(),
                operation == null ? null : OperationDescriptor.of(operation, keys, instances.get(operation.id())),
                explanation.age(),
                explanation.thread(),
                operation == null ? null : instances.get(operation.id()),
                explanation.stack().stream().map(StackTraceElement::toString).toList(),
                explanation.waitsFor(),
                explanation.nextAttemptIn(),
                error == null ? List.of() : StackTraceLines.of(error, keys),
                operation == null
                        ? List.of()
                        : operation.failedAttempts().stream()
                                .map(attempt -> AttemptDescriptor.of(attempt, keys))
                                .toList(),
                trace == null || traces == null ? null : traces.of(trace),
                BoundedList.of(operations, lane.queued() + lane.heldBack() + lane.running()));
    }
}
