package io.keyedsequential.jdbc;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of db-scheduler's signs of life and of its search for the dead. They leave a database alone that is away. */
final class Housekeepers extends ScheduledThreadPoolExecutor {

    private static final int THREADS = 2;

    private final DatabaseHealth health;

    Housekeepers(ThreadFactory factory, DatabaseHealth health) {
        super(THREADS, factory);
        this.health = health;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long initial, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(
                () -> {
                    if (!health.isAway()) {
                        work.run();
                    }
                },
                initial,
                delay,
                unit);
    }
}
