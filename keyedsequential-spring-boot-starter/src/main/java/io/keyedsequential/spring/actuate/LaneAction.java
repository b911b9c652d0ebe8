package io.keyedsequential.spring.actuate;

/** What can be done to a lane. */
enum LaneAction {

    /** Retries at once the operation that keeps the key closed. */
    RETRY,

    /** Gives up the operation that keeps the key closed. */
    SKIP,

    /** Takes out whatever waits. */
    PURGE,

    /** Lets nothing of the key start. */
    PAUSE,

    /** Lets operations of the key start again. */
    RESUME
}
