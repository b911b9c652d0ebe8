package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.Collections;
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

    private final OptionValues values; // a copy that nothing changes any more

    private final RetryRules failureRules;

    CoordinatorOptions(OptionValues values) {
        this.values = values;
        this.failureRules = new RetryRules(this);
    }

    /** A copy, for a builder that goes on from here. */
    OptionValues values() {
        return values.copy();
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
        return values.maxConcurrency;
    }

    /**
     * How many operations of one key run at once. Default: {@value #DEFAULT_PER_KEY_CONCURRENCY}.
     *
     * @return the limit
     */
    public int perKeyConcurrency() {
        return values.perKeyConcurrency;
    }

    /**
     * How many operations are queued at most, running ones not counted. Default: {@value #DEFAULT_CAPACITY}.
     *
     * @return the bound
     */
    public int capacity() {
        return values.capacity;
    }

    /**
     * How many operations of one key are queued at most. Default: {@link #capacity()}.
     *
     * @return the bound
     */
    public int capacityPerKey() {
        return values.capacityPerKey == null ? values.capacity : values.capacityPerKey;
    }

    /**
     * What happens to a caller that finds no room. Default: {@link OverflowPolicy#BLOCK}.
     *
     * @return the policy
     */
    public OverflowPolicy overflowPolicy() {
        return values.overflowPolicy;
    }

    /**
     * How long {@link OverflowPolicy#BLOCK} waits before it rejects. Default: 30 seconds.
     *
     * @return the time
     */
    public Duration blockTimeout() {
        return values.blockTimeout == null ? DEFAULT_BLOCK_TIMEOUT : values.blockTimeout;
    }

    /**
     * How long a caller of {@link KeyedCoordinator#call} waits for its turn before it is rejected.
     * Default: {@link #blockTimeout()}.
     *
     * @return the time
     */
    public Duration callTimeout() {
        return values.callTimeout == null ? blockTimeout() : values.callTimeout;
    }

    /**
     * Whether every turn is one operation and admission keeps room for others. Default:
     * {@value #DEFAULT_FAIR_SCHEDULING}.
     *
     * @return whether scheduling is fair
     */
    public boolean fairScheduling() {
        return values.fairScheduling;
    }

    /**
     * How many finished operations are remembered at most. Default: {@value #DEFAULT_WINDOW}; 0 remembers none.
     *
     * @return the size of the window
     */
    public int window() {
        return values.window;
    }

    /**
     * How long a finished operation is shown at most. Default: 5 minutes.
     *
     * @return the age
     */
    public Duration windowAge() {
        return values.windowAge == null ? DEFAULT_WINDOW_AGE : values.windowAge;
    }

    /**
     * How long {@link KeyedCoordinator#close} drains before it cancels what is left. Default: 10 seconds.
     *
     * @return the time
     */
    public Duration closeTimeout() {
        return values.closeTimeout;
    }

    /**
     * Which failures are tried again, how often, and how long after. Default: {@link RetryPolicy#none()}.
     *
     * @return the policy
     */
    public RetryPolicy retryPolicy() {
        return values.retryPolicy;
    }

    /**
     * What becomes of a key when one of its operations has failed and is not tried again, unless
     * {@link #exhaustedPolicies()} says otherwise for that failure. Default: {@link ExhaustedPolicy#SKIP}.
     *
     * @return the policy
     */
    public ExhaustedPolicy exhaustedPolicy() {
        return values.exhaustedPolicy == null ? DEFAULT_EXHAUSTED_POLICY : values.exhaustedPolicy;
    }

    /**
     * What applies instead of {@link #exhaustedPolicy()} to failures of certain types; of several types that match, the
     * one that is closest to the failure's own class. Default: nothing.
     *
     * @return an immutable map from type to policy
     */
    public Map<Class<? extends Throwable>, ExhaustedPolicy> exhaustedPolicies() {
        return Collections.unmodifiableMap(values.exhaustedPolicies);
    }

    /**
     * How long an operation may wait for its first start. Default: {@code null}, as long as it takes.
     *
     * @return the time, or {@code null}
     */
    public @Nullable Duration queueTimeout() {
        return values.queueTimeout;
    }

    /**
     * How long one attempt may run. Default: {@code null}, as long as it takes.
     *
     * @return the time, or {@code null}
     */
    public @Nullable Duration runTimeout() {
        return values.runTimeout;
    }

    /**
     * What runs the operations. Default: {@code null}, a pool of {@code maxConcurrency} daemon threads that the
     * coordinator owns.
     *
     * @return the executor, or {@code null}
     */
    public @Nullable Executor executor() {
        return values.executor;
    }

    /**
     * The listener that is told what happens. Default: {@link CoordinatorListener#NO_OP}.
     *
     * @return the listener
     */
    public CoordinatorListener listener() {
        return values.listener;
    }

    /** Which keys go first. Untyped here; the builders of coordinators and atoms know the type of the keys. */
    @Nullable
    ToIntFunction<Object> priority() {
        return values.priority;
    }

    /** How messages name keys; {@code null} if they do not. Untyped as {@link #priority()}. */
    @Nullable
    Function<Object, String> keyNames() {
        return values.keyNames;
    }

    /**
     * Where the atom raises its signals and listens for those of its gates. Default: {@code null}, nowhere.
     *
     * @return the sink, or {@code null}
     */
    public @Nullable SignalSink signals() {
        return values.signals;
    }

    /**
     * Which signals hold the atom. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String deferOn() {
        return values.deferOn;
    }

    /**
     * Which signals end what {@link #deferOn()} or {@link #shedOn()} began. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String resumeOn() {
        return values.resumeOn;
    }

    /**
     * Which signals make the atom shed its load. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String shedOn() {
        return values.shedOn;
    }

    /**
     * Which signals make the atom drain. Default: {@code null}, none.
     *
     * @return the pattern, or {@code null}
     */
    public @Nullable String drainOn() {
        return values.drainOn;
    }

    @Override
    public String toString() {
        return ("CoordinatorOptions[maxConcurrency=%d, perKeyConcurrency=%d, capacity=%d, capacityPerKey=%d,"
                        + " overflowPolicy=%s, blockTimeout=%s, callTimeout=%s, fairScheduling=%s, "
                        + "window=%d, windowAge=%s,"
                        + " closeTimeout=%s, retryPolicy=%s, exhaustedPolicy=%s, exhaustedPolicies=%s, queueTimeout=%s,"
                        + " runTimeout=%s]")
                .formatted(
                        values.maxConcurrency,
                        values.perKeyConcurrency,
                        values.capacity,
                        capacityPerKey(),
                        values.overflowPolicy,
                        blockTimeout(),
                        callTimeout(),
                        values.fairScheduling,
                        values.window,
                        windowAge(),
                        values.closeTimeout,
                        values.retryPolicy,
                        exhaustedPolicy(),
                        values.exhaustedPolicies,
                        values.queueTimeout == null ? "none" : values.queueTimeout,
                        values.runTimeout == null ? "none" : values.runTimeout);
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
