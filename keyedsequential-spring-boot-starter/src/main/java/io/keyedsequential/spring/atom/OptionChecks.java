package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Says which values no atom could have, and which times may be configured at all. */
public final class OptionChecks {

    /** The longest time that the engine can count in nanoseconds, about 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private OptionChecks() {}

    /**
     * Says which values an option cannot have.
     *
     * @param <V> the type of the value
     */
    @FunctionalInterface
    interface OptionCheck<V> {

        /** What is wrong with a value, in words that follow the name of its property; {@code null} if nothing is. */
        @Nullable
        String objection(V value);
    }

    static <V> OptionCheck<V> any() {
        return value -> null;
    }

    static OptionCheck<Integer> range(int from, int to) {
        return value ->
                value < from || value > to ? "must be between %d and %d, was %d".formatted(from, to, value) : null;
    }

    /** No number at all is out of every range. */
    static OptionCheck<Double> range(double from, double to) {
        return value ->
                value >= from && value <= to ? null : "must be between %s and %s, was %s".formatted(from, to, value);
    }

    static OptionCheck<Double> atLeast(double from) {
        return value ->
                value >= from && value <= Double.MAX_VALUE ? null : "must be %s or more, was %s".formatted(from, value);
    }

    static OptionCheck<Duration> positive() {
        return value -> objection(value, false);
    }

    static OptionCheck<Duration> notNegative() {
        return value -> objection(value, true);
    }

    static OptionCheck<String> pattern() {
        return value -> value.isBlank() ? "must be a pattern of signal names, such as breaker.*, and was empty" : null;
    }

    static OptionCheck<String> name() {
        return value -> value.isBlank() ? "must be a name, such as memory, and was empty" : null;
    }

    /** The types are bound to any class: generics are gone when values are converted. */
    static <T extends Collection<? extends Class<?>>> OptionCheck<T> failureTypes() {
        return types -> types.isEmpty()
                ? "must name one type or more, and was empty"
                : types.stream()
                        .filter(type -> !Throwable.class.isAssignableFrom(type))
                        .findFirst()
                        .map("must name types of failures; %s is no Throwable"::formatted)
                        .orElse(null);
    }

    /**
     * What a time has to be that is not allowed.
     *
     * @param value the time; {@code null} if none is given, which is allowed
     * @param zeroAllowed whether zero is
     * @return the range in words, which follow "must be"; {@code null} if the time is in it
     */
    public static @Nullable String outside(@Nullable Duration value, boolean zeroAllowed) {
        boolean allowed = value == null
                || (!value.isNegative() && (zeroAllowed || !value.isZero()) && value.compareTo(LONGEST) <= 0);
        return allowed ? null : (zeroAllowed ? "zero or more" : "more than zero") + " and at most 292 years";
    }

    static @Nullable String objection(@Nullable Duration value, boolean zeroAllowed) {
        String range = outside(value, zeroAllowed);
        return range == null ? null : "must be %s, was %s".formatted(range, value);
    }

    /**
     * Refuses a time that is negative, or longer than the engine can count.
     *
     * @param property the full name of the property that gives it
     * @param value the time; {@code null} if none is given, which is allowed
     * @throws IllegalArgumentException if it is not allowed, with the name of the property
     */
    public static void checkNotNegative(String property, @Nullable Duration value) {
        String objection = objection(value, true);
        if (objection != null) {
            throw new IllegalArgumentException(property + " " + objection);
        }
    }
}
