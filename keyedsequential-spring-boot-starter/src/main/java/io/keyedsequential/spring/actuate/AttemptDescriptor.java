package io.keyedsequential.spring.actuate;

import io.keyedsequential.FailedAttempt;
import java.time.Duration;
import java.time.Instant;

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
