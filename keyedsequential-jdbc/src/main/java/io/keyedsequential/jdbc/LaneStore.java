package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the lanes of one atom read and write. Every write names the version under which the lane is held, and does
 * nothing if the lane is held under another one by now: that is the fence against an instance that was taken for dead.
 * For any thread, outside of the caller's transactions.
 */
final class LaneStore {

    static final String ITEM_COLUMNS =
            "i.id, i.operation, i.label, i.arguments, i.headers, i.idempotency_key, i.run_after,"
                    + " i.created_at, i.attempts, i.revivals, i.unreadable_since";

    /** An error is shown, and not worked with. */
    private static final int MOST_CHARACTERS_OF_ERROR = 4000;

    private final String atom;
    private final Database database;
    private final Clock clock;
    private final JdbcTemplate jdbc;

    LaneStore(String atom, Database database, Clock clock) {
        this.atom = atom;
        this.database = database;
        this.clock = clock;
        this.jdbc = database.jdbc();
    }

    /** Makes lanes of keys that have items and no lane. */
    void wake(Collection<String> keys) {
        database.byLookups(
                database.dialect().wakeLanes(),
                atom,
                Hold.firstVersion(),
                SqlArrays.texts(keys.stream().sorted().toList()),
                atom,
                atom);
    }

    /**
     * The first items of lanes, as far as they are still held and not paused.
     *
     * @param rows how many of each at most
     * @return the items by the key, in order; a lane that has none, or is paused or lost, is missing
     */
    Map<String, List<Item>> heads(List<Hold> lanes, int rows) {
        Map<String, Map<Long, Item>> found = new HashMap<>();
        database.byLookups(
                database.dialect().heads(lanes.size(), rows),
                (row, n) -> {
                    Item item = item(row); // each once, however often its lane was asked for: it is run as often
                    return found.computeIfAbsent(row.getString("item_key"), key -> new TreeMap<>())
                            .put(item.id(), item);
                },
                database.dialect().headParameters(atom, lanes));
        Map<String, List<Item>> heads = new HashMap<>();
        found.forEach((key, items) -> heads.put(key, List.copyOf(items.values())));
        return heads;
    }

    static Item item(ResultSet row) throws SQLException {
        return new Item(
                row.getLong("id"),
                row.getString("operation"),
                row.getString("label"),
                row.getString("arguments"),
                row.getString("headers"),
                row.getString("idempotency_key"),
                Times.read(row, "run_after"),
                Times.orEpoch(Times.read(row, "created_at")),
                row.getInt("attempts"),
                row.getInt("revivals"),
                Times.read(row, "unreadable_since"));
    }

    /** Whether a lane is still held. */
    boolean isHeld(Hold lane) {
        return database.once(() -> !jdbc.queryForList(
                        database.sql("select version from keyed_lane where task_name = ? and task_instance = ?"
                                + " and version = ? and picked = true"),
                        Long.class,
                        atom,
                        lane.key(),
                        lane.version())
                .isEmpty());
    }

    /** As {@link #isHeld}, in the transaction of the thread; nothing else happens to the lane until that ends. */
    boolean holdFast(Hold lane) {
        return !jdbc.queryForList(
                        database.sql("select version from keyed_lane where task_name = ? and task_instance = ?"
                                + " and version = ? and picked = true for update"),
                        Long.class,
                        atom,
                        lane.key(),
                        lane.version())
                .isEmpty();
    }

    /**
     * Deletes items that have ended, of lanes that are still held.
     *
     * @return the ids of those that were deleted
     */
    Set<Long> complete(List<Ended> ended) {
        List<Item> items = items(ended);
        return items.stream().allMatch(item -> item.idempotencyKey() == null)
                ? delete(ended, items)
                : database.inTransaction(() -> {
                    Set<Long> deleted = delete(ended, items);
                    items.stream().filter(item -> deleted.contains(item.id())).forEach(this::rememberEnd);
                    return deleted;
                });
    }

