package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Decides what is to be done about an attempt that failed, and does nothing itself. Immutable; for any thread, but
 * never under a lock: {@link RetryPolicy#retryIf()} is foreign code.
 */
final class RetryRules {

    /**
     * Asks for the current thread's generator at every draw: the generator itself must not be handed between threads.
     */
    private static final RandomGenerator OF_THE_THREAD =
            () -> ThreadLocalRandom.current().nextLong();

    private final RetryPolicy retryPolicy;
    private final ByFailureType<ExhaustedPolicy> exhaustedPolicies;
    private final FailureDecision exhausted;
    private final RandomGenerator random;

    RetryRules(CoordinatorOptions options) {
        this(options, OF_THE_THREAD);
    }

    /** For tests: {@code random} decides the jitter, and is used by every thread that decides. */
    RetryRules(CoordinatorOptions options, RandomGenerator random) {
        this.retryPolicy = options.retryPolicy();
        this.exhaustedPolicies = new ByFailureType<>(options.exhaustedPolicies());
        this.exhausted = FailureDecision.of(options.exhaustedPolicy());
        this.random = random;
    }

    /**
     * Whether every decision is {@link FailureDecision#SKIP}, whatever failed and how often, so that there is nothing
     * to ask.
     */
    boolean isPlain() {
        return retryPolicy.maxAttempts() == 1
                && exhausted.action() == FailureDecision.Action.SKIP
                && exhaustedPolicies.isEmpty();
    }

    /**
     * The decision about an attempt. Allocates nothing unless it is to retry. Does not throw, whatever a
     * predicate does.
     *
     * @param attempt which one failed; 1 for the first
     * @param failure what it threw, or its stage's error
     */
    FailureDecision decide(int attempt, Throwable failure) {
        long delayNanos = retryPolicy.delayNanos(attempt, failure, random);
        if (delayNanos != RetryPolicy.NOT_RETRIED) {
            return FailureDecision.retryAfter(Duration.ofNanos(delayNanos));
        }
        ExhaustedPolicy refined = exhaustedPolicies.closest(failure);
        return refined == null ? exhausted : FailureDecision.of(refined);
    }
}
