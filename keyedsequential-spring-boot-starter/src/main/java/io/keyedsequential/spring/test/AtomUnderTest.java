package io.keyedsequential.spring.test;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One atom of an application under test, and what it ran. May be used by any thread. */
public final class AtomUnderTest {

    private final RegisteredAtom atom;
    private final OperationRecorder recorder = new OperationRecorder();

    AtomUnderTest(RegisteredAtom atom) {
        this.atom = atom;
        atom.coordinator().addListener(recorder);
    }

    /**
     * The atom's name.
     *
     * @return as it was declared
     */
    public String name() {
        return atom.name();
    }

    /**
     * The atom itself, for whatever is not offered here.
     *
     * @return its coordinator, which takes any key
     */
    @SuppressWarnings("unchecked") // a coordinator only compares its keys; erased, it takes any
    public KeyedCoordinator<Object> coordinator() {
        return (KeyedCoordinator<Object>) atom.coordinator();
    }

    /**
     * Waits until it has no operation any more, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most.
     *
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle() {
        awaitIdle(KeyedAtoms.DEFAULT_TIMEOUT);
    }

    /**
     * Waits until it has no operation any more.
     *
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle(Duration timeout) {
        if (!coordinator().awaitIdle(timeout)) {
            throw new AssertionError("not idle after %s:%n%s".formatted(timeout, report()));
        }
    }

    /**
     * Waits until a key is parked, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most. Only for keys that were parked
     * since the last {@link #reset}.
     *
     * @param key the key
     * @throws AssertionError if the time is up; says what is there instead
     */
    public void awaitParked(Object key) {
        if (!recorder.awaitParked(key, KeyedAtoms.DEFAULT_TIMEOUT)) {
            throw new AssertionError(
                    "key '%s' has not been parked within %s:%n%s".formatted(key, KeyedAtoms.DEFAULT_TIMEOUT, report()));
        }
    }

    /**
     * The operations that have ended since the last {@link #reset}, the last 10,000 at most.
     *
     * @return in the order in which they ended
     */
    public List<OperationSnapshot> operations() {
        return recorder.finished();
    }

    /**
     * Those of one key.
     *
     * @param key the key
     * @return in the order in which they ended
     */
    public List<OperationSnapshot> operations(Object key) {
        return recorder.finished().stream()
                .filter(operation -> operation.key().equals(key))
                .toList();
    }

    /**
     * What a key holds now.
     *
     * @param key the key
     * @return its lane, or empty if it has no operation and is not paused
     */
    public Optional<LaneSnapshot> lane(Object key) {
        return coordinator().lane(key);
    }

    /** How often an operation of this key began while another one ran. */
    int overlaps(Object key) {
        return recorder.overlaps(key);
    }

    /** Forgets what it has run. What runs now is remembered when it ends: wait for it first. */
    public void reset() {
        recorder.reset();
    }

    /**
     * What it holds now, and why it does not move, for people to read.
     *
     * @return a few lines, with keys in clear; the 20 busiest lanes
     */
    public String report() {
        CoordinatorStats stats = coordinator().stats();
        return new AtomReport(name(), stats, coordinator().lanes(AtomReport.LANES), operations()).toString();
    }

    /** As {@link #report()}. */
    @Override
    public String toString() {
        return report();
    }
}
