package io.keyedsequential;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The word that every walker looks at before a start, and the handshake around it.
 *
 * <p>A walker announces itself, reads the word, and starts if it is unchanged; a thread that changes the word waits
 * until no walker is between announcing and starting. Both sides write before they read, so either the walker sees the
 * change or the other side sees the announcement and waits: Dekker's handshake, with the waiting on the side that is
 * rare. After {@link #raise()} every start that is still to come has seen what was written before it. (Hunted by
 * PauseKeyAgainstWalk, PauseAgainstWalk, LimitLoweredAgainstWalk, CancelAgainstWalk and ReplaceAgainstWalk.)
 */
final class StartBarrier<K> {

    private static final int SPINS = 100;

    private final Permits<K> permits;
    private final AtomicLong word = new PaddedCounter();

    StartBarrier(Permits<K> permits) {
        this.permits = permits;
    }

    long word() {
        return word.get();
    }

    /**
     * The walker's side: whether it may start an operation now. If so, it starts it and then
     * calls {@link Slot#concludeStart()}.
     */
    boolean mayStart(Slot<K> slot) {
        slot.announceStart();
        if (word.get() == slot.attention) {
            return true;
        }
        slot.concludeStart();
        return false;
    }

    /** The other side: changes the word and waits until every walker has either seen it or started. Takes no lock. */
    @SuppressWarnings("ThreadPriorityCheck") // a preempted thread needs the processor more than we do
    void raise() {
        word.getAndIncrement();
        for (Slot<K> slot : permits.slots()) {
            for (int spins = 0; slot.isStarting(); spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }
}
