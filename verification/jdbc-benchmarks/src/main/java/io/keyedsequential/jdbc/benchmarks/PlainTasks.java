package io.keyedsequential.jdbc.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The contender: a one-time task of db-scheduler for each call, without any order. Its fastest settings: it locks what it fetches, as
 * many as it can, looks at once for what it has scheduled itself, and inserts without looking first.
 */
final class PlainTasks implements AutoCloseable {

    private static final List<String> TABLE = List.of(
            """
            create table scheduled_tasks (
              task_name text not null, task_instance text not null, task_data bytea,
              execution_time timestamp with time zone not null, picked boolean not null, picked_by text,
              last_success timestamp with time zone, last_failure timestamp with time zone, consecutive_failures int,
              last_heartbeat timestamp with time zone, version bigint not null, priority smallint,
              primary key (task_name, task_instance))""",
            "create index execution_time_idx on scheduled_tasks (execution_time)",
            "create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)");

    private final JdbcTemplate jdbc;
    private final OneTimeTask<Integer> task;
    private final Scheduler scheduler;
    private final AtomicLong ids = new AtomicLong();

    private PlainTasks(JdbcTemplate jdbc, OneTimeTask<Integer> task, Scheduler scheduler) {
        this.jdbc = jdbc;
        this.task = task;
        this.scheduler = scheduler;
    }

    static PlainTasks start(Application application) {
        TABLE.forEach(application.jdbc()::execute);
        OneTimeTask<Integer> task =
                Tasks.oneTime("plain", Integer.class).execute((instance, context) -> Bodies.run(instance.getData()));
        Scheduler scheduler = Scheduler.create(application.dataSource(), task)
                .threads(Application.PERMITS)
                .pollUsingLockAndFetch(0.5, 4.0)
                .pollingInterval(Duration.ofMillis(200))
                .enableImmediateExecution()
                .build();
        scheduler.start();
        return new PlainTasks(application.jdbc(), task, scheduler);
    }

    void call(int number) {
        scheduler.scheduleBatch(List.of(task.instance(String.valueOf(ids.incrementAndGet()), number)), Instant.now());
    }

    void awaitEmpty() throws InterruptedException {
        while (!jdbc.queryForList("select 1 from scheduled_tasks limit 1").isEmpty()) {
            Thread.sleep(2);
        }
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
