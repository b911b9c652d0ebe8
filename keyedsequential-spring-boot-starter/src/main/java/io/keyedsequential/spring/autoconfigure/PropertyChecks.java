package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomTimes;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Refuses values that no atom could have, where they are bound: with the full name of the property. */
final class PropertyChecks {

    private PropertyChecks() {}

    static void range(String property, @Nullable Integer value, int from, int to) {
        if (value != null && (value < from || value > to)) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, was %d".formatted(property, from, to, value));
        }
    }

    /** No number at all is out of every range. */
    static void range(String property, @Nullable Double value, double from, double to) {
        if (value != null && !(value >= from && value <= to)) {
            throw new IllegalArgumentException(
                    to == Double.MAX_VALUE
                            ? "%s must be %s or more, was %s".formatted(property, from, value)
                            : "%s must be between %s and %s, was %s".formatted(property, from, to, value));
        }
    }

    static void positive(String property, @Nullable Duration value) {
        String range = AtomTimes.outside(value, false);
        if (range != null) {
            throw new IllegalArgumentException("%s must be %s, was %s".formatted(property, range, value));
        }
    }

    static void notNegative(String property, @Nullable Duration value) {
        String range = AtomTimes.outside(value, true);
        if (range != null) {
            throw new IllegalArgumentException("%s must be %s, was %s".formatted(property, range, value));
        }
    }

    static void notBlank(String property, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new IllegalArgumentException(
                    "%s must be a pattern of signal names, such as breaker.*, and was empty".formatted(property));
        }
    }

    static void name(String property, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new IllegalArgumentException("%s must be a name, such as memory, and was empty".formatted(property));
        }
    }

    /** The types are bound to any class: generics are not there any more when values are converted. */
    static void failureTypes(String property, @Nullable Collection<? extends Class<?>> types) {
        if (types != null) {
            if (types.isEmpty()) {
                throw new IllegalArgumentException("%s must name one type or more, and was empty".formatted(property));
            }
            types.forEach(type -> failureType(property, type));
        }
    }

    static void failureType(String property, Class<?> type) {
        if (!Throwable.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(
                    "%s must name types of failures; %s is no Throwable".formatted(property, type.getName()));
        }
    }
}
