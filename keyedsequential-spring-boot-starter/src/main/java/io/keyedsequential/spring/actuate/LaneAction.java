package io.keyedsequential.spring.actuate;

/** What can be done to a lane. */
enum LaneAction {

    /** Tries the operation again at once that keeps the key closed. */
    RETRY,

    /** Gives the operation up that keeps the key closed. */
    SKIP,

    /** Takes out whatever waits. */
    PURGE,

    /** Lets nothing of the key start. */
    PAUSE,

    /** Lets operations of the key start again. */
    RESUME
}
