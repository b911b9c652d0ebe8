package io.keyedsequential.spring.actuate;

import io.keyedsequential.FailedAttempt;
import io.keyedsequential.LaneExplanation;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.LogSafe;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.EndpointSurroundings.TraceUrl;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.RecordedFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of the operations of one key.
 *
 * @param key the key, or its mask
 * @param handle what addresses the lane in a URL
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many operations wait, as the atom counts them
 * @param running how many run, or hold the key until their future is complete
 * @param heldBack how many back off or are parked, and keep the key closed
 * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero if none waits
 * @param why what it is doing or why it does not move, in one sentence that names no key
 * @param error the class of what the operation has failed with that everything behind it waits for; absent if it
 *     has not
 * @param operations its first operations, running ones first; at most 10
 */
public record LaneDescriptor(
        String key,
        String handle,
        LaneState state,
        boolean paused,
        int queued,
        int running,
        int heldBack,
        Duration oldestWait,
        String why,
        @Nullable String error,
        List<OperationSummary> operations) {

    private static final int MOST_OPERATIONS = 10;

    static LaneDescriptor of(LaneSnapshot lane, KeyView keys) {
        OperationSnapshot first = lane.explanation().operation();
        Throwable error = first == null ? null : first.error();
        return new LaneDescriptor(
                keys.show(lane.key()),
                keys.handle(lane.key()),
                lane.state(),
                lane.paused(),
                lane.queued(),
                lane.running(),
                lane.heldBack(),
                lane.oldestWait(),
                lane.explanation().sentence(),
                error == null ? null : RecordedFailure.typeOf(error),
                lane.operations().stream()
                        .limit(MOST_OPERATIONS)
                        .map(OperationSummary::of)
                        .toList());
    }

    /**
     * Description of one operation in a list of lanes, as little of it as a block on a screen needs.
     *
     * @param id its id
     * @param operation the name of the operation, if it has one
     * @param label which business it is about, if it says so
     * @param state its state
     * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun
     */
    public record OperationSummary(
            long id, @Nullable String operation, @Nullable String label, OperationState state, int attempt) {

        static OperationSummary of(OperationSnapshot operation) {
            return new OperationSummary(
                    operation.id(), operation.name(), operation.label(), operation.state(), operation.attempt());
        }
    }

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
        static List<OperationDescriptor> of(
                List<OperationSnapshot> operations, Map<Long, String> instances, KeyView keys) {
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

    /**
     * Description of an error. A message may quote whatever the application knows, so that it is shown only where
     * keys are.
     *
     * @param type the class of the exception
     * @param message its message on one line, cut to 1,000 characters, if keys may be shown
     */
    public record ErrorDescriptor(String type, @Nullable String message) {

        private static final int MOST_CHARACTERS = 1_000;

        static ErrorDescriptor of(Throwable error, KeyView keys) {
            return new ErrorDescriptor(RecordedFailure.typeOf(error), keys.mayBeShown() ? messageOf(error) : null);
        }

        /** What looks at an atom must not fail because of one exception, which is a class of the application. */
        static @Nullable String messageOf(Throwable error) {
            try {
                String message = error.getMessage();
                return message == null ? null : LogSafe.of(message, MOST_CHARACTERS);
            } catch (Throwable e) {
                return null;
            }
        }
    }

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
     * @param operation the operation that everything behind it waits for, with its attempt and the last error: the one
     *     that has run longest, else the one at the head; absent if the lane has none
     * @param age how long ago that operation was admitted; zero without one
     * @param thread the name of the thread that runs it, if one does
     * @param instance which instance runs it, where several share the engine
     * @param stack what that thread does, innermost frame first; without arguments; empty if no thread runs it
     * @param waitsFor which operation that thread waits for, if for any
     * @param nextAttemptIn how long until the next attempt of an operation that backs off
     * @param errorStack the stack trace of what that operation failed with last, as it is printed, at most 60 frames of
     *     each of at most 8 exceptions; empty if it has not failed. Without messages unless keys may be shown
     * @param attempts the attempts of that operation that have failed, oldest first; the last 10
     * @param traceUrl where the trace is shown that the operation belongs to, if it has one and an address
     *     is configured
     * @param operations its operations, running ones first, then in the order in which they will run
     * @param partitions where records of this key are that this instance has taken over and that are not done, and what
     *     their partitions wait for; empty if there are none
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
            BoundedList<OperationDescriptor> operations,
            List<PartitionsDescriptor.KeyInPartitionDescriptor> partitions)
            implements OperationResponseBody {

        static ExplanationDescriptor of(
                AddressedLane addressed,
                LaneSnapshot lane,
                KeyView keys,
                boolean writable,
                int limit,
                @Nullable TraceUrl traces,
                List<PartitionSource> sources) {
            LaneExplanation explanation = lane.explanation();
            OperationSnapshot operation = explanation.operation();
            Map<Long, String> instances = addressed.view().instances(lane.operations());
            List<OperationDescriptor> operations = OperationDescriptor.of(
                    lane.operations().stream().limit(limit).toList(), instances, keys);
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
                    explanation.stack().stream()
                            .map(StackTraceElement::toString)
                            .toList(),
                    explanation.waitsFor(),
                    explanation.nextAttemptIn(),
                    error == null ? List.of() : StackTraceLines.of(error, keys),
                    operation == null
                            ? List.of()
                            : operation.failedAttempts().stream()
                                    .map(attempt -> AttemptDescriptor.of(attempt, keys))
                                    .toList(),
                    trace == null || traces == null ? null : traces.of(trace),
                    BoundedList.of(operations, lane.queued() + lane.heldBack() + lane.running()),
                    PartitionsDescriptor.KeyInPartitionDescriptor.of(sources, lane.key()));
        }
    }

    /**
     * Description of an attempt that failed.
     *
     * @param number which one it was, counted from the first of all
     * @param startedAt when it began
     * @param runTime how long it ran
     * @param error what it failed with
     */
    public record AttemptDescriptor(int number, Instant startedAt, Duration runTime, ErrorDescriptor error) {

        static AttemptDescriptor of(FailedAttempt attempt, KeyView keys) {
            return new AttemptDescriptor(
                    attempt.number(),
                    attempt.startedAt(),
                    attempt.runTime(),
                    new ErrorDescriptor(attempt.errorType(), keys.mayBeShown() ? attempt.message() : null));
        }
    }

    /**
     * The stack trace of an exception as lines, as it is printed, but bounded: the beginning of every stack is where it
     * failed. The classes of exceptions are the application's, and may answer anything.
     */
    static final class StackTraceLines {

        /** Of each exception. */
        private static final int MOST_FRAMES = 60;

        /** An exception, and what it was caused by. */
        private static final int MOST_CAUSES = 8;

        private StackTraceLines() {}

        static List<String> of(Throwable error, KeyView keys) {
            List<String> lines = new ArrayList<>();
            Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            Throwable each = error;
            while (each != null && seen.size() < MOST_CAUSES && seen.add(each)) {
                ErrorDescriptor said = ErrorDescriptor.of(each, keys);
                lines.add((seen.size() == 1 ? "" : "Caused by: ")
                        + (said.message() == null ? said.type() : said.type() + ": " + said.message()));
                addFrames(each, lines);
                each = causeOf(each);
            }
            if (each != null) {
                lines.add("Caused by: more, or one of the above");
            }
            return lines;
        }

        private static void addFrames(Throwable error, List<String> lines) {
            StackTraceElement[] frames = framesOf(error);
            for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
                lines.add("\tat " + frames[i]);
            }
            if (frames.length > MOST_FRAMES) {
                lines.add("\t... %d more".formatted(frames.length - MOST_FRAMES));
            }
        }

        private static StackTraceElement[] framesOf(Throwable error) {
            try {
                StackTraceElement[] frames = error.getStackTrace();
                return frames == null ? new StackTraceElement[0] : frames;
            } catch (Throwable e) {
                return new StackTraceElement[0];
            }
        }

        private static @Nullable Throwable causeOf(Throwable error) {
            try {
                return error.getCause();
            } catch (Throwable e) {
                return null;
            }
        }
    }
}
