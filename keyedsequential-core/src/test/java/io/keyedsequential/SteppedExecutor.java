package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Runs what it is given on threads of its own, but only one thread moves at a time: the one that drives the test, or the one
 * it has let go until that ends or {@linkplain #hold holds}. So bodies may stay open while others run, cancel and end, and
 * yet every run of the same steps is the same.
 */
final class SteppedExecutor implements Executor {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(runnable -> {
        Thread thread = new Thread(runnable, "stepped");
        thread.setDaemon(true);
        return thread;
    });

    private final Deque<Runnable> runners = new ArrayDeque<>();

    /** What the driving thread waits for while another one moves. */
    private final Semaphore driver = new Semaphore(0);

    private volatile boolean abandoned;

    private Throwable thrown;

    @Override
    public synchronized void execute(Runnable runner) {
        runners.add(runner);
    }

    synchronized int size() {
        return runners.size();
    }

    private synchronized Runnable poll() {
        return runners.poll();
    }

    /** Lets the runner that came first run until it ends or holds. */
    void runOne() {
        Runnable runner = poll();
        THREADS.execute(() -> {
            try {
                runner.run();
            } catch (Throwable e) {
                thrown = e;
            } finally {
                driver.release();
            }
        });
        await();
    }

    /** Holds the current thread, which is inside a body, until it is let go; an interrupt stays to be seen. */
    void hold(Semaphore gate) {
        if (abandoned) {
            return;
        }
        driver.release();
        gate.acquireUninterruptibly();
    }

    /** Lets a held body go on, until its runner ends or another body holds. */
    void letGo(Semaphore gate) {
        gate.release();
        await();
    }

    /** Holds nobody any more; for the end of a test that has failed. */
    void abandon() {
        abandoned = true;
    }

    private void await() {
        driver.acquireUninterruptibly();
        if (thrown != null) {
            throw new AssertionError("a runner threw", thrown);
        }
    }
}
