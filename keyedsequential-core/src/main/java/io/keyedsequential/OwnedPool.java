package io.keyedsequential;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pool of a coordinator that was given no executor: daemon threads that leave when they have been idle for a while.
 *
 * <p>It has no bound and no queue of its own. Runners are bounded by permits, and a runner in a queue behind threads
 * that wait would keep its permit from all others: an operation that waits for a turn of another key keeps its thread,
 * though not its permit.
 */
final class OwnedPool implements Executor {

    static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    OwnedPool(String atom) {
        this(atom, IDLE_SECONDS);
    }

    /** With threads that leave when they have been idle that long. */
    OwnedPool(String atom, long idleSeconds) {
        this.pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, idleSeconds, TimeUnit.SECONDS, new SynchronousQueue<>(), threads(atom));
    }

    /** Daemon threads that inherit nothing from the thread that happens to need one first. */
    static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return body -> {
            Thread thread = new Thread(null, body, name + "-" + count.incrementAndGet(), 0, false);
            thread.setContextClassLoader(loader);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void execute(Runnable runner) {
        pool.execute(runner);
    }

    /** From now on threads leave as soon as they have nothing to do. */
    void lingerNoLonger() {
        pool.setKeepAliveTime(0, TimeUnit.SECONDS);
    }

    /** Starts nothing from now on and lets what runs end. */
    void retire() {
        pool.shutdown();
    }

    /** Starts nothing from now on and interrupts what runs. */
    void close() {
        pool.shutdownNow();
    }
}
