package io.keyedsequential.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is read to show an atom. Every answer is bounded, whatever is stored. */
final class ViewStore {

    /** Rows are counted up to here. */
    static final int MOST_COUNTED = 100_001;

    /** Items among which the oldest ones are looked for. */
    static final int MOST_OLD = 10_000;

    /** Lanes among which the oldest items are looked for. */
    static final int MOST_LANES = 1_000;

    /** How many lanes are in which state. */
    record LaneCounts(int all, int running, int backingOff, int parked, int paused) {}

    private static final String LANE_COLUMNS =
            "l.task_instance, l.picked, l.picked_by, l.state, l.paused, l.execution_time";

    private final String atom;
    private final Database database;
    private final JdbcTemplate jdbc;

    ViewStore(String atom, Database database) {
        this.atom = atom;
        this.database = database;
        this.jdbc = database.jdbc();
    }

    LaneCounts laneCounts() {
        return Objects.requireNonNull(jdbc.queryForObject(
                database.sql("select count(*) lanes, count(case when picked = true then 1 end) running,"
                        + " count(case when picked = false and state = 'BACKING_OFF' then 1 end) backing_off,"
                        + " count(case when picked = false and state = 'PARKED' then 1 end) parked,"
                        + " count(case when paused = true then 1 end) paused"
                        + " from (select picked, state, paused from keyed_lane where task_name = ? fetch first "
                        + MOST_COUNTED + " rows only) l"),
                (row, n) -> new LaneCounts(
                        row.getInt("lanes"),
                        row.getInt("running"),
                        row.getInt("backing_off"),
                        row.getInt("parked"),
                        row.getInt("paused")),
                atom));
    }

    /** How many items there are, {@value #MOST_COUNTED} at most. */
    long items() {
        return count(
                "select count(*) from (select id from keyed_item where atom = ? fetch first " + MOST_COUNTED
                        + " rows only) i",
                atom);
    }

    /** How many items lanes have, {@value #MOST_COUNTED} each at most. */
    Map<String, Integer> items(List<String> keys) {
        Map<String, Integer> counts = new HashMap<>();
        Optional<String> atOnce = database.dialect().countsOfLanes();
        if (atOnce.isEmpty()) {
            keys.forEach(key -> counts.put(key, items(key)));
        } else if (!keys.isEmpty()) {
            jdbc.query(
                    database.sql(atOnce.get()),
                    row -> {
                        counts.put(row.getString("item_key"), row.getInt("items"));
                    },
                    atom,
                    MOST_COUNTED,
                    SqlArrays.texts(keys));
        }
        return counts;
    }

    private int items(String key) {
        return (int) count(
                "select count(*) from (select id from keyed_item where atom = ? and item_key = ?" + " fetch first "
                        + MOST_COUNTED + " rows only) i",
                atom,
                key);
    }

    private long count(String sql, Object... parameters) {
        return Objects.requireNonNullElse(jdbc.queryForObject(database.sql(sql), Long.class, parameters), 0L);
    }

    /**
     * The first items of lanes, by their keys; a lane that has none is missing.
     *
     * @param limit how many of each at most
     */
    Map<String, List<Shown>> first(List<String> keys, int limit) {
        Optional<String> atOnce = database.dialect().firstItemsOfLanes();
        Stream<Shown> items;
        if (atOnce.isEmpty()) {
            items = keys.stream().flatMap(key -> first(key, limit).stream());
        } else if (keys.isEmpty()) {
            items = Stream.empty();
        } else {
            items = jdbc.query(database.sql(atOnce.get()), Shown::read, SqlArrays.texts(keys), atom, limit).stream();
        }
        return items.collect(Collectors.groupingBy(Shown::key));
    }

    private List<Shown> first(String key, int limit) {
        return jdbc.query(
                database.sql("select " + Shown.COLUMNS
                        + " from keyed_item i where i.atom = ? and i.item_key = ?"
                        + " order by i.id fetch first ? rows only"),
                Shown::read,
                atom,
                key,
                limit);
    }

