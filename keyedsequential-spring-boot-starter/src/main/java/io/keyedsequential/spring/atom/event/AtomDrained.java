package io.keyedsequential.spring.atom.event;

import io.keyedsequential.DrainReport;

/**
 * The application stops, and an atom that held operations has come to rest, or its time is up. Not published for atoms
 * that were idle, nor when an operator drains. Listeners still find every bean.
 *
 * @param atom the atom's name
 * @param report what was reached, and what is left by key
 */
public record AtomDrained(String atom, DrainReport report) implements AtomEvent {

    /** Without the keys, which may be personal data. */
    @Override
    public String toString() {
        return "AtomDrained[" + report.summary() + "]";
    }
}
