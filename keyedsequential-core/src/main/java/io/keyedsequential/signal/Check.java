package io.keyedsequential.signal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses bad input with a message that names what was given and what is allowed. */
final class Check {

    /** Longer times overflow {@code long} nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Check() {}

    static <V> V notNull(String what, @Nullable V value) {
        if (value == null) {
            throw new NullPointerException(what + " must not be null");
        }
        return value;
    }

    static String notBlank(String what, @Nullable String text) {
        String given = notNull(what, text);
        if (given.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank, was \"" + given + "\"");
        }
        return given;
    }

    static String signalName(@Nullable String name) {
        String given = notBlank("a signal's name", name);
        if (given.indexOf('*') >= 0 || given.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    ("a signal's name must not contain * or ?, was \"%s\"; only a pattern may, so "
                                    + "that it can tell the two apart")
                            .formatted(given));
        }
        return given;
    }

    static int range(String what, int value, int to) {
        if (value < 1 || value > to) {
            throw new IllegalArgumentException("%s must be between 1 and %d, was %d".formatted(what, to, value));
        }
        return value;
    }

    static Duration positive(String what, @Nullable Duration value) {
        Duration given = notNull(what, value);
        if (given.isZero() || given.isNegative() || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s must be more than zero and at most 292 years, was %s".formatted(what, given));
        }
        return given;
    }
}
