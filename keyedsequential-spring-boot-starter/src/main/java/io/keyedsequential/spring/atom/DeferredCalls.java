package io.keyedsequential.spring.atom;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the calls of an atom that become operations when a transaction has committed. May be used by any thread. */
public final class DeferredCalls {

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong withdrawn = new AtomicLong();
    private volatile @Nullable String lastReason;

    /** For one atom. */
    DeferredCalls() {}

    /** A call waits for the commit of its caller's transaction. */
    public void deferred() {
        waiting.incrementAndGet();
    }

    /**
     * Its transaction has ended.
     *
     * @param withdrawn why the call was dropped, in a sentence without a subject; {@code null} if it was enqueued
     */
    public void ended(@Nullable String withdrawn) {
        if (withdrawn != null) {
            lastReason = withdrawn;
            this.withdrawn.incrementAndGet();
        }
        waiting.decrementAndGet();
    }

    /**
     * Calls that wait now.
     *
     * @return how many
     */
    public int waiting() {
        return waiting.get();
    }

    /**
     * Calls that were dropped with their transaction.
     *
     * @return how many, since the application has started
     */
    public long withdrawn() {
        return withdrawn.get();
    }

    /**
     * Why the last of them was dropped.
     *
     * @return a sentence without a subject; {@code null} if none was
     */
    public @Nullable String lastReason() {
        return lastReason;
    }
}
