package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.task.Execution;
import io.keyedsequential.jdbc.LaneStore.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What PostgreSQL reads for a few lanes among many, if it believes that there are none. */
@EnabledIf("isPostgresqlThere")
class LanePlansTest {

    private static final Tables TABLES = new Tables(Tables.DEFAULT_PREFIX);
    private static final int LANES = 5_000;
    private static final int FEW = 10;

    /** Of each of the few lanes and its item, by one statement. */
    private static final int ROWS = 4;

    private final DriverManagerDataSource dataSource =
            new DriverManagerDataSource(TestDatabase.POSTGRESQL.freshUrl(), PostgresServer.USER, "");
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);

    static boolean isPostgresqlThere() {
        return PostgresServer.isThere();
    }

    /** The server looks while the tables are empty, but for a row at their end that keeps their pages, and not again. */
    private void fill() {
        new SchemaInitializer(
                        dataSource, TABLES, DatabaseInitializationMode.ALWAYS, SchemaInitializer.platformOf(dataSource))
                .initializeDatabase();
        for (String table : List.of("keyed_item", "keyed_lane")) {
            jdbc.execute("alter table " + table + " set (autovacuum_enabled = false)");
        }
        store("old", true);
        jdbc.update("delete from keyed_item where item_key <> 'old' || ?", LANES);
        jdbc.update("delete from keyed_lane where task_instance <> 'old' || ?", LANES);
        jdbc.execute("vacuum analyze keyed_item");
        jdbc.execute("vacuum analyze keyed_lane");
        store("k", true);
        store("new", false);
    }

    private void store(String prefix, boolean withLanes) {
        jdbc.update(
                "insert into keyed_item (atom, item_key, operation, arguments)"
                        + " select 'work', ? || n, 'run', '[]' from generate_series(1, ?) n",
                prefix,
                LANES);
        if (withLanes) {
            jdbc.update(
                    "insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                            + " select 'work', ? || n, current_timestamp - interval '1 minute', false, 1"
                            + " from generate_series(1, ?) n",
                    prefix,
                    LANES);
        }
    }

    private int rowsRead() {
        return jdbc.queryForObject(
                "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables"
                        + " where relid in ('keyed_item'::regclass, 'keyed_lane'::regclass)",
                Integer.class);
    }

    private void readsFewRows(String what, Runnable statement) {
        int before = rowsRead();
        statement.run();
        assertThat(rowsRead() - before).as(what).isBetween(1, FEW * ROWS);
    }

    @Test
    void aStatementOfAFewLanesReadsThemAlone() {
        fill();
        Database database = new Database(dataSource, TABLES);
        LaneStore store = new LaneStore("work", database, Instant::now);
        PickedHeads heads = new PickedHeads(store, new FleetState());
        Waker waker = new Waker(() -> {});
        LanePicker picker = new LanePicker(
                "work",
                database,
                "me",
                store,
                waker,
                new Room(() -> FEW, () -> false, () -> {}),
                heads,
                Duration.ZERO,
                failure -> {
                    throw failure;
                });
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        transaction.executeWithoutResult(
                counted -> { // by one connection, which counts what it reads
                    readsFewRows(
                            "wake",
                            () -> store.wake(IntStream.rangeClosed(1, FEW)
                                    .mapToObj(n -> "new" + n)
                                    .toList()));
                    List<String> woken = IntStream.range(FEW + 1, 2 * FEW)
                            .mapToObj(n -> "new" + n)
                            .toList();
                    woken.forEach(waker::wake);
                    readsFewRows("begin, and pick one more", () -> assertThat(
                                    picker.lockAndFetchSingleStatement(null, Instant.now(), FEW, false))
                            .hasSize(FEW)
                            .extracting(Execution::getId)
                            .containsAll(woken));
                    List<Hold> picked = IntStream.rangeClosed(1, FEW)
                            .mapToObj(n -> new Hold("k" + n, 1))
                            .toList();
                    jdbc.update(
                            "update keyed_lane set picked = true where task_instance = any(?)", SqlArrays.keys(picked));
                    Map<String, List<Item>> items = new HashMap<>();
                    readsFewRows("heads", () -> items.putAll(store.heads(picked, LaneDrain.ROWS)));
                    assertThat(items).hasSize(FEW);
                    List<Ended> ended = new ArrayList<>();
                    picked.forEach(lane -> ended.add(new Ended(lane, items.getOrDefault(lane.key(), List.of()))));
                    List<Ended> half = ended.subList(0, FEW / 2);
                    List<Ended> rest = ended.subList(FEW / 2, FEW);
                    readsFewRows(
                            "complete", () -> assertThat(store.complete(half)).hasSize(FEW / 2));
                    readsFewRows("end", () -> assertThat(store.end(rest)).hasSize(FEW - FEW / 2));
                    readsFewRows("pick", () -> assertThat(
                                    picker.lockAndFetchSingleStatement(null, Instant.now(), FEW, false))
                            .hasSize(FEW));
                });
    }
}
