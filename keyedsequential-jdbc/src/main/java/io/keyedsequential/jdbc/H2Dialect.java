package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/** H2, in a file or in memory. */
final class H2Dialect implements Dialect {

    @Override
    public String platform() {
        return "h2";
    }

    /**
     * By default H2 writes a commit half a second later: a call that its caller believes stored would be lost by
     * a crash.
     */
    @Override
    public void check(JdbcTemplate jdbc, Tables tables) {
        String url = String.valueOf(
                jdbc.execute((Connection connection) -> connection.getMetaData().getURL()));
        List<String> delay = jdbc.queryForList(
                "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'",
                String.class);
        if (!url.startsWith("jdbc:h2:mem:")
                && (delay.isEmpty() || !delay.stream().allMatch("0"::equals))) {
            throw new MisconfiguredAtomException(
                    ("The H2 database %s writes what is committed up to %s ms later: a crash would "
                                    + "lose calls that were accepted.")
                            .formatted(withoutSettings(url), delay.isEmpty() ? "500" : delay.get(0)),
                    "Add ;WRITE_DELAY=0 to its URL.");
        }
    }

    /** What follows may contain a password. */
    private static String withoutSettings(String url) {
        int settings = url.indexOf(';');
        return settings < 0 ? url : url.substring(0, settings);
    }

    @Override
    public String byLookups() {
        return "";
    }

    @Override
    public String wakeLanes() {
        return """
                merge into keyed_lane t using (
                select cast(? as varchar(100)) atom, cast(? as bigint) version, v.item_key
                from unnest(cast(? as varchar(200) array)) v(item_key)
                where exists (select 1 from keyed_item i where i.atom = ? and i.item_key = v.item_key)
                and not exists (select 1 from keyed_lane l where l.task_name = ? and l.task_instance = v.item_key)) s
                on t.task_name = s.atom and t.task_instance = s.item_key
                when not matched then insert (task_name, task_instance, execution_time, picked, version)
                values (s.atom, s.item_key, dateadd('MINUTE', -1, current_timestamp), false, s.version)""";
    }

    @Override
    public Optional<String> beginLanes() {
        return Optional.empty();
    }

    @Override
    public Optional<String> pickLanes(int most) {
        return Optional.empty();
    }

    @Override
    public String heads(int lanes, int rows) {
        String head =
                """
                (select i.item_key, %s from keyed_item i where i.atom = ? and i.item_key = ?
                and exists (select 1 from keyed_lane l where l.task_name = ? and l.task_instance = ? and l.version = ?
                and l.picked = true and l.paused = false)
                order by i.id fetch first %d rows only)"""
                        .formatted(LaneStore.ITEM_COLUMNS, rows);
        return "select * from (" + String.join(" union all ", Collections.nCopies(lanes, head)) + ") order by id";
    }

    @Override
    public Object[] headParameters(String atom, List<Hold> lanes) {
        List<Object> parameters = new ArrayList<>(5 * lanes.size());
        for (Hold lane : lanes) {
            Collections.addAll(parameters, atom, lane.key(), atom, lane.key(), lane.version());
        }
        return parameters.toArray();
    }

    @Override
    public String deleteItems() {
        return """
                select id from old table (delete from keyed_item i where i.id = any(?) and exists (
                select 1 from keyed_lane l where l.task_name = i.atom and l.task_instance = i.item_key and l.picked = true
                and l.task_instance || '/' || l.version = any(?)))""";
    }

    @Override
    public String endLanes() {
        return """
                select task_instance from old table (delete from keyed_lane l
                where l.task_name = ? and l.task_instance = any(?) and l.task_instance || '/' || l.version = any(?)
                and l.picked = true and l.paused = false)""";
    }

    @Override
    public Optional<String> endLanesWithItems() {
        return Optional.empty();
    }

    @Override
    public String forgotten(String items) {
        return """
                select distinct i.item_key from %s i where i.atom = ? and not exists
                (select 1 from keyed_lane l where l.task_name = i.atom and l.task_instance = i.item_key)
                fetch first 1000 rows only"""
                .formatted(items);
    }

    @Override
    public Optional<String> firstItemsOfLanes() {
        return Optional.empty();
    }

    @Override
    public Optional<String> countsOfLanes() {
        return Optional.empty();
    }

    @Override
    public String rememberKey() {
        return """
                merge into keyed_done t using (
                select cast(? as varchar(100)) atom, cast(? as varchar(200)) idempotency_key, cast(? as bigint) item_id) s
                on t.atom = s.atom and t.idempotency_key = s.idempotency_key
                when not matched then insert (atom, idempotency_key, item_id)
                values (s.atom, s.idempotency_key, s.item_id)""";
    }

    @Override
    public String addAtom() {
        return """
                merge into keyed_atom t using (
                select cast(? as varchar(100)) atom, cast(? as timestamp with time zone) changed_at) s on t.atom = s.atom
                when not matched then insert (atom, changed_at) values (s.atom, s.changed_at)""";
    }

    @Override
    public String addPausedLane() {
        return """
                merge into keyed_lane t using (
                select cast(? as varchar(100)) atom, cast(? as varchar(200)) item_key,
                cast(? as timestamp with time zone) never, cast(? as timestamp with time zone) now,
                cast(? as bigint) version) s
                on t.task_name = s.atom and t.task_instance = s.item_key
                when not matched then
                insert (task_name, task_instance, execution_time, picked, version, paused, paused_at)
                values (s.atom, s.item_key, s.never, false, s.version, true, s.now)""";
    }

    @Override
    public String addSetting() {
        return """
                merge into keyed_setting t using (
                select cast(? as varchar(100)) name, cast(? as varchar(4000)) setting_value) s on t.name = s.name
                when not matched then insert (name, setting_value) values (s.name, s.setting_value)""";
    }
}
