package io.keyedsequential.jdbc;

/**
 * Why a lane that is not picked has the execution time that it has, as its column {@code state} says; {@code null}
 * there means that it may be picked.
 */
enum Withheld {

    /** Its first item may not begin yet. */
    DELAYED,

    /** Its first item has failed, or could not be read, and is tried again at the execution time. */
    BACKING_OFF,

    /** An operator decides about its first item; the execution time is {@link Times#NEVER}. */
    PARKED
}
