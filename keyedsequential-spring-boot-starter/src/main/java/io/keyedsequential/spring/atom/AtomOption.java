package io.keyedsequential.spring.atom;

import static io.keyedsequential.spring.atom.OptionChecks.any;
import static io.keyedsequential.spring.atom.OptionChecks.atLeast;
import static io.keyedsequential.spring.atom.OptionChecks.failureTypes;
import static io.keyedsequential.spring.atom.OptionChecks.name;
import static io.keyedsequential.spring.atom.OptionChecks.notNegative;
import static io.keyedsequential.spring.atom.OptionChecks.pattern;
import static io.keyedsequential.spring.atom.OptionChecks.positive;
import static io.keyedsequential.spring.atom.OptionChecks.range;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.atom.AtomFactory.AtomParts;
import io.keyedsequential.spring.atom.OptionChecks.OptionCheck;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be said about an atom, in properties or in an annotation. Each constant is a row of a table: its
 * name, its type, which values are refused, how a builder is told, and how the log shows it. Whatever reads, checks or
 * applies options loops over the table. Two are equal if their names are.
 *
 * @param <V> what it is said with
 */
public final class AtomOption<V> {

    private static final int MOST = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;

    /** All of them by property, in the order in which they are shown. Filled by the constants below. */
    private static final Table TABLE = new Table();

    @SuppressWarnings("unchecked") // no class literal has a type argument
    private static final Class<List<Class<? extends Throwable>>> TYPES =
            (Class<List<Class<? extends Throwable>>>) (Class<?>) List.class;

    /** The kind of engine that keeps the operations. */
    public static final AtomOption<String> ENGINE =
            option("engine", String.class, name(), AtomOption::leave).shownAs(RegisteredAtom::engine);

    /** How many operations run at once. */
    public static final AtomOption<Integer> MAX_CONCURRENCY = option(
                    "max-concurrency", Integer.class, range(1, MOST), set(KeyedCoordinator.Builder::maxConcurrency))
            .shownAs(atom -> atom.coordinator().stats().maxConcurrency());

    /** How many operations of one key run at once. */
    public static final AtomOption<Integer> PER_KEY_CONCURRENCY = option(
                    "per-key-concurrency",
                    Integer.class,
                    range(1, MOST),
                    set(KeyedCoordinator.Builder::perKeyConcurrency))
            .shown(CoordinatorOptions::perKeyConcurrency);

    /** How many operations are queued at most. */
    public static final AtomOption<Integer> CAPACITY = option(
                    "capacity", Integer.class, range(1, Integer.MAX_VALUE), set(KeyedCoordinator.Builder::capacity))
            .shown(CoordinatorOptions::capacity);

    /** How many operations of one key are queued at most. */
    public static final AtomOption<Integer> CAPACITY_PER_KEY = option(
                    "capacity-per-key",
                    Integer.class,
                    range(1, Integer.MAX_VALUE),
                    set(KeyedCoordinator.Builder::capacityPerKey))
            .shown(CoordinatorOptions::capacityPerKey);

    /** What happens to a caller that finds no room. */
    public static final AtomOption<OverflowPolicy> OVERFLOW_POLICY = option(
                    "overflow-policy", OverflowPolicy.class, any(), set(KeyedCoordinator.Builder::overflowPolicy))
            .shown(CoordinatorOptions::overflowPolicy);

    /** How long such a caller waits. */
    public static final AtomOption<Duration> BLOCK_TIMEOUT = option(
                    "block-timeout", Duration.class, positive(), set(KeyedCoordinator.Builder::blockTimeout))
            .shown(options -> options.overflowPolicy() == OverflowPolicy.BLOCK ? options.blockTimeout() : null)
            .meaninglessIf(chosen -> {
                OverflowPolicy overflow = chosen.get(OVERFLOW_POLICY);
                return overflow != null && overflow != OverflowPolicy.BLOCK;
            });

