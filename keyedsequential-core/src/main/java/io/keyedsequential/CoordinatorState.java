package io.keyedsequential;

/** What an atom does as a whole. Of several that apply, the first counts. */
public enum CoordinatorState {

    /** It is closed for good. */
    CLOSED,

    /** An operator, or an operation that has exhausted its attempts, paused it: nothing starts until it is resumed. */
    PAUSED,

    /** A signal holds it: it takes operations, and starts none until a signal lets it. */
    HELD,

    /** A signal makes it refuse new operations; those that it has taken run. */
    SHEDDING,

    /** It takes no new operations, since its intake is closed or it is being drained; those that it has taken run. */
    INTAKE_CLOSED,

    /** It takes operations and runs them. */
    RUNNING
}
