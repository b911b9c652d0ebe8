package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * How db-scheduler picks the lanes of one atom: those that are due and not paused, as many as there is room for, with
 * one commit however many they are. (Its own way writes each by a statement; its way with one statement picks, on
 * PostgreSQL, more than it is asked for now and then.) The first items of all of them are read with one more statement.
 */
final class LanePicker extends DefaultJdbcCustomization {

    private final String atom;
    private final Database database;
    private final String instance;
    private final Room room;
    private final PickedHeads heads;
    private final Consumer<RuntimeException> unreachable;

    /**
     * Picks for one atom.
     *
     * @param unreachable told of a poll that has failed, which db-scheduler is not: it would log each of them
     */
    LanePicker(
            String atom,
            Database database,
            String instance,
            Room room,
            PickedHeads heads,
            Consumer<RuntimeException> unreachable) {
        super(false);
        this.atom = atom;
        this.database = database;
        this.instance = instance;
        this.room = room;
        this.heads = heads;
        this.unreachable = unreachable;
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
        int free = room.forPoll(limit);
        if (free == 0) {
            return List.of();
        }
        List<Execution> picked;
        try {
            Optional<String> atOnce = database.dialect().pickLanes(free);
            picked = atOnce.isPresent() ? pickAtOnce(atOnce.get(), now) : database.inTransaction(() -> pick(now, free));
        } catch (DataAccessException | TransactionException e) {
            unreachable.accept(e);
            return List.of();
        }
        if (!picked.isEmpty()) {
            heads.read(picked.stream()
                    .map(execution -> new Hold(execution.getId(), execution.version))
                    .toList());
        }
        return picked;
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

    private List<Execution> pick(Instant now, int most) {
        List<Execution> due = database.jdbc()
                .query(
                        database.sql("select task_instance, execution_time, last_success, last_failure, "
                                + "consecutive_failures,"
                                + " version from keyed_lane where picked = false and "
                                + "execution_time <= ? and paused = false"
                                + " and task_name = ? order by execution_time fetch first " + most
                                + " rows only for update skip locked"),
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