    private static List<Item> items(List<Ended> ended) {
        return ended.stream().flatMap(lane -> lane.items().stream()).toList();
    }

    private Set<Long> delete(List<Ended> ended, List<Item> items) {
        return new HashSet<>(database.byLookups(
                database.dialect().deleteItems(),
                (row, n) -> row.getLong("id"),
                SqlArrays.numbers(items.stream().map(Item::id).toList()),
                SqlArrays.holds(ended.stream().map(Ended::lane).toList())));
    }

    /** Deletes items in the transaction of the thread, which holds their lane fast. */
    void completeHere(Collection<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        jdbc.update(
                database.sql("delete from keyed_item where id = any(?)"),
                SqlArrays.numbers(items.stream().map(Item::id).toList()));
        items.forEach(this::rememberEnd);
    }

    /** From now on the time runs for which the key stays known. */
    private void rememberEnd(Item item) {
        if (item.idempotencyKey() != null) {
            jdbc.update(
                    database.sql("update keyed_done set finished_at = ? where atom = ? and idempotency_key = ?"),
                    Times.parameter(clock.now()),
                    atom,
                    item.idempotencyKey());
        }
    }

    /**
     * Deletes lanes together with their last items. Afterwards the keys must be looked at for items that
     * came meanwhile.
     *
     * @return the keys of the lanes that were deleted: those that were still held and not paused
     */
    Set<String> end(List<Ended> ended) {
        List<Hold> lanes = ended.stream().map(Ended::lane).toList();
        List<Item> items = items(ended);
        Optional<String> atOnce = database.dialect().endLanesWithItems();
        if (atOnce.isPresent() && items.stream().allMatch(item -> item.idempotencyKey() == null)) {
            return new HashSet<>(database.byLookups(
                    atOnce.get(),
                    LaneStore::key,
                    atom,
                    SqlArrays.keys(lanes),
                    SqlArrays.holds(lanes),
                    SqlArrays.numbers(items.stream().map(Item::id).toList())));
        }
        return database.inTransaction(() -> {
            Set<String> gone = new HashSet<>(database.byLookups(
                    database.dialect().endLanes(),
                    LaneStore::key,
                    atom,
                    SqlArrays.keys(lanes),
                    SqlArrays.holds(lanes)));
            completeHere(items(ended.stream()
                    .filter(lane -> gone.contains(lane.lane().key()))
                    .toList()));
            return gone;
        });
    }

    /**
     * Gives a lane back. Does nothing if it is no longer held.
     *
     * @param due from when on it may be picked, by any instance
     * @param why why not at once, or {@code null}
     */
    void release(Hold lane, Instant due, @Nullable Withheld why) {
        database.once(() -> updateLane(lane, due, why));
    }

    /** Gives back a lane that may be picked at once. */
    void release(Hold lane) {
        release(lane, Times.already(clock).toInstant(), null);
    }

    /**
     * Notes a failed attempt and gives the lane back, in one transaction.
     *
     * @param began when the attempt began
     * @return whether the lane was still held
     */
    boolean fail(Hold lane, Item item, Instant began, Instant due, Withheld why, String error) {
        return database.inTransaction(() -> {
            boolean held = updateLane(lane, due, why) == 1;
            if (held) {
                jdbc.update(
                        database.sql("update keyed_item set attempts = ?, attempt_began_at = ?, attempt_failed_at = ?,"
                                + " unreadable_since = null, last_error = ? where id = ?"),
                        item.attempts() + 1,
                        Times.parameter(began),
                        Times.parameter(clock.now()),
                        cut(error),
                        item.id());
            }
            return held;
        });
    }

    /** Notes that an item cannot be run by this instance, which is no attempt, and gives the lane back. */
    boolean withhold(Hold lane, Item item, Instant due, Withheld why, Instant since, String error) {
        return database.inTransaction(() -> {
            boolean held = updateLane(lane, due, why) == 1;
            if (held) {
                jdbc.update(
                        database.sql(
                                "update keyed_item set unreadable_since = ?, last_error = ?, attempt_began_at = null,"
                                        + " attempt_failed_at = null where id = ?"),
                        Times.parameter(since),
                        cut(error),
                        item.id());
            }
            return held;
        });
    }

