package io.keyedsequential.jdbc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What operators have set for the whole fleet, as this instance knows it: at once what was set here, and within a
 * second what was set elsewhere. For any thread.
 */
final class FleetState {

    private final AtomicLong steered = new AtomicLong();
    private volatile boolean paused;

    boolean isPaused() {
        return paused;
    }

    void setPaused(boolean value) {
        paused = value;
    }

    /**
     * Grows when an operator has changed something about a lane: what was read of lanes before may have been taken
     * out since.
     */
    long steered() {
        return steered.get();
    }

    void steer() {
        steered.incrementAndGet();
    }
}
