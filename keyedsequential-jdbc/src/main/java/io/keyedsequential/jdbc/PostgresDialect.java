package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** PostgreSQL 13 or later. */
final class PostgresDialect implements Dialect {

    /*
     * The tables are nearly empty most of the time, grow within a second, and are full of dead rows then. What the
     * server knows of them is what they were when it last looked: by that, reading all of an index or a table costs as
     * little as one row of it, and a prepared statement keeps that plan. It may read thousands of pages for every key
     * then. So the statements of a lane leave one way only, whatever the server believes: a lookup of each key.
     *
     * Each lookup is a subquery, which becomes no join. It is a range from the key to the key in the order of an index:
     * with an equality another index would do as well, that of all lanes of the atom, or that of all ids. Rows are
     * written by their place, which such lookups have found, or by their id; what is demanded of them is asked there
     * again, if another transaction has written them meanwhile.
     *
     * Since there is one way only, it is planned once: the server would plan it anew for the number of keys in each
     * list, which takes longer than to run it.
     */

    /** For the statement that follows it in the same round trip, and until the end of its transaction. */
    private static final String BY_LOOKUPS = "select set_config('enable_seqscan', 'off', true),"
            + " set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true),"
            + " set_config('plan_cache_mode', 'force_generic_plan', true);\n";

    /** A lane of an atom and a key. */
    private static final String LANE =
            """
            (select %s from keyed_lane k where k.task_name = %s and k.task_instance >= %s and k.task_instance <= %3$s
            order by k.task_instance fetch first 1 rows only)""";

    /** Of a key: that it has an item, and no lane. */
    private static final String IS_TO_HAVE_LANE =
            """
            (select i.id from keyed_item i
            where i.atom = ? and i.item_key >= v.item_key and i.item_key <= v.item_key
            order by i.item_key fetch first 1 rows only) is not null
            and %s is null"""
                    .formatted(LANE.formatted("k.version", "?", "v.item_key"));

    @Override
    public String platform() {
        return "postgresql";
    }

    /**
     * A session that takes ids in advance gives a later call a smaller id than an earlier one of another session has.
     */
    @Override
    public void check(JdbcTemplate jdbc, Tables tables) {
        @Nullable
        Long cache = jdbc.queryForObject(
                "select seqcache from pg_sequence where seqrelid = pg_get_serial_sequence(?, 'id')::regclass",
                Long.class,
                tables.in("keyed_item"));
        if (cache != null && cache > 1) {
            throw new MisconfiguredAtomException(
                    "The sequence of %s.id has a cache of %d: calls of one key would not run in their order."
                            .formatted(tables.in("keyed_item"), cache),
                    "alter table %s alter column id set cache 1".formatted(tables.in("keyed_item")));
        }
    }

    @Override
    public String byLookups() {
        return BY_LOOKUPS;
    }

    /**
     * A lane that is there is not even tried: the insert would wait for the end of a transaction that writes the lane,
     * and that of an instance that was frozen in it may not end for hours.
     */
    @Override
    public String wakeLanes() {
        return """
                insert into keyed_lane (task_name, task_instance, execution_time, picked, version)
                select ?, v.item_key, current_timestamp - interval '1 minute', false, ?
                from unnest(?) v(item_key) where %s
                on conflict do nothing"""
                .formatted(IS_TO_HAVE_LANE);
    }

    @Override
    public Optional<String> beginLanes() {
        return Optional.of(
                """
                insert into keyed_lane
                (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version)
                select ?, v.item_key, current_timestamp - interval '1 minute', true, ?, ?, ?
                from unnest(?) v(item_key) where %s fetch first ? rows only
                on conflict do nothing
                returning task_instance, execution_time, last_success, last_failure, consecutive_failures"""
                        .formatted(IS_TO_HAVE_LANE));
    }

