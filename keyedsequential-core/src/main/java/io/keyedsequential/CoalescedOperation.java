package io.keyedsequential;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** An operation that a newer one of its group replaces as long as it waits. */
final class CoalescedOperation<K, R extends @Nullable Object> extends ResultOperation<K, R> {

    final String group;

    /** How long no newer one may come before it is queued, and how long that may go on; nanoseconds. */
    final long quietNanos;

    final long maxDelayNanos;

    /** When the first of those that this one replaces was enqueued. Guarded by the stripe's lock. */
    long firstAt;

    /** Whether it waits aside. Guarded by the stripe's lock. */
    boolean gathering;

    /** Its place if it has gathered, otherwise 0; see {@link Operation#placedAt}. Guarded by the stripe's lock. */
    private long placedAt;

    private long gatheredAs;

    /**
     * The operation it has replaced, while that has not been told. Written under the stripe's lock, then taken by
     * the caller.
     */
    @Nullable
    CoalescedOperation<K, ?> replaced;

    /** What ends its gathering, to be called off when it is replaced or taken out. */
    private volatile Timer.@Nullable Scheduled timer;

    CoalescedOperation(
            OperationOwner<K> owner, K key, Coalescing coalescing, Callable<? extends R> body, long enqueuedAt) {
        super(owner, key, body, enqueuedAt);
        this.group = coalescing.group();
        this.quietNanos = coalescing.quietPeriod().toNanos();
        this.maxDelayNanos = coalescing.maxDelay().toNanos();
        this.firstAt = enqueuedAt;
    }

    /** How long it is to gather from the moment it was enqueued; 0 if it is to be queued at once. */
    long gatheringNanos() {
        return Math.max(0, Math.min(quietNanos, maxDelayNanos - (enqueuedAt - firstAt)));
    }

    /**
     * Takes the timer that has been set for it. Calls that keep replacing each other would fill the memory with useless
     * timers; so an operation that was replaced before it had its timer calls the timer off itself.
     */
    void timer(Timer.Scheduled set) {
        timer = set;
        if (!isWaiting()) {
            set.cancel();
        }
    }

    /**
     * It has gathered and takes its place at the end of its lane.
     *
     * @param lastAdmitted the id of the operation that was admitted last
     * @param as ascending from one such operation of the lane to the next
     */
    void place(long lastAdmitted, long as) {
        placedAt = lastAdmitted;
        gatheredAs = as;
    }

    @Override
    long placedAt() {
        return placedAt == 0 ? id : placedAt;
    }

    @Override
    long gatheredAs() {
        return gatheredAs;
    }

    @Override
    void deliverUnrun(Throwable reason) {
        Timer.Scheduled set = timer;
        if (set != null) {
            set.cancel();
        }
        super.deliverUnrun(reason);
    }

    @Override
    void begins() {
        OperationOwner<K> present = owner();
        if (present != null) {
            present.begun(this);
        }
    }
}
