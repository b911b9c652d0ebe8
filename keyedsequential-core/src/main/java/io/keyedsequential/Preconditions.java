package io.keyedsequential;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses bad input with a message that names the atom, the option, the value and what is allowed. */
final class Preconditions {

    /** Longer times overflow {@code long} nanoseconds. */
    static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Preconditions() {}

    static <V> V notNull(String owner, String what, @Nullable V value) {
        if (value == null) {
            throw new NullPointerException("%s: %s must not be null".formatted(owner, what));
        }
        return value;
    }

    static String name(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException(
                    "an atom's name must not be blank, was " + (name == null ? "null" : "\"" + name + "\""));
        }
        return name;
    }

    static int range(String owner, String option, int value, int from, int to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(
                    "%s: %s must be between %d and %d, was %d".formatted(owner, option, from, to, value));
        }
        return value;
    }

    /** No number at all is out of every range. */
    static double range(String owner, String option, double value, double from, double to) {
        if (!(value >= from && value <= to)) {
            throw new IllegalArgumentException(
                    "%s: %s must be between %s and %s, was %s".formatted(owner, option, from, to, value));
        }
        return value;
    }

    static Duration positive(String owner, String option, @Nullable Duration value) {
        Duration given = notNull(owner, option, value);
        if (given.isZero() || given.isNegative() || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s must be more than zero and at most 292 years, was %s".formatted(owner, option, given));
        }
        return given;
    }

    static Duration notNegative(String owner, String option, @Nullable Duration value) {
        Duration given = notNull(owner, option, value);
        if (given.isNegative() || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s must be zero or more and at most 292 years, was %s".formatted(owner, option, given));
        }
        return given;
    }

    /** A pattern of signal names. */
    static String pattern(String owner, String option, @Nullable String value) {
        String pattern = notNull(owner, option, value);
        if (pattern.isBlank()) {
            throw new IllegalArgumentException(
                    "%s: %s must not be blank: give a pattern of signal names, for instance breaker.*"
                            .formatted(owner, option));
        }
        return pattern;
    }
}