    /**
     * With one statement. What is locked is found first and once: where the server looks for it again while it writes,
     * it finds more than it was asked for.
     */
    @Override
    public Optional<String> pickLanes(int most) {
        return Optional.of(
                """
                with due as materialized (select ctid from keyed_lane
                where picked = false and execution_time <= ? and paused = false and task_name = ?
                order by execution_time fetch first %d rows only for update skip locked)
                update keyed_lane set picked = true, picked_by = ?, last_heartbeat = ?, version = version + 1
                where ctid = any(array(select ctid from due))
                returning task_instance, execution_time, last_success, last_failure, consecutive_failures, version"""
                        .formatted(most));
    }

    @Override
    public String heads(int lanes, int rows) {
        return """
                select v.item_key, i.*
                from unnest(?, ?) v(item_key, version)
                cross join lateral (
                select %s from keyed_item i where i.atom = ? and i.item_key >= v.item_key and i.item_key <= v.item_key
                order by i.item_key, i.id fetch first %d rows only) i
                where %s = v.version"""
                .formatted(
                        LaneStore.ITEM_COLUMNS,
                        rows,
                        LANE.formatted(
                                "case when k.picked = true and k.paused = false then k.version end",
                                "?",
                                "v.item_key"));
    }

    @Override
    public Object[] headParameters(String atom, List<Hold> lanes) {
        return new Object[] {SqlArrays.keys(lanes), SqlArrays.versions(lanes), atom, atom};
    }

    @Override
    public String deleteItems() {
        return """
                delete from keyed_item i where i.id = any(?) and %s = any(?) returning i.id"""
                .formatted(LANE.formatted(
                        "case when k.picked = true then k.task_instance || '/' || k.version end",
                        "i.atom",
                        "i.item_key"));
    }

    @Override
    public String endLanes() {
        return """
                delete from keyed_lane l where l.ctid = any(array(select %s from unnest(?) v(item_key)))
                and l.task_instance || '/' || l.version = any(?) and l.picked = true and l.paused = false
                returning l.task_instance"""
                .formatted(LANE.formatted("k.ctid", "?", "v.item_key"));
    }

    @Override
    public Optional<String> endLanesWithItems() {
        return Optional.of(
                "with gone as (" + endLanes() + "), "
                        + """
                done as (delete from keyed_item i where i.id = any(?)
                and i.item_key = any(array(select task_instance from gone)))
                select task_instance from gone""");
    }

    @Override
    public String forgotten(String items) {
        return """
                select f.item_key from (select distinct i.atom, i.item_key from %s i where i.atom = ?) f where %s is null
                fetch first 1000 rows only"""
                .formatted(items, LANE.formatted("k.version", "f.atom", "f.item_key"));
    }

    @Override
    public Optional<String> firstItemsOfLanes() {
        return Optional.of(
                """
                select i.* from unnest(?) v(item_key) cross join lateral (
                select %s from keyed_item i where i.atom = ? and i.item_key = v.item_key
                order by i.id fetch first ? rows only) i
                order by i.id"""
                        .formatted(Shown.COLUMNS));
    }

    @Override
    public Optional<String> countsOfLanes() {
        return Optional.of(
                """
                select v.item_key, (select count(*) from (select 1 from keyed_item i
                where i.atom = ? and i.item_key = v.item_key fetch first ? rows only) c) items from unnest(?) v(item_key)""");
    }

    @Override
    public String rememberKey() {
        return """
                insert into keyed_done (atom, idempotency_key, item_id) values (?, ?, ?) on conflict do nothing""";
    }

    @Override
    public String addAtom() {
        return "insert into keyed_atom (atom, changed_at) values (?, ?) on conflict do nothing";
    }

    @Override
    public String addPausedLane() {
        return """
                insert into keyed_lane (task_name, task_instance, execution_time, paused_at, version, picked, paused)
                values (?, ?, ?, ?, ?, false, true) on conflict do nothing""";
    }

    @Override
    public String addSetting() {
        return "insert into keyed_setting (name, setting_value) values (?, ?) on conflict do nothing";
    }
}
