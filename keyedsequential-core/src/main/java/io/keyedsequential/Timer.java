package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * Runs something later. Nothing is scheduled before something waits for a time.
 *
 * <p>What is due runs on the timer's own thread, one after another, and so must be short and the engine's: changes of
 * state, and interrupts. Everything that may be foreign, or wait for what is foreign, is given to {@link #elsewhere}:
 * futures with dependents, listeners, functions of users, an executor.
 *
 * <p>What a timer that is set keeps reachable: for a {@code runTimeout} the operation, until its attempt ends, when it
 * is called off; for what finished operations are remembered, nothing; for a backoff the operation, until the backoff
 * is over, also if it leaves before (by then it has let go of body and future); for a quiet period likewise; for a
 * {@code queueTimeout} the atom, but no operation, until that time has passed since its last look. When a coordinator
 * is closed and nothing is left of it, everything is called off.
 */
@FunctionalInterface
interface Timer {

    /** What can still be called off. */
    @FunctionalInterface
    interface Scheduled {
        /** Calls it off, if it has not begun; lets go of what it holds. */
        void cancel();
    }

    /**
     * Runs an action after a delay, on the timer's thread.
     *
     * @param nanos how long from now
     * @param action short, and none of it foreign; what it throws is lost
     */
    Scheduled after(long nanos, Runnable action);

    /** The same where the caller goes on without a time: {@code null} if no thread can be had for the timer. */
    default @Nullable Scheduled tryAfter(long nanos, Runnable action) {
        try {
            return after(nanos, action);
        } catch (Throwable e) { // the timer needs a thread
            return null;
        }
    }

    /** Runs what the timer's thread must not be kept by, on another one, soon. */
    default void elsewhere(Runnable action) {
        action.run();
    }

    /** Calls everything off and lets the threads go. */
    default void close() {}
}
