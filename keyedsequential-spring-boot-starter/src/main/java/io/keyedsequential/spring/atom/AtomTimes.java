package io.keyedsequential.spring.atom;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Which times may be configured: those that the engine can count in nanoseconds. */
public final class AtomTimes {

    /** The longest one, about 292 years. */
    public static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private AtomTimes() {}

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
