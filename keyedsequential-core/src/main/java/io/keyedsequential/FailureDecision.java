package io.keyedsequential;

import java.time.Duration;

/**
 * What is to be done about an attempt that failed; see {@link CoordinatorOptions#decide}. Immutable.
 *
 * @param action what to do
 * @param delay how long to wait before the next attempt; zero unless the action is {@link Action#RETRY}
 */
public record FailureDecision(Action action, Duration delay) {

    /** What to do. */
    public enum Action {
        /** Run it again on its lane, after the delay. */
        RETRY,
        /** As {@link ExhaustedPolicy#SKIP}. */
        SKIP,
        /** As {@link ExhaustedPolicy#PARK}. */
        PARK,
        /** As {@link ExhaustedPolicy#HALT}. */
        HALT
    }

    static final FailureDecision SKIP = new FailureDecision(Action.SKIP, Duration.ZERO);
    static final FailureDecision PARK = new FailureDecision(Action.PARK, Duration.ZERO);
    static final FailureDecision HALT = new FailureDecision(Action.HALT, Duration.ZERO);

    /**
     * Checks.
     *
     * @param action what to do
     * @param delay how long to wait before the next attempt
     * @throws IllegalArgumentException if the delay is negative or longer than 292 years, or there is one
     *     without {@link Action#RETRY}
     */
    public FailureDecision {
        if (delay.isNegative() || (action != Action.RETRY && !delay.isZero())) {
            throw new IllegalArgumentException("no decision: %s after %s".formatted(action, delay));
        }
        Preconditions.notNegative("failure decision", "delay", delay); // nor too long
    }

    /**
     * The operation runs again.
     *
     * @param delay after how long; zero or more
     * @return the decision
     */
    public static FailureDecision retryAfter(Duration delay) {
        return new FailureDecision(Action.RETRY, delay);
    }

    /**
     * No attempt follows.
     *
     * @param policy what becomes of the key
     * @return the decision, the same for each policy
     */
    public static FailureDecision of(ExhaustedPolicy policy) {
        return switch (policy) {
            case SKIP -> SKIP;
            case PARK -> PARK;
            case HALT -> HALT;
        };
    }

    /** The same in nanoseconds of {@link System#nanoTime()}. */
    long delayNanos() {
        return delay.toNanos();
    }
}
