package io.keyedsequential;

/**
 * What becomes of a key when one of its operations has failed and is not tried again, because its attempts are used up
 * or because the {@link RetryPolicy} does not retry that failure.
 */
public enum ExhaustedPolicy {

    /** The failure is recorded and reaches the future and the listeners; the key goes on with its next operation. */
    SKIP,

    /**
     * The key closes. The failed operation and those behind it stay where they are and keep their order until an
     * operator retries, skips or purges. Other keys go on. For keys whose later operations are wrong without the
     * earlier ones.
     */
    PARK,

    /**
     * The failure is recorded and the whole atom pauses, as by {@link KeyedCoordinator#pause()}: what runs may end, and
     * nothing starts on any key until {@link KeyedCoordinator#resume()}. For failures that say that every other
     * operation would fail as well.
     */
    HALT
}
