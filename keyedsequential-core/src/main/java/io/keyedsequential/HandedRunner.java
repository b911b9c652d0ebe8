package io.keyedsequential;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A runner as the {@link Dispatcher} sees it: something for the executor to run, with a slot that can be taken back as
 * long as it has not begun.
 */
abstract class HandedRunner<K> implements Runnable {

    /** Its slot; {@code null} while that is revoked; {@link #GONE} once it has begun, or is not to begin any more. */
    private final AtomicReference<@Nullable Object> slot;

    private static final Object GONE = new Object();

    /** The thread that hands it to the executor just now. */
    volatile @Nullable Thread handedBy;

    /** The thread that wanted it handed over, and when. Written before the executor is given the runner. */
    volatile @Nullable Thread handedFor;

    long handedAt;

    HandedRunner(Slot<K> slot) {
        this.slot = new AtomicReference<>(slot);
    }

    /** Whether it has begun, or is not to begin any more. */
    boolean isGone() {
        return slot.get() == GONE;
    }

    /** Whether it has been handed over and has not begun. */
    boolean isPending() {
        Object present = slot.get();
        return present != null && present != GONE;
    }

    /** Takes the slot from this runner, if it has not begun: {@code null} once it has, or has been revoked. */
    @Nullable
    Slot<K> revoke() {
        Object present = slot.get();
        return present != GONE && slot.compareAndSet(present, null) ? slotOf(present) : null;
    }

    /**
     * Gives a runner another slot that was revoked and not begun: the executor has it still, so it need not be
     * handed over.
     */
    boolean refill(Slot<K> other) {
        return slot.compareAndSet(null, other);
    }

    /** The same as {@link #revoke()} for one that the executor did not take. */
    @Nullable
    Slot<K> discard() {
        return slotOf(slot.getAndSet(GONE));
    }

    @SuppressWarnings("unchecked") // nothing else is put there
    private @Nullable Slot<K> slotOf(@Nullable Object present) {
        return present == GONE ? null : (Slot<K>) present;
    }

    /** Runs it on a spare thread, unless the executor has been quicker. */
    abstract void runOnSpare();
}
