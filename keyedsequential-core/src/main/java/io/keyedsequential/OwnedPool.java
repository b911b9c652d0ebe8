package io.keyedsequential;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The pool of a coordinator that was given no executor: daemon threads, as many as the limit, that leave when idle. */
final class OwnedPool implements Executor {

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    OwnedPool(String atom, int size) {
        AtomicInteger count = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
                    Thread thread = new Thread(body, atom + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable runner) {
        pool.execute(runner);
    }

    /** The pool refuses a core size above its maximum, so which comes first depends on the direction. */
    synchronized void resize(int size) {
        if (size > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size);
        } else {
            pool.setCorePoolSize(size);
            pool.setMaximumPoolSize(size);
        }
    }

    void close() {
        // Runners that no thread has begun yet hold a slot each. Nothing is ready any more: they only give it back.
        pool.shutdownNow().forEach(Runnable::run);
    }
}
