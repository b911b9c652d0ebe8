package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a lane does not move, or what it is doing. Names no key and no message of an error, which may be personal data;
 * the operation has both.
 *
 * @param sentence the answer in one sentence
 * @param operation the operation that everything behind it waits for: the one that has run longest, else the one at the
 *     head; {@code null} if the lane has none
 * @param age how long ago that operation was admitted; zero without one
 * @param thread the name of the thread that runs it, or {@code null}
 * @param stack what that thread does, innermost frame first; empty without one, and in lists of lanes, which take none
 * @param waitsFor what the thread waits for, as {@code operation 15 of payments}, or {@code null} if it waits for
 *     no operation
 * @param nextAttemptIn how long until the next attempt of an operation that backs off; {@code null} otherwise
 */
public record LaneExplanation(
        String sentence,
        @Nullable OperationSnapshot operation,
        Duration age,
        @Nullable String thread,
        List<StackTraceElement> stack,
        @Nullable String waitsFor,
        @Nullable Duration nextAttemptIn) {}
