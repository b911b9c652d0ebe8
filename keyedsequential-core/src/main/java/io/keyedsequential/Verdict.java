package io.keyedsequential;

/**
 * What is to be done about an attempt that failed. Immutable; only {@link #retryAfter} makes new ones.
 *
 * @param action what to do
 * @param delayNanos how long to wait before the next attempt; zero unless the action is {@link Action#RETRY}
 */
record Verdict(Action action, long delayNanos) {

    /** What to do. */
    enum Action {
        /** Run it again on its lane, after the delay. */
        RETRY,
        /** As {@link ExhaustedPolicy#SKIP}. */
        SKIP,
        /** As {@link ExhaustedPolicy#PARK}. */
        PARK,
        /** As {@link ExhaustedPolicy#HALT}. */
        HALT
    }

    static final Verdict SKIP = new Verdict(Action.SKIP, 0);
    static final Verdict PARK = new Verdict(Action.PARK, 0);
    static final Verdict HALT = new Verdict(Action.HALT, 0);

    static Verdict retryAfter(long delayNanos) {
        return new Verdict(Action.RETRY, delayNanos);
    }

    static Verdict of(ExhaustedPolicy policy) {
        return switch (policy) {
            case SKIP -> SKIP;
            case PARK -> PARK;
            case HALT -> HALT;
        };
    }
}