    /** The first items of lanes that run now. */
    List<Shown> running(int limit) {
        return jdbc.query(
                database.sql("select " + Shown.COLUMNS
                        + " from keyed_item i where i.id in ("
                        + "select (select min(h.id) from keyed_item h where h.atom = l.task_name"
                        + " and h.item_key = l.task_instance) from keyed_lane l where l.task_name = "
                        + "? and l.picked = true"
                        + " fetch first ? rows only) order by i.id"),
                Shown::read,
                atom,
                limit);
    }

    /** The instances by the ids of items, for those whose lane runs. */
    Map<Long, String> instances(Collection<Long> ids) {
        Map<Long, String> instances = new HashMap<>();
        jdbc.query(
                database.sql("select i.id, l.picked_by from keyed_item i join keyed_lane l on l.task_name = i.atom"
                        + " and l.task_instance = i.item_key where i.id = any(?) and i.atom = ? and l.picked = true"),
                row -> {
                    instances.put(row.getLong("id"), row.getString("picked_by"));
                },
                SqlArrays.numbers(ids),
                atom);
        return instances;
    }

    List<String> keys() {
        return jdbc.queryForList(
                database.sql("select task_instance from keyed_lane where task_name = ? order by task_instance"),
                String.class,
                atom);
    }

    Optional<Lane> lane(String key) {
        return jdbc
                .query(
                        database.sql("select " + LANE_COLUMNS
                                + " from keyed_lane l where l.task_name = ? and l.task_instance = ?"),
                        ViewStore::lane,
                        atom,
                        key)
                .stream()
                .findFirst();
    }

    /**
     * The keys with most items, among the first {@value #MOST_COUNTED}, and lanes that have none because they
     * are paused.
     */
    List<Lane> busiest(int limit) {
        List<Lane> lanes = new ArrayList<>(jdbc.query(
                database.sql("select " + LANE_COLUMNS + " from (select item_key, count(*) items from (select item_key"
                        + " from keyed_item where atom = ? fetch first " + MOST_COUNTED
                        + " rows only) f group by item_key order by items desc, item_key fetch first ? rows only) b"
                        + " join keyed_lane l on l.task_name = ? and l.task_instance = b.item_key"
                        + " order by b.items desc, b.item_key"),
                ViewStore::lane,
                atom,
                limit,
                atom));
        if (lanes.size() < limit) {
            lanes.addAll(jdbc.query(
                    database.sql("select " + LANE_COLUMNS + " from keyed_lane l where l.task_name = ? and not exists"
                            + " (select 1 from keyed_item i where i.atom = l.task_name and "
                            + "i.item_key = l.task_instance)"
                            + " order by l.task_instance fetch first ? rows only"),
                    ViewStore::lane,
                    atom,
                    limit - lanes.size()));
        }
        return lanes;
    }

