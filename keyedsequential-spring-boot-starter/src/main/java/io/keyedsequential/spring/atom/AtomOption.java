package io.keyedsequential.spring.atom;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be said about an atom, in properties or in an annotation. Two are equal if their names are.
 *
 * @param <V> what it is said with
 */
@SuppressWarnings("UnusedTypeParameter") // the type of the value counts where one is given or read
public final class AtomOption<V> {

    /** The kind of engine that keeps the operations. */
    public static final AtomOption<String> ENGINE = new AtomOption<>("engine");

    /** How many operations run at once. */
    public static final AtomOption<Integer> MAX_CONCURRENCY = new AtomOption<>("max-concurrency");

    /** How many operations of one key run at once. */
    public static final AtomOption<Integer> PER_KEY_CONCURRENCY = new AtomOption<>("per-key-concurrency");

    /** How many operations are queued at most. */
    public static final AtomOption<Integer> CAPACITY = new AtomOption<>("capacity");

    /** How many operations of one key are queued at most. */
    public static final AtomOption<Integer> CAPACITY_PER_KEY = new AtomOption<>("capacity-per-key");

    /** What happens to a caller that finds no room. */
    public static final AtomOption<OverflowPolicy> OVERFLOW_POLICY = new AtomOption<>("overflow-policy");

    /** How long such a caller waits. */
    public static final AtomOption<Duration> BLOCK_TIMEOUT = new AtomOption<>("block-timeout");

    /** How long a caller that runs the method itself waits for its turn. */
    public static final AtomOption<Duration> CALL_TIMEOUT = new AtomOption<>("call-timeout");

    /** Whether every turn is one operation. */
    public static final AtomOption<Boolean> FAIR_SCHEDULING = new AtomOption<>("fair-scheduling");

    /** The name of the bean that says which keys go first. */
    public static final AtomOption<String> PRIORITY = new AtomOption<>("priority");

    /** How long an operation may wait for its first start. */
    public static final AtomOption<Duration> QUEUE_TIMEOUT = new AtomOption<>("queue-timeout");

    /** How long one attempt may run. */
    public static final AtomOption<Duration> RUN_TIMEOUT = new AtomOption<>("run-timeout");

    /** How often an operation is run at most. */
    public static final AtomOption<Integer> MAX_ATTEMPTS = new AtomOption<>("retry.max-attempts");

    /** The delay after the first failure. */
    public static final AtomOption<Duration> BACKOFF = new AtomOption<>("retry.backoff");

    /** How many times as long every further delay is. */
    public static final AtomOption<Double> MULTIPLIER = new AtomOption<>("retry.multiplier");

    /** What no delay exceeds. */
    public static final AtomOption<Duration> MAX_BACKOFF = new AtomOption<>("retry.max-backoff");

    /** Which share of a delay is left to chance. */
    public static final AtomOption<Double> JITTER = new AtomOption<>("retry.jitter");

    /** The types of failures that are retried. */
    public static final AtomOption<List<Class<? extends Throwable>>> RETRY_ON = new AtomOption<>("retry.retry-on");

    /** The types of failures that are not. */
    public static final AtomOption<List<Class<? extends Throwable>>> DONT_RETRY_ON =
            new AtomOption<>("retry.dont-retry-on");

    /** The name of the bean that decides about single failures. */
    public static final AtomOption<String> RETRY_IF = new AtomOption<>("retry.retry-if");

    /** What becomes of a key when one of its operations is given up. */
    public static final AtomOption<ExhaustedPolicy> EXHAUSTED_POLICY = new AtomOption<>("exhausted-policy");

    /** The name of the bean in which the atom raises its signals and hears those of its gates. */
    public static final AtomOption<String> SIGNALS = new AtomOption<>("signals");

    /** Which signals hold the atom. */
    public static final AtomOption<String> DEFER_ON = new AtomOption<>("defer-on");

    /** Which signals let it go on. */
    public static final AtomOption<String> RESUME_ON = new AtomOption<>("resume-on");

    /** Which signals make it shed its load. */
    public static final AtomOption<String> SHED_ON = new AtomOption<>("shed-on");

    /** Which signals make it drain. */
    public static final AtomOption<String> DRAIN_ON = new AtomOption<>("drain-on");

    /** How many finished operations are remembered. */
    public static final AtomOption<Integer> WINDOW = new AtomOption<>("window");

    /** How long they are. */
    public static final AtomOption<Duration> WINDOW_AGE = new AtomOption<>("window-age");

    /** The name of the bean that runs the operations. */
    public static final AtomOption<String> EXECUTOR = new AtomOption<>("executor");

    private final String property;
    private final @Nullable Class<? extends Throwable> failure;

    private AtomOption(String property) {
        this(property, null);
    }

    private AtomOption(String property, @Nullable Class<? extends Throwable> failure) {
        this.property = property;
        this.failure = failure;
    }

    /**
     * What becomes of a key when one of its operations is given up after a failure of one type.
     *
     * @param failure the type
     * @return the option, one of its own for each type
     */
    public static AtomOption<ExhaustedPolicy> exhaustedPolicy(Class<? extends Throwable> failure) {
        return new AtomOption<>("exhausted-policies[%s]".formatted(failure.getName()), failure);
    }

    /**
     * Its name below {@code keyedsequential.atoms.<name>} and {@code keyedsequential.defaults}.
     *
     * @return kebab-case, with a dot where it belongs to a group
     */
    public String property() {
        return property;
    }

    /**
     * Its name as an attribute of the annotation and as an option of the coordinator.
     *
     * @return the last part of the property, in camel case
     */
    public String attribute() {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (char c : property.substring(property.startsWith("retry.") ? "retry.".length() : 0)
                .toCharArray()) {
            if (c == '-') {
                upper = true;
            } else {
                name.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return name.toString();
    }

    /** The type of failures that it speaks of, or {@code null} if it speaks of no certain one. */
    @Nullable
    Class<? extends Throwable> failure() {
        return failure;
    }

    /** Whether a message of core speaks of it. */
    boolean isMentionedIn(String message) {
        String name = failure == null ? attribute() : failure.getName();
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                .matcher(message)
                .find();
    }

    /** Whether it has a meaning only where something is tried again. */
    boolean isOfRetry() {
        return property.startsWith("retry.");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AtomOption<?> option && property.equals(option.property);
    }

    @Override
    public int hashCode() {
        return property.hashCode();
    }

    @Override
    public String toString() {
        return property;
    }
}
