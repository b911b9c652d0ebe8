package io.keyedsequential;

import java.time.Duration;

/**
 * Which calls of one key stand for each other: the last call counts, those before it that have not begun are
 * superseded. Immutable.
 *
 * <p>Of a group, at most one operation of a key runs and at most one waits. A newer call takes the waiting one out and
 * goes to the end of its key's queue, behind what was enqueued before it; the future of the one taken out ends with a
 * {@link SupersededException}. So whatever the last call wanted done is done by a run that begins after the call, and
 * after everything that was enqueued for the key before it. (With {@code perKeyConcurrency} above 1, runs of a group
 * may overlap as those of the key's other operations do; still at most one waits.)
 *
 * <p>With a quiet period, an operation is queued only when no newer call has come for that long, counted from each
 * call; at the latest when the maximum delay since the first superseded call has passed. Until then it delays no other
 * operation. (Known as debouncing, and with the maximum as debouncing with a trailing edge.)
 *
 * @param group what coalesces with each other among the operations of one key; not blank
 * @param quietPeriod how long no newer call may come; zero (the default) to queue at once
 * @param maxDelay how long the quiet period may be extended by newer calls, counted from the first; not shorter than
 *     the quiet period
 */
public record Coalescing(String group, Duration quietPeriod, Duration maxDelay) {

    private static final String OWNER = "coalescing";

    /**
     * A group, with or without a quiet period.
     *
     * @param group what coalesces with each other among the operations of one key; not blank
     * @param quietPeriod how long no newer call may come; zero to queue at once
     * @param maxDelay how long newer calls may put it off
     * @throws IllegalArgumentException if the group is blank, a duration is negative, or the maximum delay is shorter
     *     than the quiet period
     */
    public Coalescing {
        if (Preconditions.notNull(OWNER, "group", group).isBlank()) {
            throw new IllegalArgumentException("coalescing: group must not be blank");
        }
        Preconditions.notNegative(OWNER, "quietPeriod", quietPeriod);
        Preconditions.notNegative(OWNER, "maxDelay", maxDelay);
        if (maxDelay.compareTo(quietPeriod) < 0) {
            throw new IllegalArgumentException(
                    ("coalescing %s: maxDelay (%s) must not be shorter than quietPeriod (%s), which "
                                    + "it bounds: raise maxDelay or shorten quietPeriod")
                            .formatted(group, maxDelay, quietPeriod));
        }
    }

    /**
     * The latest call counts and is queued at once.
     *
     * @param group what coalesces with each other among the operations of one key
     * @return without a quiet period
     */
    public static Coalescing latest(String group) {
        return new Coalescing(group, Duration.ZERO, Duration.ZERO);
    }

    /**
     * The same group with a quiet period.
     *
     * @param quietPeriod how long no newer call may come
     * @param maxDelay how long newer calls may put it off
     * @return the same group
     */
    public Coalescing quiet(Duration quietPeriod, Duration maxDelay) {
        return new Coalescing(group, quietPeriod, maxDelay);
    }
}
