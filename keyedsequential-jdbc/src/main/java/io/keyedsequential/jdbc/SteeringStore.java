package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.OperationState;
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
                                Times.parameter(clock.now()),
                                Hold.firstVersion())
                        == 1
                || pause(key); // it came meanwhile
    }

    /** A lane that is not held back by anything else may be picked at once; without items it ends then. */
    boolean resume(String key) {
        return jdbc.update(
                        database.sql("update keyed_lane set paused = false, paused_at = null,"
                                + " execution_time = case when picked = false and state is null then "
                                + "? else execution_time end"
                                + " where task_name = ? and task_instance = ? and paused = true"),
                        Times.already(clock),
                        atom,
                        key)
                == 1;
    }

    /** Retries the first item that holds a lane back, with all its attempts. */
    Optional<Freed> retry(String key) {
        return open(key).flatMap(was -> head(key).flatMap(this::shown).map(head -> {
            jdbc.update(
                    database.sql("update keyed_item set attempts_before = attempts_before + attempts, attempts = 0,"
                            + " revivals = 0, unreadable_since = null where id = ?"),
                    head.item().id());
            return new Freed(snapshots.of(head, OperationState.BACKING_OFF), was == Withheld.PARKED);
        }));
    }

    /** Takes out the first item that holds a lane back. */
    Optional<Freed> skip(String key) {
        return open(key).flatMap(was -> head(key)
                .flatMap(this::shown)
                .filter(head -> deleteItem(head.item().id()))
                .map(head -> new Freed(snapshots.ended(head, OperationState.FAILED), was == Withheld.PARKED)));
    }

    /** Lets a lane be picked whose first item has failed; what held it back until then. */
    private Optional<Withheld> open(String key) {
        return heldBack(key)
                .filter(why -> why == Withheld.PARKED || why == Withheld.BACKING_OFF)
                .filter(why -> letPick(key));
    }

    /** Why a lane is not picked, which it is not until the transaction ends. */
    private Optional<Withheld> heldBack(String key) {
        return jdbc
                .queryForList(
                        database.sql("select state from keyed_lane where task_name = ? and task_instance = ?"
                                + " and picked = false and state is not null for update"),
                        String.class,
                        atom,
                        key)
                .stream()
                .map(Withheld::valueOf)
                .findFirst();
    }

    /** What held the lane back has gone with its first item, or is to be tried again. */
    private boolean letPick(String key) {
        return jdbc.update(
                        database.sql("update keyed_lane set execution_time = ?, state = null, version = version + 1"
                                + " where task_name = ? and task_instance = ?"
                                + " and picked = false and state is not null"),
                        Times.already(clock),
                        atom,
                        key)
                == 1;
    }

    /** Takes out what waits: everything but the first item of a lane that runs. */
    List<Freed> purge(String key) {
        boolean runs = lock(key).isPresent();
        boolean parked = heldBack(key).filter(why -> why == Withheld.PARKED).isPresent();
        long first = head(key).orElse(-1L);
        List<Freed> purged = new ArrayList<>();
        List<Item> chunk;
        do {
            chunk = jdbc.query(
                    database.sql("select " + Shown.COLUMNS + " from keyed_item i"
                            + " where i.atom = ? and i.item_key = ? and i.id <> ? order by i.id fetch first " + CHUNK
                            + " rows only"),
                    (row, n) -> {
                        Shown shown = Shown.read(row, n);
                        purged.add(new Freed(
                                snapshots.ended(shown, OperationState.CANCELLED),
                                parked && shown.item().id() == first));
                        return shown.item();
                    },
                    atom,
                    key,
                    runs ? first : -1L);
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

    /** Takes out an item that no instance runs. */
    Optional<Freed> delete(long id) {
        return shown(id).flatMap(item -> {
            boolean headed = head(item.key()).filter(head -> head == id).isPresent();
            boolean parked = headed
                    && heldBack(item.key())
                            .filter(why -> why == Withheld.PARKED)
                            .isPresent();
            if (!deleteItem(id)) {
                return Optional.empty();
            }
            if (headed) {
                letPick(item.key());
            }
            return Optional.of(new Freed(snapshots.ended(item, OperationState.CANCELLED), parked));
        });
    }

    private Optional<Shown> shown(long id) {
        return jdbc
                .query(
                        database.sql("select " + Shown.COLUMNS + " from keyed_item i where i.id = ? and i.atom = ?"),
                        Shown::read,
                        id,
                        atom)
                .stream()
                .findFirst();
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