    /** How long a caller that runs the method itself waits for its turn. */
    public static final AtomOption<Duration> CALL_TIMEOUT = option(
                    "call-timeout", Duration.class, positive(), set(KeyedCoordinator.Builder::callTimeout))
            .shown(options -> options.callTimeout().equals(options.blockTimeout()) ? null : options.callTimeout());

    /** Whether every turn is one operation. */
    public static final AtomOption<Boolean> FAIR_SCHEDULING = option(
                    "fair-scheduling", Boolean.class, any(), set(KeyedCoordinator.Builder::fairScheduling))
            .shown(CoordinatorOptions::fairScheduling);

    /** The name of the bean that says which keys go first. */
    public static final AtomOption<String> PRIORITY =
            option("priority", String.class, any(), (parts, name) -> parts.priority());

    /** How long an operation may wait for its first start. */
    public static final AtomOption<Duration> QUEUE_TIMEOUT = option(
                    "queue-timeout", Duration.class, positive(), set(KeyedCoordinator.Builder::queueTimeout))
            .shown(CoordinatorOptions::queueTimeout);

    /** How long one attempt may run. */
    public static final AtomOption<Duration> RUN_TIMEOUT = option(
                    "run-timeout", Duration.class, positive(), set(KeyedCoordinator.Builder::runTimeout))
            .shown(CoordinatorOptions::runTimeout);

    /** How often an operation is run at most. */
    public static final AtomOption<Integer> MAX_ATTEMPTS = option(
                    "retry.max-attempts",
                    Integer.class,
                    range(1, Integer.MAX_VALUE),
                    setRetry(RetryPolicy.Builder::maxAttempts))
            .shown(options -> options.retryPolicy().maxAttempts());

    /** The delay after the first failure. */
    public static final AtomOption<Duration> BACKOFF =
            option("retry.backoff", Duration.class, notNegative(), setRetry(RetryPolicy.Builder::backoff));

    /** How many times as long every further delay is. */
    public static final AtomOption<Double> MULTIPLIER = option(
                    "retry.multiplier", Double.class, atLeast(1), setRetry(RetryPolicy.Builder::multiplier))
            .meaninglessIf(AtomOption::retriesAtOnce);

    /** What no delay exceeds. */
    public static final AtomOption<Duration> MAX_BACKOFF = option(
                    "retry.max-backoff", Duration.class, positive(), setRetry(RetryPolicy.Builder::maxBackoff))
            .meaninglessIf(chosen -> retriesAtOnce(chosen) || Objects.equals(chosen.get(MULTIPLIER), 1.0));

    /** Which share of a delay is left to chance. */
    public static final AtomOption<Double> JITTER = option(
                    "retry.jitter", Double.class, range(0.0, 1.0), setRetry(RetryPolicy.Builder::jitter))
            .meaninglessIf(AtomOption::retriesAtOnce);

    /** The types of failures that are retried. */
    public static final AtomOption<List<Class<? extends Throwable>>> RETRY_ON = option(
            "retry.retry-on",
            TYPES,
            failureTypes(),
            (parts, types) -> types.forEach(type -> parts.retry().retryOn(type)));

    /** The types of failures that are not. */
    public static final AtomOption<List<Class<? extends Throwable>>> DONT_RETRY_ON = option(
            "retry.dont-retry-on",
            TYPES,
            failureTypes(),
            (parts, types) -> types.forEach(type -> parts.retry().dontRetryOn(type)));

    /** The name of the bean that decides about single failures. */
    public static final AtomOption<String> RETRY_IF =
            option("retry.retry-if", String.class, any(), (parts, name) -> parts.retryIf());

    /** What becomes of a key when one of its operations is given up. */
    public static final AtomOption<ExhaustedPolicy> EXHAUSTED_POLICY = option(
                    "exhausted-policy", ExhaustedPolicy.class, any(), (parts, policy) -> parts.builder()
                            .exhaustedPolicy(policy))
            .shown(CoordinatorOptions::exhaustedPolicy)
            .meaninglessIf(chosen -> chosen.has(exhaustedPolicy(Throwable.class)));

