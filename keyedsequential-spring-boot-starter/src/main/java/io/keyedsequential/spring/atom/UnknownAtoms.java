package io.keyedsequential.spring.atom;

/** What happens when properties configure an atom that is not declared. */
public enum UnknownAtoms {

    /** A warning names it, with the atoms that exist. */
    WARN,

    /** The start-up ends. */
    FAIL
}
