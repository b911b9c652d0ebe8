package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Says which values no atom could have.
 *
 * @param <V> the type of the value
 */
@FunctionalInterface
interface OptionCheck<V> {

    /** What is wrong with a value, in words that follow the name of its property; {@code null} if nothing is. */
    @Nullable
    String objection(V value);

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
        return value -> AtomTimes.objection(value, false);
    }

    static OptionCheck<Duration> notNegative() {
        return value -> AtomTimes.objection(value, true);
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
}