    /** The name of the bean in which the atom raises its signals and hears those of its gates. */
    public static final AtomOption<String> SIGNALS = option("signals", String.class, any(), AtomOption::leave);

    /** Which signals hold the atom. */
    public static final AtomOption<String> DEFER_ON = option(
                    "defer-on", String.class, pattern(), set(KeyedCoordinator.Builder::deferOn))
            .shown(CoordinatorOptions::deferOn);

    /** Which signals let it go on. */
    public static final AtomOption<String> RESUME_ON = option(
                    "resume-on", String.class, pattern(), set(KeyedCoordinator.Builder::resumeOn))
            .shown(CoordinatorOptions::resumeOn);

    /** Which signals make it shed its load. */
    public static final AtomOption<String> SHED_ON = option(
                    "shed-on", String.class, pattern(), set(KeyedCoordinator.Builder::shedOn))
            .shown(CoordinatorOptions::shedOn);

    /** Which signals make it drain. */
    public static final AtomOption<String> DRAIN_ON = option(
                    "drain-on", String.class, pattern(), set(KeyedCoordinator.Builder::drainOn))
            .shown(CoordinatorOptions::drainOn);

    /** How many finished operations are remembered. */
    public static final AtomOption<Integer> WINDOW =
            option("window", Integer.class, range(0, MOST), set(KeyedCoordinator.Builder::window));

    /** How long they are. */
    public static final AtomOption<Duration> WINDOW_AGE = option(
                    "window-age", Duration.class, positive(), set(KeyedCoordinator.Builder::windowAge))
            .meaninglessIf(chosen -> Objects.equals(chosen.get(WINDOW), 0));

    /** The name of the bean that runs the operations. */
    public static final AtomOption<String> EXECUTOR = option("executor", String.class, any(), AtomOption::leave);

    private final String property;
    private final Class<V> type;
    private final OptionCheck<? super V> check;
    private final BiConsumer<AtomParts, V> setter;
    private final Function<RegisteredAtom, @Nullable Object> shown;
    private final Predicate<AtomSettings> meaningless;
    private final @Nullable Class<? extends Throwable> failure;

    private AtomOption(
            String property,
            Class<V> type,
            OptionCheck<? super V> check,
            BiConsumer<AtomParts, V> setter,
            Function<RegisteredAtom, @Nullable Object> shown,
            Predicate<AtomSettings> meaningless,
            @Nullable Class<? extends Throwable> failure) {
        this.property = property;
        this.type = type;
        this.check = check;
        this.setter = setter;
        this.shown = shown;
        this.meaningless = meaningless;
        this.failure = failure;
    }

    private static <V> AtomOption<V> option(
            String property, Class<V> type, OptionCheck<? super V> check, BiConsumer<AtomParts, V> setter) {
        return new AtomOption<>(property, type, check, setter, atom -> null, chosen -> false, null).inTable();
    }

    private AtomOption<V> inTable() {
        TABLE.rows.put(property, this);
        return this;
    }

    private static final class Table {
        private final Map<String, AtomOption<?>> rows = new LinkedHashMap<>();
    }

    private static <V> BiConsumer<AtomParts, V> set(BiConsumer<KeyedCoordinator.Builder<Object>, V> setter) {
        return (parts, value) -> setter.accept(parts.builder(), value);
    }

    private static <V> BiConsumer<AtomParts, V> setRetry(BiConsumer<RetryPolicy.Builder, V> setter) {
        return (parts, value) -> setter.accept(parts.retry(), value);
    }

    /** Of what the factory sets whether or not it is said. */
    private static void leave(AtomParts parts, Object value) {}