    /**
     * Gives back a lane whose instance is dead, and counts that against its first item. Does not wait for an instance
     * that was frozen while it wrote the lane: the lanes of the other ones that are dead would wait behind it.
     *
     * @param parkAfter after how many such deaths the item is parked
     * @return the first item and how often an instance has died with it in hand; empty if the lane had no item, was not
     *     held under that version, or is being written
     */
    Optional<Revived> revive(Hold lane, int parkAfter, String error) {
        return database.inTransaction(() -> {
            if (!isFree(lane)) {
                return Optional.empty();
            }
            List<Item> heads = jdbc.query( // also of a lane that is paused
                    database.sql("select i.item_key, " + ITEM_COLUMNS + " from keyed_item i where i.atom = ?"
                            + " and i.item_key = ? order by i.id fetch first 1 rows only"),
                    (row, n) -> item(row),
                    atom,
                    lane.key());
            int deaths = heads.isEmpty() ? 0 : heads.get(0).revivals() + 1;
            boolean parked = deaths >= parkAfter;
            updateLane(lane, parked ? Times.NEVER : Times.already(clock).toInstant(), parked ? Withheld.PARKED : null);
            if (heads.isEmpty()) {
                return Optional.empty();
            }
            jdbc.update(
                    database.sql("update keyed_item set revivals = ? where id = ?"),
                    deaths,
                    heads.get(0).id());
            if (parked) {
                jdbc.update(
                        database.sql("update keyed_item set last_error = ?, attempt_began_at = null, "
                                + "attempt_failed_at = null"
                                + " where id = ?"),
                        cut(error),
                        heads.get(0).id());
            }
            return Optional.of(new Revived(heads.get(0), deaths));
        });
    }

    /**
     * Whether a lane is held under its version and not being written; until the end of the thread's transaction it
     * is not.
     */
    private boolean isFree(Hold lane) {
        return !jdbc.queryForList(
                        database.sql("select version from keyed_lane where task_name = ? and task_instance = ?"
                                + " and version = ? and picked = true for update skip locked"),
                        Long.class,
                        atom,
                        lane.key(),
                        lane.version())
                .isEmpty();
    }

    private int updateLane(Hold lane, Instant due, @Nullable Withheld why) {
        return jdbc.update(
                database.sql("update keyed_lane set picked = false, picked_by = null, last_heartbeat = null,"
                        + " execution_time = ?, state = ?, version = version + 1"
                        + " where task_name = ? and task_instance = ? and version = ? and picked = true"),
                Times.parameter(due),
                why == null ? null : why.name(),
                atom,
                lane.key(),
                lane.version());
    }

    /**
     * Keys that have items and no lane: an instance died between commit and wake-up.
     *
     * @param newest how many of the newest items are looked at, of all atoms; 0 for all
     */
    List<String> forgotten(int newest) {
        String items = newest == 0
                ? "keyed_item"
                : "(select atom, item_key from keyed_item order by id desc fetch first " + newest + " rows only)";
        return database.byLookups(database.dialect().forgotten(items), (row, n) -> row.getString("item_key"), atom);
    }

    private static String key(ResultSet row, int n) throws SQLException {
        return row.getString("task_instance");
    }

    private static String cut(String error) {
        String clean = error.replace('\0', ' ');
        return clean.length() <= MOST_CHARACTERS_OF_ERROR ? clean : clean.substring(0, MOST_CHARACTERS_OF_ERROR);
    }

    /**
     * A lane that was taken from a dead instance.
     *
     * @param head its first item
     * @param deaths how often an instance has died with it in hand
     */
    record Revived(Item head, int deaths) {}

    /**
     * Items of a lane that have ended.
     *
     * @param lane how the lane is held
     * @param items the items; empty if there are none
     */
    record Ended(Hold lane, List<Item> items) {}
}
