package io.keyedsequential.jdbc;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of db-scheduler's signs of life and of its search for the dead. They leave a database alone that is away,
 * and ask first if it answers: db-scheduler tries for each lane several times, and logs each of them.
 */
final class Housekeepers extends ScheduledThreadPoolExecutor {

    private static final int THREADS = 2;

    private final Database database;
    private final DatabaseHealth health;

    Housekeepers(ThreadFactory factory, Database database, DatabaseHealth health) {
        super(THREADS, factory);
        this.database = database;
        this.health = health;
    }

    private boolean answers() {
        try {
            database.once(() -> database.jdbc().queryForObject("select 1", Integer.class));
            return true;
        } catch (RuntimeException e) {
            health.failed(e);
            return false;
        }
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long initial, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(
                () -> {
                    if (!health.isAway() && answers()) {
                        work.run();
                    }
                },
                initial,
                delay,
                unit);
    }
}
