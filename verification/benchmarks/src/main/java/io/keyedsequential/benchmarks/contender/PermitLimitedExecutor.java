package io.keyedsequential.benchmarks.contender;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Puts a limit on an executor that has none: the thread starts at once and waits for a permit. That is what one does by
 * hand to virtual threads, and it gives peers without a limit of their own the same limit as everybody else.
 */
final class PermitLimitedExecutor extends AbstractExecutorService {

    private final Semaphore permits;
    private final ExecutorService unlimited;

    PermitLimitedExecutor(int permits, ExecutorService unlimited) {
        this.permits = new Semaphore(permits);
        this.unlimited = unlimited;
    }

    @Override
    public void execute(Runnable body) {
        unlimited.execute(() -> {
            permits.acquireUninterruptibly();
            try {
                body.run();
            } finally {
                permits.release();
            }
        });
    }

    @Override
    public void shutdown() {
        unlimited.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return unlimited.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return unlimited.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return unlimited.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return unlimited.awaitTermination(timeout, unit);
    }
}
