package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.OperationSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/** What operators write about the lanes of an atom. All of it in the transaction of the thread. */
final class SteeringStore {

    /** Rows that are read and deleted at once. */
    private static final int CHUNK = 1000;

    private final String atom;
    private final Database database;
    private final Clock clock;
    private final JdbcTemplate jdbc;
    private final Snapshots snapshots;

    SteeringStore(String atom, Database database, Clock clock) {
        this.atom = atom;
        this.database = database;
        this.clock = clock;
        this.jdbc = database.jdbc();
        this.snapshots = new Snapshots(clock);
    }

    /** The key of an item. */
    Optional<String> keyOf(long id) {
        return jdbc
                .queryForList(
                        database.sql("select item_key from keyed_item where id = ? and atom = ?"),
                        String.class,
                        id,
                        atom)
                .stream()
                .findFirst();
    }

    /** The id of the first item of a key. */
    Optional<Long> head(String key) {
        return Optional.ofNullable(jdbc.queryForObject(
                database.sql("select min(id) from keyed_item where atom = ? and item_key = ?"), Long.class, atom, key));
    }

    /**
     * Holds a lane fast until the transaction ends, if there is one.
     *
     * @return the instance that runs it now, if one does
     */
    Optional<String> lock(String key) {
        return jdbc
                .query(
                        database.sql(
                                "select picked, picked_by from keyed_lane where task_name = ? and task_instance = ?"
                                        + " for update"),
                        (row, n) -> row.getBoolean("picked")
                                ? Objects.requireNonNullElse(row.getString("picked_by"), "?")
                                : "",
                        atom,
                        key)
                .stream()
                .filter(instance -> !instance.isEmpty())
                .findFirst();
    }

    boolean pause(String key) {
        int changed = jdbc.update(
                database.sql("update keyed_lane set paused = true, paused_at = coalesce(paused_at, ?)"
                        + " where task_name = ? and task_instance = ?"),
                Times.parameter(clock.now()),
                atom,
                key);
        return changed == 1
                || jdbc.update(
                                database.sql(database.dialect().addPausedLane()),
                                atom,
                                key,
                                Times.never(),
                                Times.parameter(clock.now()))
                        == 1
                || pause(key); // it came meanwhile
    }

    /** A lane that is not held back by anything else may be picked at once; without items it ends then. */
    boolean resume(String key) {
        return jdbc.update(
                        database.sql("update keyed_lane set paused = false, paused_at = null,"
                                + " execution_time = case when picked = false and state is null then ? else execution_time end"
                                + " where task_name = ? and task_instance = ? and paused = true"),
                        Times.already(clock),
                        atom,
                        key)
                == 1;
    }

    boolean retry(String key) {
        return open(key)
                && head(key)
                        .map(head -> jdbc.update(
                                        database.sql("update keyed_item set attempts = 0, revivals = 0,"
                                                + " unreadable_since = null where id = ?"),
                                        head)
                                == 1)
                        .orElse(false);
    }

    boolean skip(String key) {
        return open(key) && head(key).map(this::deleteItem).orElse(false);
    }

    /** Lets a lane be picked whose first item has failed. */
    private boolean open(String key) {
        return jdbc.update(
                        database.sql("update keyed_lane set execution_time = ?, state = null, version = version + 1"
                                + " where task_name = ? and task_instance = ? and picked = false"
                                + " and state in ('PARKED', 'BACKING_OFF')"),
                        Times.already(clock),
                        atom,
                        key)
                == 1;
    }

    /** Takes out what waits: everything but the first item of a lane that runs. */
    List<OperationSnapshot> purge(String key) {
        boolean runs = lock(key).isPresent();
        long first = runs ? head(key).orElse(-1L) : -1;
        List<OperationSnapshot> purged = new ArrayList<>();
        List<Item> chunk;
        do {
            chunk = jdbc.query(
                    database.sql("select i.item_key, " + LaneStore.ITEM_COLUMNS + ", i.last_error from keyed_item i"
                            + " where i.atom = ? and i.item_key = ? and i.id <> ? order by i.id fetch first " + CHUNK
                            + " rows only"),
                    (row, n) -> {
                        Item item = LaneStore.item(row);
                        purged.add(snapshots.cancelled(key, item, row.getString("last_error")));
                        return item;
                    },
                    atom,
                    key,
                    first);
            if (!chunk.isEmpty()) {
                chunk.stream().filter(item -> item.idempotencyKey() != null).forEach(item -> rememberEnd(item.id()));
                jdbc.update(
                        database.sql("delete from keyed_item where id = any(?)"),
                        SqlArrays.numbers(chunk.stream().map(Item::id).toList()));
            }
        } while (chunk.size() == CHUNK);
        if (!runs) {
            letPick(key);
        }
        return purged;
    }

    /** Deletes an item that no instance runs. */
    boolean delete(long id) {
        Optional<String> key = keyOf(id);
        if (key.isEmpty()) {
            return false;
        }
        boolean headed = head(key.get()).filter(head -> head == id).isPresent();
        boolean deleted = deleteItem(id);
        if (deleted && headed) {
            letPick(key.get());
        }
        return deleted;
    }

    /** What held the lane back has gone with its first item. */
    private void letPick(String key) {
        jdbc.update(
                database.sql("update keyed_lane set execution_time = ?, state = null, version = version + 1"
                        + " where task_name = ? and task_instance = ? and picked = false and state is not null"),
                Times.already(clock),
                atom,
                key);
    }

    /** Takes a lane out of the hand of this instance, with the item that it runs and goes on running. */
    boolean giveUp(Hold lane, Item item) {
        deleteItem(item.id());
        return jdbc.update(
                        database.sql("update keyed_lane set picked = false, picked_by = null, last_heartbeat = null,"
                                + " execution_time = ?, state = null, version = version + 1"
                                + " where task_name = ? and task_instance = ? and version = ? and picked = true"),
                        Times.already(clock),
                        atom,
                        lane.key(),
                        lane.version())
                == 1;
    }

    private boolean deleteItem(long id) {
        rememberEnd(id);
        return jdbc.update(database.sql("delete from keyed_item where id = ? and atom = ?"), id, atom) == 1;
    }

    private void rememberEnd(long id) {
        jdbc.update(
                database.sql("update keyed_done set finished_at = ? where atom = ? and idempotency_key ="
                        + " (select i.idempotency_key from keyed_item i where i.id = ?)"),
                Times.parameter(clock.now()),
                atom,
                id);
    }
}
