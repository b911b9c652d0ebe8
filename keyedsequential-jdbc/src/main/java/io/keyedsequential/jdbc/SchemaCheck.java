package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

/** Looks at the tables when the application starts, so that a missing one is not found at the first call. */
record SchemaCheck(Database database) {

    /** Every column that a statement names. */
    private static final Map<String, String> TABLES = new TreeMap<>(Map.of(
            "keyed_item",
            "id, atom, item_key, operation, label, arguments, headers, idempotency_key, run_after, "
                    + "created_at, attempts,"
                    + " attempts_before, attempt_began_at, attempt_failed_at, revivals, unreadable_since, last_error",
            "keyed_lane",
            "task_name, task_instance, task_data, execution_time, picked, picked_by, last_success, last_failure,"
                    + " consecutive_failures, last_heartbeat, version, priority, state, paused, paused_at",
            "keyed_atom",
            "atom, paused, max_concurrency, changed_at",
            "keyed_done",
            "atom, idempotency_key, item_id, finished_at",
            "keyed_setting",
            "name, setting_value"));

    void run() {
        TABLES.forEach((table, columns) -> {
            try {
                database.jdbc().execute(database.sql("select " + columns + " from " + table + " where 1 = 0"));
            } catch (BadSqlGrammarException e) {
                throw refused(table, e);
            }
        });
    }

    private MisconfiguredAtomException refused(String table, DataAccessException cause) {
        return new MisconfiguredAtomException(
                "The table %s is missing, or is not as the engine 'jdbc' needs it: %s"
                        .formatted(
                                database.sql(table),
                                cause.getMostSpecificCause().getMessage()),
                "Run %s, by hand or as a migration; or set keyedsequential.jdbc.initialize-schema: always."
                        .formatted(SchemaInitializer.script(database.dialect().platform())),
                cause);
    }
}
