package io.keyedsequential.spring.atom.event;

/** Something that has happened in an atom. */
public sealed interface AtomEvent
        permits OperationFailed, KeyParked, KeyReleased, AtomSaturated, AtomDrained, OperatorActed {

    /**
     * Where it happened.
     *
     * @return the atom's name
     */
    String atom();
}
