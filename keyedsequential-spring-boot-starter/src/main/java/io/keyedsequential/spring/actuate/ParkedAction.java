package io.keyedsequential.spring.actuate;

/** What can be done to all parked lanes of an atom. */
enum ParkedAction {
    /** Retries the operation that keeps the key closed. */
    RETRY,
    /** Gives that operation up. */
    SKIP,
    /** Takes out whatever waits. */
    PURGE;

    /** As a request names it. */
    String asked() {
        return ActionNames.of(this) + "-parked";
    }
}
