package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs something later. One facility for all atoms: the timer that the JDK keeps for {@link CompletableFuture}, a single
 * daemon thread that only hands over to the common pool. Nothing is scheduled unless somebody waits for a time.
 *
 * <p>What a timer that is set keeps reachable: for a {@code runTimeout} the operation, until its attempt ends, when it is
 * called off; for a backoff the operation, until the backoff is over, also if it leaves before (by then it has let go of
 * body and future); for a quiet period likewise; for a {@code queueTimeout} the atom, but no operation, until that time has
 * passed since its last look, also if it is closed before.
 */
@FunctionalInterface
interface Timer {

    /** What can still be called off. */
    @FunctionalInterface
    interface Scheduled {
        /** Calls it off, if it has not begun; lets go of what it holds. */
        void cancel();
    }

    /** The JDK's. */
    Timer JDK = Timer::onTheTimerOfTheJdk;

    /** How long the JDK's waits before it tries again to hand an action over that nobody takes. */
    long SECOND_TRY_NANOS = 1_000_000_000L;

    private static Scheduled onTheTimerOfTheJdk(long nanos, Runnable action) {
        CompletableFuture<@Nullable Void> due = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> handedOver = due.thenRun(() -> handOver(due.defaultExecutor(), action));
        due.completeOnTimeout(null, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return () -> {
            due.cancel(false);
            handedOver.cancel(false);
        };
    }

    /** On the timer's own thread, where nobody sees what is thrown: an action that is not taken must not be lost. */
    private static void handOver(Executor executor, Runnable action) {
        try {
            executor.execute(action);
        } catch (Throwable e) { // for want of a thread
            onTheTimerOfTheJdk(SECOND_TRY_NANOS, action);
        }
    }

    /**
     * Runs an action after a delay, on another thread.
     *
     * @param nanos how long from now
     * @param action short; what it throws is lost
     */
    Scheduled after(long nanos, Runnable action);
}
