package io.keyedsequential;

/** What became of an offer. */
enum AdmissionResult {
    /** Queued behind others of its key. */
    ADMITTED,
    /** Queued, and its lane has become ready: a runner may have to be woken. */
    ADMITTED_READY,
    /** No room in the atom. */
    FULL,
    /** No room for this key. */
    KEY_FULL,
    /** The intake is closed. */
    CLOSED,
    /** Load is shed. */
    SHED
}
