package io.keyedsequential;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices an executor that takes long to begin what it was given: it starts a thread for it, makes its caller wait,
 * or is busy. If one runner searched at a time there, as many permits would need as many such delays one after
 * another until all are used; so several are handed over at once. An executor that begins a runner quickly has one at
 * a time again.
 */
final class SlowStart {

    static final long LONG_NANOS = Duration.ofMillis(10).toNanos();

    private final Permits<?> permits;
    private final LongSupplier nanoTime;

    SlowStart(Permits<?> permits, LongSupplier nanoTime) {
        this.permits = permits;
        this.nanoTime = nanoTime;
    }

    /** A runner is about to be given to the executor, or will be by a spare thread, in place of the current thread. */
    void handedOver(HandedRunner<?> runner) {
        runner.handedFor = Thread.currentThread();
        runner.handedAt = nanoTime.getAsLong();
    }

    /**
     * A runner begins on the current thread. The caller looks for ready lanes afterwards. The thread that handed it
     * over works off a queue of its own, if it is the same: there more runners would begin no sooner.
     */
    void begun(HandedRunner<?> runner) {
        if (runner.handedFor != Thread.currentThread()) {
            boolean slow = nanoTime.getAsLong() - runner.handedAt > LONG_NANOS;
            if (slow != permits.maySeveralSearch()) {
                permits.letSeveralSearch(slow);
            }
        }
        runner.handedFor = null;
    }
}