    /**
     * Lanes that do not move: parked ones, then those that are paused, back off or run and whose first item is older
     * than that. Of those the {@value #MOST_LANES} are looked at that came first, and as many of those that only wait
     * because the atom is paused: to see how old its first item is costs a lookup for each.
     *
     * @param pausedAll whether the whole atom is paused
     */
    List<Lane> stuck(Instant before, boolean pausedAll, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(atom, limit));
        String lanes = "(select %s, %d place from keyed_lane l where l.task_name = ? and %s"
                + " order by l.execution_time fetch first ? rows only)";
        String sql = lanes.formatted(LANE_COLUMNS, 0, "l.state = 'PARKED'")
                + " union all "
                + older("(l.state is null or l.state <> 'PARKED')"
                        + " and (l.paused = true or l.picked = true or l.state = 'BACKING_OFF')");
        parameters.addAll(List.of(atom, Times.parameter(before), limit));
        if (pausedAll) {
            sql += " union all "
                    + older("(l.state is null or l.state not in ('PARKED', 'BACKING_OFF'))"
                            + " and l.paused = false and l.picked = false");
            parameters.addAll(List.of(atom, Times.parameter(before), limit));
        }
        parameters.add(limit);
        return jdbc.query(
                database.sql("select " + LANE_COLUMNS + " from (" + sql
                        + ") l order by l.place, l.execution_time fetch first ? rows only"),
                ViewStore::lane,
                parameters.toArray());
    }

    /** Lanes whose first item is older than that. Parameters: the atom, the time, how many. */
    private static String older(String which) {
        String candidates = "(select l.task_name, " + LANE_COLUMNS + " from keyed_lane l where l.task_name = ? and "
                + which + " order by l.execution_time fetch first " + MOST_LANES + " rows only) l";
        String first = "(select h.created_at from keyed_item h where h.atom = l.task_name"
                + " and h.item_key >= l.task_instance and h.item_key <= l.task_instance" // in the order of one index
                // only
                + " order by h.atom, h.item_key, h.id fetch first 1 rows only)";
        return "(select " + LANE_COLUMNS + ", 1 place from " + candidates + " where " + first + " <= ?"
                + " order by l.execution_time fetch first ? rows only)";
    }

    /** Lanes that an operator has paused, those first that were paused first. */
    List<Lane> paused(int limit) {
        return jdbc.query(
                database.sql("select " + LANE_COLUMNS + " from keyed_lane l where l.task_name = ? and l.paused = true"
                        + " order by l.paused_at, l.task_instance fetch first ? rows only"),
                ViewStore::lane,
                atom,
                limit);
    }

    /** Lanes of the oldest items, among the {@value #MOST_OLD} oldest ones of all atoms. */
    List<Lane> oldest(int limit) {
        return jdbc.query(
                database.sql(
                        "select " + LANE_COLUMNS + " from (select item_key, min(id) id from (select atom, item_key, id"
                                + " from keyed_item order by id fetch first " + MOST_OLD
                                + " rows only) f where atom = ? group by item_key order by id fetch "
                                + "first ? rows only) o"
                                + " join keyed_lane l on l.task_name = ? and l.task_instance = o.item_key order by o.id"),
                ViewStore::lane,
                atom,
                limit,
                atom);
    }

    private static Lane lane(ResultSet row, int n) throws SQLException {
        String state = row.getString("state");
        boolean picked = row.getBoolean("picked");
        return new Lane(
                row.getString("task_instance"),
                picked ? Objects.requireNonNullElse(row.getString("picked_by"), "?") : null,
                picked || state == null ? null : Withheld.valueOf(state),
                row.getBoolean("paused"),
                Times.orEpoch(Times.read(row, "execution_time")));
    }

    /**
     * When the oldest item was stored that does not run. It is looked for among the {@value #MOST_OLD} oldest ones of
     * all atoms; if this atom has none there, among the first items of the {@value #MOST_LANES} lanes that came first.
     */
    Optional<Instant> oldestWaiting() {
        return created("select i.created_at from (select id, atom, item_key, created_at from "
                        + "keyed_item order by id fetch first "
                        + MOST_OLD + " rows only) i where i.atom = ? and not (exists (select 1"
                        + " from keyed_lane l where l.task_name = i.atom and l.task_instance = i.item_key"
                        + " and l.picked = true) and not exists (select 1 from keyed_item e "
                        + "where e.atom = i.atom"
                        + " and e.item_key = i.item_key and e.id < i.id)) order by i.id "
                        + "fetch first 1 rows only")
                .or(() -> created(
                        "select i.created_at from keyed_item i where i.id = (select min(case when l.picked = true"
                                + " then (select min(m.id) from keyed_item m where m.atom = "
                                + "l.task_name and m.item_key = l.task_instance"
                                + " and m.id > (select min(f.id) from keyed_item f where f.atom = l.task_name"
                                + " and f.item_key = l.task_instance))"
                                + " else (select min(m.id) from keyed_item m where m.atom = l.task_name"
                                + " and m.item_key = l.task_instance) end)"
                                + " from (select task_name, task_instance, picked from keyed_lane where task_name = ?"
                                + " order by execution_time fetch first " + MOST_LANES + " rows only) l)"));
    }

    private Optional<Instant> created(String sql) {
        return jdbc.query(database.sql(sql), (row, n) -> Times.orEpoch(Times.read(row, "created_at")), atom).stream()
                .findFirst();
    }
}
