package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;

/** What can be done to an atom. */
enum AtomAction {

    /** Lets nothing start. */
    PAUSE,

    /** Lets operations start again. */
    RESUME,

    /** Changes how many operations run at once. */
    LIMITS,

    /** Takes one operation out, or interrupts it. */
    CANCEL,

    /** Retries at once an operation that is parked or backs off, whatever has become of its key. */
    RETRY,

    /** Gives up an operation that is parked or backs off, whatever has become of its key. */
    SKIP,

    /** Takes out whatever waits under the key of one operation, whatever has become of that key. */
    PURGE,

    /** Opens the key of one operation that runs or awaits its future, and fails its future; its body may still run. */
    ABANDON,
    /** Tries the parked operation of every parked lane again. */
    RETRY_PARKED,
    /** Gives the parked operation of every parked lane up. */
    SKIP_PARKED,
    /** Takes out whatever waits under every key that is parked. */
    PURGE_PARKED;

    /** Whether it is about one operation, which is named by its id. */
    boolean isOfOperation() {
        return switch (this) {
            case CANCEL, RETRY, SKIP, PURGE, ABANDON -> true;
            case PAUSE, RESUME, LIMITS, RETRY_PARKED, SKIP_PARKED, PURGE_PARKED -> false;
        };
    }

    /** What it does to all parked lanes; {@code null} if it is about something else. */
    @Nullable
    ParkedAction ofParked() {
        return switch (this) {
            case RETRY_PARKED -> ParkedAction.RETRY;
            case SKIP_PARKED -> ParkedAction.SKIP;
            case PURGE_PARKED -> ParkedAction.PURGE;
            case PAUSE, RESUME, LIMITS, CANCEL, RETRY, SKIP, PURGE, ABANDON -> null;
        };
    }
}
