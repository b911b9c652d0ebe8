package io.keyedsequential;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of an operation that failed. Another one may have followed.
 *
 * @param number which attempt it was, counted from the first one of all; 1 or more
 * @param startedAt when its body began
 * @param runTime from there to its end
 * @param errorType the class of what it failed with
 * @param message the message of that, on one line and cut to 200 characters; may be personal data; {@code null} if it
 *     has none
 */
public record FailedAttempt(
        int number, Instant startedAt, Duration runTime, String errorType, @Nullable String message) {}
