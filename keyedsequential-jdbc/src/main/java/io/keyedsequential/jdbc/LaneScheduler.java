package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The db-scheduler of one atom: its executions are the atom's lanes. It polls, picks, sends signs of life, finds the
 * lanes of dead instances and stops in order. One for each atom, all on one table: one for all would have its threads
 * taken by the lanes of a hot atom that wait for a permit.
 */
final class LaneScheduler {

    /** Signs of life that an instance must have missed to be taken for dead. */
    private static final int MISSED_HEARTBEATS = 4;

    /** Executions of atoms that this version of the application does not have are left alone. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final String atom;
    private final Database database;
    private final Clock clock;
    private final JdbcEngineProperties properties;
    private final String instance;
    private final DatabaseHealth health;
    private final Room room;
    private final LanePicker picker;
    private final Revival revival;
    private volatile @Nullable Scheduler scheduler;
    private volatile @Nullable LaneThreads threads;

    LaneScheduler(
            String atom,
            Database database,
            Clock clock,
            JdbcEngineProperties properties,
            String instance,
            DatabaseHealth health,
            LaneStore store,
            Waker waker,
            Room room,
            PickedHeads heads,
            Revival revival) {
        this.atom = atom;
        this.database = database;
        this.clock = clock;
        this.properties = properties;
        this.instance = instance;
        this.health = health;
        this.room = room;
        this.picker = new LanePicker(
                atom, database, instance, store, waker, room, heads, properties.pollingInterval(), this::unreachable);
        this.revival = revival;
    }

    /** How long after its last sign of life an instance is taken for dead. */
    static Duration deadAfter(JdbcEngineProperties properties) {
        return properties.heartbeatInterval().multipliedBy(MISSED_HEARTBEATS);
    }

    void start(ExecutionHandler<Void> drain) {
        Task<Void> task = Tasks.custom(TaskDescriptor.of(atom))
                .onDeadExecution((complete, operations) -> revival.revive(complete.getExecution()))
                .onFailure((complete, operations) -> {}) // the drain gives its lane back itself
                .execute(drain);
        LaneThreads lanes = new LaneThreads(atom, room);
        threads = lanes;
        Scheduler started = Scheduler.create(database.dataSource(), task)
                .tableName(database.tables().lane())
                .schedulerName(new SchedulerName.Fixed(instance))
                .clock(clock)
                .threads(Integer.MAX_VALUE) // the room bounds them
                .executorService(lanes)
                .dueExecutor(Executors.newSingleThreadExecutor(named("poll")))
                .housekeeperExecutor(new Housekeepers(named("heartbeat"), database, health))
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(properties.pollingInterval())
                .heartbeatInterval(properties.heartbeatInterval())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .deleteUnresolvedAfter(NEVER)
                .commitWhenAutocommitDisabled(true)
                .failureLogging(LogLevel.WARN, true)
                .jdbcCustomization(picker)
                .build();
        started.registerSchedulerListener(new AbstractSchedulerListener() {
            @Override
            public void onSchedulerEvent(SchedulerEventType event) {
                if (event == SchedulerEventType.RAN_EXECUTE_DUE) {
                    room.polled();
                } else if (event == SchedulerEventType.UNEXPECTED_ERROR) {
                    unreachable("a sign of life, or the search for the dead, has failed");
                }
            }
        });
        scheduler = started;
        started.start();
    }

    private CustomizableThreadFactory named(String what) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(atom + "-" + what + "-");
        factory.setDaemon(true);
        return factory;
    }

    /** Looks for lanes at once. Does nothing if it is not started. */
    void look() {
        picker.look();
        poll();
    }

    /** Polls at once, for the keys that are to be woken at least. Does nothing if it is not started. */
    void poll() {
        Scheduler started = scheduler;
        if (started != null) {
            started.triggerCheckForDueExecutions();
        }
    }

    /** Polls again after the database was away. */
    void resume() {
        Scheduler started = scheduler;
        if (started != null) {
            started.resume();
            look();
        }
    }

    /**
     * Polls no more until the sweeper says that the database answers. First the pause: a thread that sees the failure
     * resumes it.
     */
    private void unreachable(Object failure) {
        Scheduler started = scheduler;
        if (started != null) {
            started.pause();
        }
        health.failed(failure);
    }

    /** Whether bodies have been interrupted because the application stops and they have not ended in time. */
    boolean isInterrupting() {
        LaneThreads lanes = threads;
        return lanes != null && lanes.isInterrupting();
    }

    /** Picks nothing any more, and waits for what runs; interrupts it when the time is up. */
    void stop(Duration timeout) {
        Scheduler started = scheduler;
        LaneThreads lanes = threads;
        if (started != null && lanes != null) {
            lanes.stopWithin(timeout);
            started.stop();
            scheduler = null;
        }
    }
}
