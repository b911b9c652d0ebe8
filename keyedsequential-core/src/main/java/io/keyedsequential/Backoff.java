package io.keyedsequential;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between two attempts: {@code first}, then {@code multiplier} times as long after every further
 * failure, never longer than {@code longest}; of that a share of up to {@code jitter} is taken off at random.
 *
 * @param first the delay after the first failed attempt; zero or more
 * @param multiplier 1 or more, finite
 * @param longest no delay is longer; at least {@code first}
 * @param jitter 0 (none) to 1
 */
record Backoff(Duration first, double multiplier, Duration longest, double jitter) {

    /**
     * The delay after an attempt that failed.
     *
     * @param failedAttempt 1 for the first
     * @param random where the jitter comes from
     * @return nanoseconds, from {@code d * (1 - jitter)} to {@code d}, both included, where {@code d} is the delay
     *     without jitter
     */
    long nanosAfter(int failedAttempt, RandomGenerator random) {
        long highest = withoutJitter(failedAttempt);
        // From 104 days on a double has fewer bits than the delay: the product may be rounded to more than all of it.
        // What
        // is drawn needs no such bound, because the generator never draws 1.
        long span = Math.min(highest, (long) (highest * jitter));
        return highest - span + Math.round(span * random.nextDouble());
    }

    private long withoutJitter(int failedAttempt) {
        if (first.isZero()) {
            return 0; // zero times an infinite power would be no number
        }
        long cap = longest.toNanos();
        double grown = first.toNanos() * Math.pow(multiplier, failedAttempt - 1);
        return grown < cap ? (long) grown : cap; // an infinite one is capped as well
    }
}
