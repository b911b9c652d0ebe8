package io.keyedsequential.spring.atom;

import io.keyedsequential.DrainReport;

/**
 * Learns of every atom as it comes into being, to listen to it or to measure it. Beans of this type are told of all
 * atoms; others {@linkplain AtomRegistry#follow follow} by themselves. May be called by any thread.
 */
public interface AtomRegistrationListener {

    /**
     * There is an atom. Told once per atom, before start-up ends unless it is created later; in a race for an atom's
     * first call during start-up that call may come before.
     *
     * @param atom the atom
     */
    default void atomAdded(RegisteredAtom atom) {}

    /**
     * A child context has an atom. Told once per atom, to listeners of the contexts above.
     *
     * @param atom the atom, which is stopped with its own context; by default, it is followed like any other
     */
    default void atomAdopted(RegisteredAtom atom) {
        atomAdded(atom);
    }

    /**
     * The child context that has the atom is closed, and its atom with it.
     *
     * @param atom the atom
     */
    default void atomReleased(RegisteredAtom atom) {}

    /**
     * The application stops, and an atom has come to rest or its time is up. Not told of atoms that were idle.
     *
     * @param atom the atom
     * @param report what is left
     */
    default void atomDrained(RegisteredAtom atom, DrainReport report) {}
}
