package io.keyedsequential;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are tried again, how often, and how long after. An operation is retried on its lane: until it has
 * succeeded or is given up, nothing overtakes it; while it waits for its next attempt it holds its key, but no permit
 * and no thread. What happens when it is given up is for the {@link ExhaustedPolicy} to say.
 *
 * <p>The delay {@code d} after the first failure is the {@code backoff}, after each further one {@code multiplier}
 * times as long, at most {@code maxBackoff}. What is really waited is drawn uniformly from {@code d * (1 - jitter)} to
 * {@code d}, so that operations that failed together are not all tried again together. The idea, and the measurements
 * that speak for it, are those of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015); a jitter of 0.5 is
 * what is called equal jitter there, a jitter of 1 full jitter.
 *
 * <p>Immutable; made by {@link #none()}, {@link #attempts} or {@link #builder()}. May be used by any thread and by
 * several atoms, if the {@code retryIf} predicate may. The constants are the defaults, to be shown or reused.
 */
public final class RetryPolicy {

    /**
     * Default of a builder's {@code maxAttempts}: the first run and two more. An atom that is given no policy
     * has {@link #none()}.
     */
    public static final int DEFAULT_MAX_ATTEMPTS = 3;

    /** Default of {@code backoff}. */
    public static final Duration DEFAULT_BACKOFF = Duration.ofMillis(100);

    /** Default of {@code multiplier}: every delay is twice the one before. */
    public static final double DEFAULT_MULTIPLIER = 2.0;

    /** Default of {@code maxBackoff}, unless the {@code backoff} is longer. */
    public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(30);

    /** Default of {@code jitter}: what is waited is drawn from the upper half of the delay. */
    public static final double DEFAULT_JITTER = 0.5;

    /** Default of {@code retryOn}: every exception, checked or not, but no {@link Error}. */
    public static final Class<? extends Throwable> DEFAULT_RETRY_ON = Exception.class;

    /** What {@link #delayNanos} returns for a failure that is not retried. */
    static final long NOT_RETRIED = -1;

    private static final RetryPolicy NONE = builder().maxAttempts(1).build();

    private final int maxAttempts;
    private final Backoff backoff;
    private final Set<Class<? extends Throwable>> retryOn;
    private final Set<Class<? extends Throwable>> dontRetryOn;
    private final @Nullable Predicate<? super Throwable> retryIf;

    /** {@code retryOn} and {@code dontRetryOn} in one: whether a type is retried. */
    private final ByFailureType<Boolean> retried;

    private RetryPolicy(Builder from) {
        this.maxAttempts = from.maxAttempts;
        this.backoff = from.backoffs();
        this.retryOn = Collections.unmodifiableSet(new LinkedHashSet<>(from.effectiveRetryOn()));
        this.dontRetryOn = Collections.unmodifiableSet(new LinkedHashSet<>(from.dontRetryOn));
        this.retryIf = from.retryIf;
        Map<Class<? extends Throwable>, Boolean> both = new HashMap<>();
        retryOn.forEach(type -> both.put(type, true));
        dontRetryOn.forEach(type -> both.put(type, false));
        this.retried = new ByFailureType<>(both);
    }

    /**
     * No retry: the first failure is final.
     *
     * @return a policy with {@code maxAttempts} 1
     */
    public static RetryPolicy none() {
        return NONE;
    }

    /**
     * So many attempts, with everything else at its default.
     *
     * @param maxAttempts the first run included; 1 or more
     * @return the policy
     * @throws IllegalArgumentException if {@code maxAttempts} is less than 1
     */
    public static RetryPolicy attempts(int maxAttempts) {
        return builder().maxAttempts(maxAttempts).build();
    }

    /**
     * A builder with every value at its default.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How often an operation is run at most, the first run included. Default: {@value #DEFAULT_MAX_ATTEMPTS}.
     *
     * @return 1 if nothing is retried; all other values are then without meaning
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * The delay after the first failure, before jitter. Default: 100 milliseconds.
     *
     * @return the delay; zero retries without one
     */
    public Duration backoff() {
        return backoff.first();
    }

    /**
     * The factor by which each further delay grows. Default: {@value #DEFAULT_MULTIPLIER}.
     *
     * @return 1 or more
     */
    public double multiplier() {
        return backoff.multiplier();
    }

    /**
     * The longest delay. Default: 30 seconds, or the {@link #backoff()} where that is longer.
     *
     * @return the longest delay
     */
    public Duration maxBackoff() {
        return backoff.longest();
    }

    /**
     * The share of each delay that is random. Default: {@value #DEFAULT_JITTER}.
     *
     * @return 0 (none) to 1 (all of it)
     */
    public double jitter() {
        return backoff.jitter();
    }

    /**
     * The types of failures that are retried, subclasses included. Default: {@link Exception}.
     *
     * @return an immutable set
     */
    public Set<Class<? extends Throwable>> retryOn() {
        return retryOn;
    }

    /**
     * The types of failures that are not retried, subclasses included. Default: none.
     *
     * @return an immutable set
     */
    public Set<Class<? extends Throwable>> dontRetryOn() {
        return dontRetryOn;
    }

    /**
     * What a failure must satisfy besides its type. Default: {@code null}, which asks for nothing.
     *
     * @return the predicate, or {@code null}
     */
    public @Nullable Predicate<? super Throwable> retryIf() {
        return retryIf;
    }

    /**
     * Decides about one failed attempt. Runs foreign code, the predicate; never called under a lock. Throws nothing:
     * what the predicate throws means "not retried" and is added to the failure as suppressed, where it can be found.
     *
     * @param failedAttempt 1 for the first
     * @param failure what it failed with
     * @param random where the jitter comes from
     * @return nanoseconds to wait before the next attempt, or {@link #NOT_RETRIED}
     */
    long delayNanos(int failedAttempt, Throwable failure, RandomGenerator random) {
        if (failedAttempt >= maxAttempts
                || !Boolean.TRUE.equals(retried.closest(failure))
                || !satisfiesPredicate(failure)) {
            return NOT_RETRIED;
        }
        return backoff.nanosAfter(failedAttempt, random);
    }

    private boolean satisfiesPredicate(Throwable failure) {
        if (retryIf == null) {
            return true;
        }
        try {
            return retryIf.test(failure);
        } catch (Throwable e) {
            if (e != failure) { // it may throw on what it was given, and no throwable can suppress itself
                failure.addSuppressed(e);
            }
            return false;
        }
    }

    @Override
    public String toString() {
        return ("RetryPolicy[maxAttempts=%d, backoff=%s, multiplier=%s, maxBackoff=%s, jitter=%s, retryOn=%s,"
                        + " dontRetryOn=%s, retryIf=%s]")
                .formatted(
                        maxAttempts,
                        backoff(),
                        multiplier(),
                        maxBackoff(),
                        jitter(),
                        retryOn,
                        dontRetryOn,
                        retryIf == null ? "none" : retryIf);
    }

    /**
     * Builds a {@link RetryPolicy}. A bad value is refused where it is given, two values that contradict each other
     * when the builder builds. Not for use by several threads at once.
     */
    public static final class Builder {

        private static final String OWNER = "retryPolicy";

        // What another value may contradict is null until it is given: a default contradicts nothing.

        private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
        private @Nullable Duration backoff;
        private @Nullable Double multiplier;
        private @Nullable Duration maxBackoff;
        private @Nullable Double jitter;
        private final Set<Class<? extends Throwable>> retryOn = new LinkedHashSet<>();
        private final Set<Class<? extends Throwable>> dontRetryOn = new LinkedHashSet<>();
        private @Nullable Predicate<? super Throwable> retryIf;

        private Builder() {}

        /**
         * How often an operation is run at most, the first run included. Default: {@value #DEFAULT_MAX_ATTEMPTS}.
         *
         * @param value 1 (no retry) or more
         * @return this builder
         */
        public Builder maxAttempts(int value) {
            this.maxAttempts = Preconditions.range(OWNER, "maxAttempts", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * The delay after the first failure, before jitter. Default: 100 milliseconds.
         *
         * @param value zero (retry without delay) or more
         * @return this builder
         */
        public Builder backoff(Duration value) {
            this.backoff = Preconditions.notNegative(OWNER, "backoff", value);
            return this;
        }

        /**
         * The factor by which each further delay grows. Default: {@value #DEFAULT_MULTIPLIER}.
         *
         * @param value 1 (the delay stays the same) or more, finite
         * @return this builder
         */
        public Builder multiplier(double value) {
            this.multiplier = Preconditions.range(OWNER, "multiplier", value, 1, Double.MAX_VALUE);
            return this;
        }

        /**
         * What no delay exceeds. Default: 30 seconds, or the {@code backoff} where that is longer.
         *
         * @param value more than zero, and not less than {@code backoff}
         * @return this builder
         */
        public Builder maxBackoff(Duration value) {
            this.maxBackoff = Preconditions.positive(OWNER, "maxBackoff", value);
            return this;
        }

        /**
         * Which share of a delay is left to chance: of a delay {@code d}, at least {@code d * (1 - jitter)} is waited.
         * Default: {@value #DEFAULT_JITTER}.
         *
         * @param value 0 (none) to 1 (all of it)
         * @return this builder
         */
        public Builder jitter(double value) {
            this.jitter = Preconditions.range(OWNER, "jitter", value, 0, 1);
            return this;
        }

        /**
         * Which failures are retried: those of one of these types or of a subclass. Called again it adds to them.
         * Default: {@link Exception}; the first call replaces that. Where a type that is retried and one of
         * {@link #dontRetryOn} both match, the one that is closer to the failure's own class wins: with
         * {@code retryOn(IOException.class)} and {@code dontRetryOn(FileNotFoundException.class)} every I/O failure is
         * retried but a file that is not there. Causes are not looked at; {@link #retryIf} may.
         *
         * @param types one or more
         * @return this builder
         */
        @SafeVarargs
        @SuppressWarnings("varargs") // only read
        public final Builder retryOn(Class<? extends Throwable>... types) {
            add("retryOn", types, retryOn);
            return this;
        }

        /**
         * Which failures are not retried: those of one of these types or of a subclass, unless a type of
         * {@link #retryOn} is closer to the failure's own class. Called again it adds to them. Default: none.
         *
         * @param types one or more
         * @return this builder
         */
        @SafeVarargs
        @SuppressWarnings("varargs") // only read
        public final Builder dontRetryOn(Class<? extends Throwable>... types) {
            add("dontRetryOn", types, dontRetryOn);
            return this;
        }

        /**
         * What a failure whose type is retried must satisfy in addition. It is asked once per failed attempt that
         * another one could follow, by the thread that saw it fail, several at a time, and must not wait. If it throws,
         * the failure is not retried, and what it threw is added to the failure as
         * {@linkplain Throwable#addSuppressed suppressed}. Called again it replaces the predicate. Default: none.
         *
         * @param predicate whether to retry what an operation failed with
         * @return this builder
         */
        public Builder retryIf(Predicate<? super Throwable> predicate) {
            this.retryIf = Preconditions.notNull(OWNER, "retryIf", predicate);
            return this;
        }

        /**
         * The policy, its values checked against each other.
         *
         * @return an immutable policy
         * @throws IllegalArgumentException if two values contradict each other: {@code maxBackoff} is less than
         *     {@code backoff}, a type is in {@code retryOn} and in {@code dontRetryOn}, or a value is given that
         *     another one leaves without effect
         */
        public RetryPolicy build() {
            if (maxAttempts == 1) {
                String why = "maxAttempts 1, which never retries: set maxAttempts to 2 or more";
                refuse("backoff", backoff, why);
                refuse("multiplier", multiplier, why);
                refuse("maxBackoff", maxBackoff, why);
                refuse("jitter", jitter, why);
                refuse("retryOn", retryOn.isEmpty() ? null : retryOn, why);
                refuse("dontRetryOn", dontRetryOn.isEmpty() ? null : dontRetryOn, why);
                refuse("retryIf", retryIf, why);
            }
            if (backoff != null && backoff.isZero()) {
                String why = "backoff PT0S, which leaves no delay: set backoff to more than zero";
                refuse("multiplier", multiplier, why);
                refuse("maxBackoff", maxBackoff, why);
                refuse("jitter", jitter, why);
            }
            if (multiplier != null && multiplier == 1) {
                refuse("maxBackoff", maxBackoff, "multiplier 1.0, with which no delay grows: raise multiplier");
            }
            if (maxBackoff != null && maxBackoff.compareTo(effectiveBackoff()) < 0) {
                throw new IllegalArgumentException(
                        "%s: maxBackoff must not be less than backoff (%s), was %s: raise maxBackoff or lower backoff"
                                .formatted(OWNER, effectiveBackoff(), maxBackoff));
            }
            for (Class<? extends Throwable> type : effectiveRetryOn()) {
                if (dontRetryOn.contains(type)) {
                    throw new IllegalArgumentException(
                            "%s: dontRetryOn contradicts retryOn%s, both name %s: leave it out of one of them"
                                    .formatted(OWNER, retryOn.isEmpty() ? " (default)" : "", type.getName()));
                }
            }
            return new RetryPolicy(this);
        }

        private static void refuse(String option, @Nullable Object given, String why) {
            if (given != null) {
                throw new IllegalArgumentException(
                        "%s: %s (%s) contradicts %s or leave %s out".formatted(OWNER, option, given, why, option));
            }
        }

        private static void add(String option, Class<? extends Throwable>[] types, Set<Class<? extends Throwable>> to) {
            if (Preconditions.notNull(OWNER, option, types).length == 0) {
                throw new IllegalArgumentException("%s: %s must name one type or more".formatted(OWNER, option));
            }
            for (Class<? extends Throwable> type : types) {
                to.add(Preconditions.notNull(OWNER, option, type));
            }
        }

        private Duration effectiveBackoff() {
            return backoff == null ? DEFAULT_BACKOFF : backoff;
        }

        private Set<Class<? extends Throwable>> effectiveRetryOn() {
            return retryOn.isEmpty() ? Set.of(DEFAULT_RETRY_ON) : retryOn;
        }

        private Backoff backoffs() {
            Duration first = effectiveBackoff();
            Duration longest = maxBackoff;
            if (longest == null) {
                longest = first.compareTo(DEFAULT_MAX_BACKOFF) > 0 ? first : DEFAULT_MAX_BACKOFF;
            }
            return new Backoff(
                    first,
                    multiplier == null ? DEFAULT_MULTIPLIER : multiplier,
                    longest,
                    jitter == null ? DEFAULT_JITTER : jitter);
        }
    }
}
