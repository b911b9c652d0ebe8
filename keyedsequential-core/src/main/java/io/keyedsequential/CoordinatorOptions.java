package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything a coordinator can be told, but its name. Immutable; made by {@link #builder()}.
 *
 * <p>The constants are the defaults, to be shown or reused.
 */
public final class CoordinatorOptions {

    /** The largest {@code maxConcurrency}. */
    public static final int MAX_CONCURRENCY_LIMIT = 1 << 16;

    /** Default of {@code perKeyConcurrency}: strict order within a key. */
    public static final int DEFAULT_PER_KEY_CONCURRENCY = 1;

    /** Default of {@code capacity}, in operations. */
    public static final int DEFAULT_CAPACITY = 10_000;

    /** Default of {@code overflowPolicy}. */
    public static final OverflowPolicy DEFAULT_OVERFLOW_POLICY = OverflowPolicy.BLOCK;

    /** Default of {@code blockTimeout}. */
    public static final Duration DEFAULT_BLOCK_TIMEOUT = Duration.ofSeconds(30);

    /** Default of {@code fairScheduling}. */
    public static final boolean DEFAULT_FAIR_SCHEDULING = false;

    /** Default of {@code window}, in operations. */
    public static final int DEFAULT_WINDOW = 200;

    /** Default of {@code windowAge}. */
    public static final Duration DEFAULT_WINDOW_AGE = Duration.ofMinutes(5);

    /** Default of {@code closeTimeout}. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Default of {@code retryPolicy}: nothing is retried. */
    public static final RetryPolicy DEFAULT_RETRY_POLICY = RetryPolicy.none();

    /** Default of {@code exhaustedPolicy}. */
    public static final ExhaustedPolicy DEFAULT_EXHAUSTED_POLICY = ExhaustedPolicy.SKIP;

    // Options that another one may contradict are kept as they were given, so that a copy contradicts nothing either.

    private final int maxConcurrency;
    private final int perKeyConcurrency;
    private final int capacity;
    final @Nullable Integer givenCapacityPerKey;
    private final OverflowPolicy overflowPolicy;
    final @Nullable Duration givenBlockTimeout;
    final @Nullable Duration givenCallTimeout;
    private final boolean fairScheduling;
    private final int window;
    final @Nullable Duration givenWindowAge;
    private final Duration closeTimeout;
    private final RetryPolicy retryPolicy;
    final @Nullable ExhaustedPolicy givenExhaustedPolicy;
    private final Map<Class<? extends Throwable>, ExhaustedPolicy> exhaustedPolicies;
    private final @Nullable ToIntFunction<Object> priority;
    private final @Nullable Function<Object, String> keyNames;
    private final @Nullable SignalSink signals;
    private final @Nullable String deferOn;
    private final @Nullable String resumeOn;
    private final @Nullable String shedOn;
    private final @Nullable String drainOn;
    private final @Nullable Duration queueTimeout;
    private final @Nullable Duration runTimeout;
    private final @Nullable Executor executor;
    private final CoordinatorListener listener;
    private final RetryRules failureRules;

    CoordinatorOptions(OptionsBuilder<?> from) {
        this.maxConcurrency = from.maxConcurrency;
        this.perKeyConcurrency = from.perKeyConcurrency;
        this.capacity = from.capacity;
        this.givenCapacityPerKey = from.capacityPerKey;
        this.overflowPolicy = from.overflowPolicy;
        this.givenBlockTimeout = from.blockTimeout;
        this.givenCallTimeout = from.callTimeout;
        this.fairScheduling = from.fairScheduling;
        this.window = from.window;
        this.givenWindowAge = from.windowAge;
        this.closeTimeout = from.closeTimeout;
        this.retryPolicy = from.retryPolicy;
        this.givenExhaustedPolicy = from.exhaustedPolicy;
        this.exhaustedPolicies = Collections.unmodifiableMap(new LinkedHashMap<>(from.exhaustedPolicies));
        this.priority = from.priority;
        this.keyNames = from.keyNames;
        this.signals = from.signals;
        this.deferOn = from.deferOn;
        this.resumeOn = from.resumeOn;
        this.shedOn = from.shedOn;
        this.drainOn = from.drainOn;
        this.queueTimeout = from.queueTimeout;
        this.runTimeout = from.runTimeout;
        this.executor = from.executor;
        this.listener = from.listener;
        this.failureRules = new RetryRules(this);
    }

    /**
     * What is to be done about an attempt that failed, by the {@link #retryPolicy()} and the exhausted policies. For
     * engines that keep operations elsewhere and retry them; see {@link ReplayedOperation}. For any thread. A delay
     * with jitter is drawn anew each time.
     *
     * @param failedAttempt which one failed; 1 for the first
     * @param failure what it threw
     * @return the decision; does not throw, whatever a {@link RetryPolicy#retryIf()} does
     * @throws IllegalArgumentException if there is no such attempt
     */
    public FailureDecision decide(int failedAttempt, Throwable failure) {
        if (failedAttempt < 1) {
            throw new IllegalArgumentException("failedAttempt: 1 or more, not " + failedAttempt);
        }
        return failureRules.decide(failedAttempt, failure);
    }

    /**
     * A builder with every option at its default.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The default of {@code maxConcurrency}.
     *
     * @return the number of available processors
     */
    public static int defaultMaxConcurrency() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * How many operations run at once. Default: {@link #defaultMaxConcurrency()}.
     *
     * @return the limit with which the coordinator starts; {@link KeyedCoordinator#setMaxConcurrency} changes it
     */
    public int maxConcurrency() {
        return maxConcurrency;
    }

    /**
     * How many operations of one key run at once. Default: {@value #DEFAULT_PER_KEY_CONCURRENCY}.
     *
     * @return the limit
     */
    public int perKeyConcurrency() {
        return perKeyConcurrency;
    }

    /**
     * How many operations are queued at most, running ones not counted. Default: {@value #DEFAULT_CAPACITY}.
     *
     * @return the bound
     */
    public int capacity() {
        return capacity;
    }

    /**
     * How many operations of one key are queued at most. Default: {@link #capacity()}.
     *
     * @return the bound
     */
    public int capacityPerKey() {
        return givenCapacityPerKey == null ? capacity : givenCapacityPerKey;
    }

    /**
     * What happens to a caller that finds no room. Default: {@link OverflowPolicy#BLOCK}.
     *
     * @return the policy
     */
    public OverflowPolicy overflowPolicy() {
        return overflowPolicy;
    }

    /**
     * How long {@link OverflowPolicy#BLOCK} waits before it rejects. Default: 30 seconds.
     *
     * @return the time
     */
    public Duration blockTimeout() {
        return givenBlockTimeout == null ? DEFAULT_BLOCK_TIMEOUT : givenBlockTimeout;
    }

    /**
     * How long a caller of {@link KeyedCoordinator#call} waits for its turn before it is rejected.
     * Default: {@link #blockTimeout()}.
     *
     * @return the time
     */
    public Duration callTimeout() {
        return givenCallTimeout == null ? blockTimeout() : givenCallTimeout;
    }

    /**
     * Whether every turn is one operation and admission keeps room for others. Default:
     * {@value #DEFAULT_FAIR_SCHEDULING}.
     *
     * @return whether scheduling is fair
     */
    public boolean fairScheduling() {
        return fairScheduling;
    }

    /**
     * How many finished operations are remembered at most. Default: {@value #DEFAULT_WINDOW}; 0 remembers none.
     *
     * @return the size of the window
     */
    public int window() {
        return window;
    }

    /**
     * How long a finished operation is shown at most. Default: 5 minutes.
     *
     * @return the age
     */
    public Duration windowAge() {
        return givenWindowAge == null ? DEFAULT_WINDOW_AGE : givenWindowAge;
    }

    /**
     * How long {@link KeyedCoordinator#close} drains before it cancels what is left. Default: 10 seconds.
     *
     * @return the time
     */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * Which failures are tried again, how often, and how long after. Default: {@link RetryPolicy#none()}.
     *
     * @return the policy
     */
    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    /**
     * What becomes of a key when one of its operations has failed and is not tried again, unless
     * {@link #exhaustedPolicies()} says otherwise for that failure. Default: {@link ExhaustedPolicy#SKIP}.
     *
     * @return the policy
     */
    public ExhaustedPolicy exhaustedPolicy() {
        return givenExhaustedPolicy == null ? DEFAULT_EXHAUSTED_POLICY : givenExhaustedPolicy;
    }

    /**
     * What applies instead of {@link #exhaustedPolicy()} to failures of certain types; of several types that match, the
     * one that is closest to the failure's own class. Default: nothing.
     *
     * @return an immutable map from type to policy
     */
    public Map<Class<? extends Throwable>, ExhaustedPolicy> exhaustedPolicies() {
        return exhaustedPolicies;
    }

    /**
     * How long an operation may wait for its first start. Default: {@code null}, as long as it takes.
     *
     * @return the time, or {@code null}
     */
    public @Nullable Duration queueTimeout() {
        return queueTimeout;
    }

    /**
     * How long one attempt may run. Default: {@code null}, as long as it takes.
     *
     * @return the time, or {@code null}
     */
    public @Nullable Duration runTimeout() {
        return runTimeout;
    }

    /**
     * What runs the operations. Default: {@code null}, a pool of {@code maxConcurrency} daemon threads that the
     * coordinator owns.
     *
     * @return the executor, or {@code null}
     */
    public @Nullable Executor executor() {
        return executor;
    }

    /**
     * The listener that is told what happens. Default: {@link CoordinatorListener#NO_OP}.
     *
     * @return the listener
     */
    public CoordinatorListener listener() {
        return listener;
    }

    /** Which keys go first. Untyped here; the builders of coordinators and atoms know the type of the keys. */
    @Nullable
    ToIntFunction<Object> priority() {
        return priority;
    }

    /** How messages name keys; {@code null} if they do not. Untyped as {@link #priority()}. */
    @Nullable
    Function<Object, String> keyNames() {
        return keyNames;
    }

    /**
     * Where the atom raises its signals and listens for those of its gates. Default: {@code null}, nowhere.
     *
     * @return the sink, or {@code null}
     */
    public @Nullable SignalSink signals() {
        return signals;
    }

    /**
     * Which signals hold the atom. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String deferOn() {
        return deferOn;
    }

    /**
     * Which signals end what {@link #deferOn()} or {@link #shedOn()} began. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String resumeOn() {
        return resumeOn;
    }

    /**
     * Which signals make the atom shed its load. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String shedOn() {
        return shedOn;
    }

    /**
     * Which signals make the atom drain. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String drainOn() {
        return drainOn;
    }

    @Override
    public String toString() {
        return ("CoordinatorOptions[maxConcurrency=%d, perKeyConcurrency=%d, capacity=%d, capacityPerKey=%d,"
                        + " overflowPolicy=%s, blockTimeout=%s, callTimeout=%s, fairScheduling=%s, "
                        + "window=%d, windowAge=%s,"
                        + " closeTimeout=%s, retryPolicy=%s, exhaustedPolicy=%s, exhaustedPolicies=%s, queueTimeout=%s,"
                        + " runTimeout=%s]")
                .formatted(
                        maxConcurrency,
                        perKeyConcurrency,
                        capacity,
                        capacityPerKey(),
                        overflowPolicy,
                        blockTimeout(),
                        callTimeout(),
                        fairScheduling,
                        window,
                        windowAge(),
                        closeTimeout,
                        retryPolicy,
                        exhaustedPolicy(),
                        exhaustedPolicies,
                        queueTimeout == null ? "none" : queueTimeout,
                        runTimeout == null ? "none" : runTimeout);
    }

    /** Builds {@link CoordinatorOptions}. Not for use by several threads at once. */
    public static final class Builder extends OptionsBuilder<Builder> {

        Builder() {
            super("options");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * The options, checked against each other.
         *
         * @return immutable options
         * @throws IllegalArgumentException if two options contradict each other
         */
        public CoordinatorOptions build() {
            return toOptions();
        }
    }
}
