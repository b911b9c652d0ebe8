package io.keyedsequential;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of one coordinator: a daemon thread of its own, started when a time is first waited for, which leaves when
 * nothing has been due for a while. No pool that others may block comes between: a time limit has to keep its time
 * where every thread of the common pool waits for what it is to interrupt.
 *
 * <p>What is foreign runs on a few threads beside it. If all of them are kept by callbacks that wait, further callbacks
 * are late; limits are not.
 */
final class TimerThread implements Timer {

    private static final long IDLE_SECONDS = 5;

    /** Threads for what is foreign. A callback that waits keeps one; there is no bound on how many may come at once. */
    private static final int MOST_ELSEWHERE = 32;

    /** How long until something is tried again for which no thread could be had. */
    private static final long SECOND_TRY_NANOS = 1_000_000_000L;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor elsewhere;

    TimerThread(String atom) {
        timer = new ScheduledThreadPoolExecutor(1, OwnedPool.threads(atom + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        elsewhere = new ThreadPoolExecutor(
                MOST_ELSEWHERE,
                MOST_ELSEWHERE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                OwnedPool.threads(atom + "-late"));
        elsewhere.allowCoreThreadTimeOut(true);
    }

    @Override
    public Scheduled after(long nanos, Runnable action) {
        Future<?> due = timer.schedule(action, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    /** Called where no caller sees what is thrown: an action that is not taken must not be lost. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is never called off
    public void elsewhere(Runnable action) {
        try {
            elsewhere.execute(action);
        } catch (Throwable e) { // for want of a thread
            timer.schedule(() -> elsewhere(action), SECOND_TRY_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        elsewhere.shutdown();
    }
}
