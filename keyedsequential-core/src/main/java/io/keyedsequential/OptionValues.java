package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of all options. A builder changes its own; {@link CoordinatorOptions} has a copy that nothing changes, and
 * which its final field publishes safely.
 *
 * <p>An option that another one may contradict is {@code null} until it is given: a default contradicts nothing.
 */
final class OptionValues implements Cloneable {

    int maxConcurrency = CoordinatorOptions.defaultMaxConcurrency();
    int perKeyConcurrency = CoordinatorOptions.DEFAULT_PER_KEY_CONCURRENCY;
    int capacity = CoordinatorOptions.DEFAULT_CAPACITY;

    @Nullable
    Integer capacityPerKey;

    OverflowPolicy overflowPolicy = CoordinatorOptions.DEFAULT_OVERFLOW_POLICY;

    @Nullable
    Duration blockTimeout;

    @Nullable
    Duration callTimeout;

    boolean fairScheduling = CoordinatorOptions.DEFAULT_FAIR_SCHEDULING;
    int window = CoordinatorOptions.DEFAULT_WINDOW;

    @Nullable
    Duration windowAge;

    Duration closeTimeout = CoordinatorOptions.DEFAULT_CLOSE_TIMEOUT;
    RetryPolicy retryPolicy = CoordinatorOptions.DEFAULT_RETRY_POLICY;

    @Nullable
    ExhaustedPolicy exhaustedPolicy;

    Map<Class<? extends Throwable>, ExhaustedPolicy> exhaustedPolicies = new LinkedHashMap<>();

    @Nullable
    Duration queueTimeout;

    @Nullable
    Duration runTimeout;

    @Nullable
    Executor executor;

    CoordinatorListener listener = CoordinatorListener.NO_OP;

    @Nullable
    ToIntFunction<Object> priority;

    @Nullable
    Function<Object, String> keyNames;

    @Nullable
    SignalSink signals;

    @Nullable
    String deferOn;

    @Nullable
    String resumeOn;

    @Nullable
    String shedOn;

    @Nullable
    String drainOn;

    OptionValues copy() {
        try {
            OptionValues copy = (OptionValues) clone();
            copy.exhaustedPolicies = new LinkedHashMap<>(exhaustedPolicies);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A copy, if no two values contradict each other.
     *
     * @param owner the name in messages
     * @throws IllegalArgumentException if two do
     */
    OptionValues checked(String owner) {
        if (capacityPerKey != null && capacityPerKey > capacity) {
            throw new IllegalArgumentException(
                    ("%s: capacityPerKey must be between 1 and capacity (%d), was %d: raise capacity "
                                    + "or lower capacityPerKey")
                            .formatted(owner, capacity, capacityPerKey));
        }
        if (blockTimeout != null && overflowPolicy != OverflowPolicy.BLOCK) {
            throw new IllegalArgumentException(
                    ("%s: blockTimeout (%s) contradicts overflowPolicy %s, which never blocks: set "
                                    + "overflowPolicy BLOCK or leave blockTimeout out")
                            .formatted(owner, blockTimeout, overflowPolicy));
        }
        if (windowAge != null && window == 0) {
            throw new IllegalArgumentException(
                    ("%s: windowAge (%s) contradicts window 0, which remembers nothing: set window to "
                                    + "1 or more or leave windowAge out")
                            .formatted(owner, windowAge));
        }
        ExhaustedPolicy ofEveryFailure = exhaustedPolicies.get(Throwable.class);
        if (exhaustedPolicy != null && ofEveryFailure != null && exhaustedPolicy != ofEveryFailure) {
            throw new IllegalArgumentException(
                    ("%s: exhaustedPolicy %s contradicts exhaustedPolicy %s for java.lang.Throwable, "
                                    + "which leaves no failure to it: leave one of them out")
                            .formatted(owner, exhaustedPolicy, ofEveryFailure));
        }
        checkGates(owner);
        return copy();
    }

    private void checkGates(String owner) {
        String gates = (deferOn == null ? "" : " deferOn " + deferOn)
                + (shedOn == null ? "" : " shedOn " + shedOn)
                + (drainOn == null ? "" : " drainOn " + drainOn)
                + (resumeOn == null ? "" : " resumeOn " + resumeOn);
        if (!gates.isEmpty() && signals == null) {
            throw new IllegalArgumentException(
                    "%s:%s needs signals, which is not set: give the sink that raises them".formatted(owner, gates));
        }
        if (resumeOn == null && (deferOn != null || shedOn != null)) {
            throw new IllegalArgumentException(
                    "%s:%s needs resumeOn, or nothing would ever end it: say which signals do".formatted(owner, gates));
        }
        if (resumeOn != null && deferOn == null && shedOn == null) {
            throw new IllegalArgumentException(
                    "%s: resumeOn %s ends nothing without deferOn or shedOn: set one of them or leave it out"
                            .formatted(owner, resumeOn));
        }
        if (signals != null && (owner.contains("*") || owner.contains("?"))) {
            throw new IllegalArgumentException(
                    "%s: with signals, which begin with the atom's name, that must contain neither * nor ?"
                            .formatted(owner));
        }
    }
}
