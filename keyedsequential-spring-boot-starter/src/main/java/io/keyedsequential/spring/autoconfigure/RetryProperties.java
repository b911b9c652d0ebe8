package io.keyedsequential.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the operations of an atom are tried again.
 *
 * @param maxAttempts How often an operation is run at most, the first run included, 1 or more. With 1 nothing is tried
 *     again, and the other retry properties of defaults have no effect.
 * @param backoff Delay after the first failure, before jitter, zero or more.
 * @param multiplier How many times as long as the one before every further delay is, 1 or more.
 * @param maxBackoff Longest delay, not less than the backoff. If the backoff is longer than the default, the backoff.
 * @param jitter Share of a delay that is left to chance, 0 (none) to 1 (all of it).
 * @param retryOn Types of failures that are tried again, subclasses included.
 * @param dontRetryOn Types of failures that are not tried again, subclasses included, unless a type that is tried again
 *     is closer to the failure's own class.
 * @param retryIf Name of a Predicate bean that is asked whether a failure of such a type is tried again.
 */
public record RetryProperties(
        @Nullable Integer maxAttempts,
        @Nullable Duration backoff,
        @Nullable Double multiplier,
        @Nullable Duration maxBackoff,
        @Nullable Double jitter,
        @Nullable List<Class<? extends Throwable>> retryOn,
        @Nullable List<Class<? extends Throwable>> dontRetryOn,
        @Nullable String retryIf) {}
