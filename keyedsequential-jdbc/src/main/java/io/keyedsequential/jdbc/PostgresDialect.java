package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** PostgreSQL 13 or later. */
final class PostgresDialect implements Dialect {

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

    /**
     * A lane that is there is not even tried: the insert would wait for the end of a transaction that writes the lane,
     * and that of an instance that was frozen in it may not end for hours.
     */
    @Override
    public String wakeLanes() {
        return """
                insert into keyed_lane (task_name, task_instance, execution_time, picked, version)
                select ?, v.item_key, current_timestamp - interval '1 minute', false, 1
                from unnest(?) v(item_key)
                where exists (select 1 from keyed_item i where i.atom = ? and i.item_key = v.item_key)
                and not exists (select 1 from keyed_lane l where l.task_name = ? and l.task_instance = v.item_key)
                on conflict do nothing""";
    }

    @Override
    public String heads(int lanes, int rows) {
        return """
                select l.task_instance as item_key, i.*
                from unnest(?, ?) v(item_key, version)
                join keyed_lane l on l.task_name = ? and l.task_instance = v.item_key and l.version = v.version
                and l.picked = true and l.paused = false
                cross join lateral (
                select %s from keyed_item i where i.atom = l.task_name and i.item_key = l.task_instance
                order by i.id fetch first %d rows only) i
                order by i.id"""
                .formatted(LaneStore.ITEM_COLUMNS, rows);
    }

    @Override
    public Object[] headParameters(String atom, List<Hold> lanes) {
        return new Object[] {SqlArrays.keys(lanes), SqlArrays.versions(lanes), atom};
    }

    @Override
    public String deleteItems() {
        return """
                delete from keyed_item i using unnest(?, ?) v(item_key, version), keyed_lane l
                where i.id = any(?) and i.atom = ? and i.item_key = v.item_key
                and l.task_name = i.atom and l.task_instance = v.item_key and l.version = v.version and l.picked = true
                returning i.id""";
    }

    @Override
    public String endLanes() {
        return """
                delete from keyed_lane l using unnest(?, ?) v(item_key, version)
                where l.task_name = ? and l.task_instance = v.item_key and l.version = v.version
                and l.picked = true and l.paused = false
                returning l.task_instance""";
    }

    @Override
    public Optional<String> endLanesWithItems() {
        return Optional.of(
                "with gone as (" + endLanes() + "), "
                        + """
                done as (delete from keyed_item i using gone where i.id = any(?) and i.atom = ?
                and i.item_key = gone.task_instance)
                select task_instance from gone""");
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
                insert into keyed_lane (task_name, task_instance, execution_time, picked, version, paused, paused_at)
                values (?, ?, ?, false, 1, true, ?) on conflict do nothing""";
    }

    @Override
    public String addSetting() {
        return "insert into keyed_setting (name, setting_value) values (?, ?) on conflict do nothing";
    }
}
