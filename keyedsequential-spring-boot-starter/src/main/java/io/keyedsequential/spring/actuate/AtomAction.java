package io.keyedsequential.spring.actuate;

/** What can be done to an atom. */
enum AtomAction {

    /** Lets nothing start. */
    PAUSE,

    /** Lets operations start again. */
    RESUME,

    /** Changes how many operations run at once. */
    LIMITS,

    /** Takes one operation out, or interrupts it. */
    CANCEL
}
