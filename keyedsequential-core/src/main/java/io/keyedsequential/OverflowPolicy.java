package io.keyedsequential;

/** What happens to a caller whose operation finds no room. */
public enum OverflowPolicy {

    /**
     * The caller waits for room, at most {@link CoordinatorOptions#blockTimeout()}, and is then rejected. A caller that
     * is itself an operation of the same atom never waits, since it would wait for itself: its operation is admitted
     * beyond the bound, and counted.
     */
    BLOCK,

    /** The caller is rejected at once with a {@link RejectedOperationException}. */
    REJECT
}
