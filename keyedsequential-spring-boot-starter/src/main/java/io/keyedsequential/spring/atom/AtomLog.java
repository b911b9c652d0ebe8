package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Logs what an operator has to know of every atom: operations that failed without a future, or whose attempts
 * are exhausted, parked keys, halts, and atoms without room. Because it does, the coordinators are silent about
 * these themselves.
 */
public final class AtomLog implements AtomRegistrationListener {

    private final LoggedKeys keys;
    private final Duration saturationInterval;
    private final LongSupplier nanoClock;

    /**
     * Logs like this.
     *
     * @param keys names keys
     * @param saturationInterval how often it is said of an atom at most that it has no room
     * @param nanoClock like {@link System#nanoTime()}
     */
    public AtomLog(LoggedKeys keys, Duration saturationInterval, LongSupplier nanoClock) {
        this.keys = keys;
        this.saturationInterval = saturationInterval;
        this.nanoClock = nanoClock;
    }

    /** Its own context has one of these. */
    @Override
    public void atomAdopted(RegisteredAtom atom) {}

    @Override
    public void atomAdded(RegisteredAtom atom) {
        atom.addListener(new LoggingListener(atom, keys, new Saturation(saturationInterval, nanoClock)));
    }
}
