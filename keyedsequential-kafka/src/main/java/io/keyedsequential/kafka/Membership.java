package io.keyedsequential.kafka;

/** Whether a consumer is known to have its partitions still. Written by the thread of the consumer, read by all. */
final class Membership {

    private final FreezeGuard guard;

    private volatile int confirmed;

    Membership(FreezeGuard guard) {
        this.guard = guard;
        this.confirmed = guard.term();
    }

    /** Whether operations may start. */
    boolean isConfirmed() {
        return confirmed == guard.term();
    }

    /** What is to be confirmed: asked before the broker is. */
    int term() {
        return guard.term();
    }

    /** The broker has taken the consumer for a member, when it was asked during this term. */
    void confirm(int term) {
        confirmed = term;
    }
}