    /** Is in the line of the log that shows an atom, unless it is {@code null}. */
    private AtomOption<V> shown(Function<CoordinatorOptions, @Nullable Object> value) {
        return shownAs(atom -> value.apply(atom.coordinator().options()));
    }

    private AtomOption<V> shownAs(Function<RegisteredAtom, @Nullable Object> value) {
        return new AtomOption<>(property, type, check, setter, value, meaningless, failure).inTable();
    }

    /** Is not inherited by settings that choose so. */
    private AtomOption<V> meaninglessIf(Predicate<AtomSettings> chosen) {
        return new AtomOption<>(property, type, check, setter, shown, chosen, failure).inTable();
    }

    private static boolean retriesAtOnce(AtomSettings chosen) {
        return Objects.equals(chosen.get(BACKOFF), Duration.ZERO);
    }

    /**
     * All options, but for the policies of certain types of failures.
     *
     * @return unmodifiable, in the order in which they are shown
     */
    public static Collection<AtomOption<?>> all() {
        return Collections.unmodifiableCollection(TABLE.rows.values());
    }

    /**
     * The option of a property.
     *
     * @param property its name below the atom's
     * @return the option, or {@code null} if there is none
     */
    public static @Nullable AtomOption<?> named(String property) {
        return TABLE.rows.get(property);
    }

    /**
     * What becomes of a key when one of its operations is given up after a failure of one type.
     *
     * @param failure the type
     * @return the option, one of its own for each type
     */
    public static AtomOption<ExhaustedPolicy> exhaustedPolicy(Class<? extends Throwable> failure) {
        return new AtomOption<>(
                "exhausted-policies[%s]".formatted(failure.getName()),
                ExhaustedPolicy.class,
                value -> Throwable.class.isAssignableFrom(failure)
                        ? null
                        : "must name types of failures; %s is no Throwable".formatted(failure.getName()),
                (parts, policy) -> parts.builder().exhaustedPolicy(failure, policy),
                atom -> null,
                chosen -> failure == Throwable.class && chosen.has(EXHAUSTED_POLICY),
                failure);
    }

    /**
     * Refuses a value that no atom could have.
     *
     * @param name what the message calls the option
     * @param value the value
     * @throws IllegalArgumentException if no atom could have it, with the name
     */
    @SuppressWarnings("unchecked") // the binder has made it such a value
    public void check(String name, Object value) {
        String objection = check.objection((V) value);
        if (objection != null) {
            throw new IllegalArgumentException(name + " " + objection);
        }
    }

    /**
     * Whether an atom could have a value.
     *
     * @param value the value
     * @return whether it could
     */
    public boolean allows(V value) {
        return check.objection(value) == null;
    }

    /** Says it to the builders of an atom. */
    @SuppressWarnings("unchecked") // settings hold no other
    void apply(AtomParts parts, Object value) {
        setter.accept(parts, (V) value);
    }

    /** What an atom has, as the log shows it; {@code null} if it is left out. */
    @Nullable
    Object shownOf(RegisteredAtom atom) {
        return shown.apply(atom);
    }

    /**
     * Whether settings that choose otherwise leave it without meaning, so that it is not inherited by them. Everything
     * else that contradicts itself is refused, and so is this if it is said where it has no meaning and not inherited.
     */
    boolean isMeaninglessBeside(AtomSettings chosen) {
        return meaningless.test(chosen) || (isOfRetry() && Objects.equals(chosen.get(MAX_ATTEMPTS), 1));
    }

    /**
     * Whether it is taken from the defaults: how to retry only by an atom that retries, and what ends a gate only by
     * one that has one. So the defaults can say how, and single atoms whether.
     */
    boolean isOfUseTo(AtomSettings atom) {
        return isOfRetry() ? atom.has(MAX_ATTEMPTS) : !equals(RESUME_ON) || atom.has(DEFER_ON) || atom.has(SHED_ON);
    }

    /**
     * What it is said with.
     *
     * @return the class of its values
     */
    public Class<V> type() {
        return type;
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
