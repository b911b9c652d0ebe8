package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How db-scheduler picks the lanes of one atom: those that are due and not paused, as many as there is room for, with
 * one commit however many they are. (Its own way writes each by a statement; its way with one statement picks, on
 * PostgreSQL, more than it is asked for now and then.) The first items of all of them are read with one more statement.
 *
 * <p>Keys that are woken get their lanes here, too: picked already, if no lane is waiting that would have its turn
 * before.
 */
final class LanePicker extends DefaultJdbcCustomization {

    private final String atom;
    private final Database database;
    private final String instance;
    private final LaneStore store;
    private final Waker waker;
    private final Room room;
    private final PickedHeads heads;
    private final Consumer<RuntimeException> unreachable;
    private final long pollingNanos;

    /** Whether there is a reason to look for lanes, besides the keys that are woken. */
    private volatile boolean wanted = true;

    /** When lanes were looked for. Only by the thread that polls. */
    private long lookedAt;

    /**
     * Picks for one atom.
     *
     * @param pollingInterval how often lanes are looked for that nothing here knows of
     * @param unreachable told of a poll that has failed, which db-scheduler is not: it would log each of them
     */
    LanePicker(
            String atom,
            Database database,
            String instance,
            LaneStore store,
            Waker waker,
            Room room,
            PickedHeads heads,
            Duration pollingInterval,
            Consumer<RuntimeException> unreachable) {
        super(false);
        this.atom = atom;
        this.database = database;
        this.instance = instance;
        this.store = store;
        this.waker = waker;
        this.room = room;
        this.heads = heads;
        this.unreachable = unreachable;
        this.pollingNanos = pollingInterval.toNanos();
    }

    /** Lanes are looked for with the next poll. For any thread. */
    void look() {
        wanted = true;
    }

    @Override
    public String getName() {
        return "keyedsequential on " + database.dialect().platform();
    }

    @Override
    public boolean supportsSingleStatementLockAndFetch() {
        return true;
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
        long begun = System.nanoTime();
        Supplier<Instant> time = () -> now.plusNanos(System.nanoTime() - begun); // the first sign of life of each lane
        boolean behind = room.isBehind();
        int free = room.forPoll(limit);
        List<Execution> picked = new ArrayList<>();
        try {
            if (behind && free > 0) {
                picked.addAll(pick(free, time.get()));
            }
            if (!behind || free == 0 || picked.size() < free) { // what is woken comes after what waits
                wake(free - picked.size(), time.get(), picked);
            }
            if (picked.size() < free && isLookDue()) {
                picked.addAll(pick(free - picked.size(), time.get()));
            }
        } catch (RuntimeException e) { // what is picked runs nevertheless
            unreachable.accept(e);
        }
        if (!picked.isEmpty()) {
            heads.read(picked.stream()
                    .map(execution -> new Hold(execution.getId(), execution.version))
                    .toList());
        }
        return picked;
    }

    private boolean isLookDue() {
        return wanted || System.nanoTime() - lookedAt >= pollingNanos;
    }

    /**
     * Makes lanes of keys that are woken, and picks some of them with that.
     *
     * @param most how many
     * @param picked gets them
     */
    private void wake(int most, Instant now, List<Execution> picked) {
        List<String> keys = waker.take();
        if (keys.isEmpty()) {
            return;
        }
        try {
            Optional<String> atOnce =
                    most == 0 ? Optional.empty() : database.dialect().beginLanes();
            List<Execution> begun = atOnce.isPresent() ? begin(atOnce.get(), keys, most, now) : List.of();
            picked.addAll(begun);
            if (atOnce.isEmpty() || begun.size() == most) { // those that are left may be picked by any instance
                store.wake(keys);
                look();
            }
        } catch (RuntimeException e) {
            waker.putBack(keys);
            throw e;
        }
    }

    private List<Execution> begin(String statement, List<String> keys, int most, Instant now) {
        long version = Hold.firstVersion();
        return database.byLookups(
                statement,
                (row, n) -> picked(row, now, version),
                atom,
                instance,
                Times.parameter(now),
                version,
                SqlArrays.texts(keys.stream().sorted().toList()),
                atom,
                atom,
                most);
    }

    private List<Execution> pick(int most, Instant now) {
        wanted = false;
        lookedAt = System.nanoTime();
        Optional<String> atOnce = database.dialect().pickLanes(most);
        return atOnce.isPresent() ? pickAtOnce(atOnce.get(), now) : database.inTransaction(() -> pick(now, most));
    }

    private List<Execution> pickAtOnce(String statement, Instant now) {
        return database.byLookups(
                statement,
                (row, n) -> picked(row, now, row.getLong("version")),
                Times.parameter(now),
                atom,
                instance,
                Times.parameter(now));
    }

    /**
     * Waits for those that write a lane, and looks then again whether it may be picked: H2 2.4.240 that is told to skip
     * them gives a lane whose writer is rolled back to two that pick. Those that write lanes hold one of them, and
     * shortly.
     */
    private List<Execution> pick(Instant now, int most) {
        List<Execution> due = database.jdbc()
                .query(
                        database.sql("select task_instance, execution_time, last_success, last_failure, "
                                + "consecutive_failures,"
                                + " version from keyed_lane where picked = false and "
                                + "execution_time <= ? and paused = false"
                                + " and task_name = ? order by execution_time fetch first " + most
                                + " rows only for update"),
                        (row, n) -> picked(row, now, row.getLong("version") + 1),
                        Times.parameter(now),
                        atom);
        if (!due.isEmpty()) {
            database.jdbc()
                    .update(
                            database.sql("update keyed_lane set picked = true, picked_by = ?, last_heartbeat = ?,"
                                    + " version = version + 1 where task_name = ? and task_instance = any(?)"),
                            instance,
                            Times.parameter(now),
                            atom,
                            SqlArrays.texts(due.stream().map(Execution::getId).toList()));
        }
        return due;
    }

    private Execution picked(ResultSet row, Instant now, long version) throws SQLException {
        return new Execution(
                Objects.requireNonNull(Times.read(row, "execution_time")),
                new TaskInstance<@Nullable Void>(atom, row.getString("task_instance")),
                true,
                instance,
                Times.read(row, "last_success"),
                Times.read(row, "last_failure"),
                row.getInt("consecutive_failures"),
                now,
                version);
    }
}
