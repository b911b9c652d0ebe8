package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** How db-scheduler is made to work on the lanes of one atom. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class LaneSchedulerTest {

    private static final Tables TABLES = new Tables(Tables.DEFAULT_PREFIX);

    @Parameter
    TestDatabase database;

    private WatchedDataSource fresh() {
        WatchedDataSource dataSource = new WatchedDataSource(new DriverManagerDataSource(
                database.freshUrl(), database == TestDatabase.POSTGRESQL ? PostgresServer.USER : "sa", ""));
        new SchemaInitializer(
                        dataSource, TABLES, DatabaseInitializationMode.ALWAYS, SchemaInitializer.platformOf(dataSource))
                .initializeDatabase();
        return dataSource;
    }

    private static JdbcEngineProperties properties() {
        return new JdbcEngineProperties(
                null,
                DatabaseInitializationMode.NEVER,
                Tables.DEFAULT_PREFIX,
                Duration.ofMillis(50),
                Duration.ofMillis(50),
                DataSize.ofMegabytes(1),
                Duration.ofMinutes(10),
                Duration.ofDays(7),
                new JdbcEngineProperties.Headers(List.of()),
                "me");
    }

    /**
     * Hazard 7: db-scheduler deletes the executions of a task that it has not known for a while. Here that is an atom of another version of
     * the application, an instance of which has died.
     */
    @Test
    void lanesOfAtomsThatThisVersionDoesNotHaveAreLeftAloneForYears() {
        WatchedDataSource dataSource = fresh();
        Database store = new Database(dataSource, TABLES);
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        LaneStore lanes = new LaneStore("work", store, now::get);
        DatabaseHealth health = new DatabaseHealth("work");
        FleetState fleet = new FleetState();
        LaneScheduler scheduler = new LaneScheduler(
                "work",
                store,
                now::get,
                properties(),
                "me",
                health,
                lanes,
                new Waker(() -> {}),
                new Room(() -> 1, () -> false, () -> {}),
                new PickedHeads(lanes, fleet),
                new Revival("work", lanes, new Snapshots(now::get), new Announcements("work"), () -> {}));
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.update(
                "insert into keyed_lane (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version)"
                        + " values ('gone', 'key', ?, true, 'dead', ?, 1)",
                Times.parameter(now.get()),
                Times.parameter(now.get().minus(Duration.ofHours(1))));
        AtomicInteger looks = new AtomicInteger();
        dataSource.after("where picked = ? and last_heartbeat <= ?", looks::incrementAndGet);
        scheduler.start((instance, context) -> (complete, operations) -> {});
        try {
            Patience.until(() -> assertThat(looks).hasValueGreaterThan(2));
            now.updateAndGet(before -> before.plus(Duration.ofDays(4_000)));
            int before = looks.get();
            Patience.until(() -> assertThat(looks).hasValueGreaterThan(before + 2));
            assertThat(jdbc.queryForObject("select count(*) from keyed_lane where task_name = 'gone'", Integer.class))
                    .isEqualTo(1);
        } finally {
            scheduler.stop(Duration.ZERO);
        }
    }

    /** A list that had an item twice would have it run twice. */
    @Test
    void aLaneThatIsAskedForTwiceGivesEachItemOnce() {
        WatchedDataSource dataSource = fresh();
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        for (int i = 0; i < 3; i++) {
            jdbc.update(
                    "insert into keyed_item (atom, item_key, operation, arguments) values ('work', 'key', 'run', '[]')");
        }
        jdbc.update(
                "insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                        + " values ('work', 'key', ?, true, 2)",
                Times.parameter(Instant.now()));
        LaneStore lanes = new LaneStore("work", new Database(dataSource, TABLES), Instant::now);
        Hold lane = new Hold("key", 2);
        List<Item> items = lanes.heads(List.of(lane, lane), LaneDrain.ROWS).get("key");
        assertThat(items)
                .extracting(Item::id)
                .hasSize(3)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    /**
     * An instance may be frozen for longer than a lane lasts. What it holds then is no lane: not the next one of the key
     * either, which it would end, or whose calls it would delete, while another instance runs them.
     */
    @Test
    void theNextLaneOfAKeyIsNotHeldByWhatHeldTheOneBefore() {
        WatchedDataSource dataSource = fresh();
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        Database store = new Database(dataSource, TABLES);
        LaneStore lanes = new LaneStore("work", store, Instant::now);
        LanePicker picker = picker(store, lanes, "me");
        Hold frozen = pickedLane(jdbc, lanes, picker);
        List<Item> items = lanes.heads(List.of(frozen), LaneDrain.ROWS).getOrDefault(frozen.key(), List.of());
        assertThat(lanes.end(List.of(new LaneStore.Ended(frozen, items)))).containsExactly(frozen.key());
        Hold next = pickedLane(jdbc, lanes, picker);
        assertThat(next.key()).isEqualTo(frozen.key());
        assertThat(lanes.isHeld(frozen)).isFalse();
        assertThat(lanes.end(List.of(new LaneStore.Ended(frozen, List.of())))).isEmpty();
        assertThat(lanes.isHeld(next)).isTrue();
    }

    /** For one lane at a time. */
    private static LanePicker picker(Database store, LaneStore lanes, String instance) {
        return new LanePicker(
                "work",
                store,
                instance,
                lanes,
                new Waker(() -> {}),
                new Room(() -> 1, () -> false, () -> {}),
                new PickedHeads(lanes, new FleetState()),
                Duration.ZERO,
                failure -> {
                    throw failure;
                });
    }

    private static Hold pickedLane(JdbcTemplate jdbc, LaneStore lanes, LanePicker picker) {
        jdbc.update(
                "insert into keyed_item (atom, item_key, operation, arguments) values ('work', 'key', 'run', '[]')");
        lanes.wake(List.of("key"));
        return picker.lockAndFetchSingleStatement(null, Instant.now(), 1, false).stream()
                .map(picked -> new Hold(picked.getId(), picked.version))
                .findFirst()
                .orElseThrow();
    }

    /** Locks that are skipped on H2 would give a lane whose writer is rolled back to two that pick. */
    @Test
    void lanesWhoseWritersAreRolledBackArePickedOnce() throws Exception {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setDataSource(fresh());
        Database store = new Database(dataSource, TABLES);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        LaneStore lanes = new LaneStore("work", store, Instant::now);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger picks = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        Long version;
        try (dataSource) {
            jdbc.update(
                    "insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                            + " values ('work', 'key', ?, false, 1)",
                    Times.parameter(Instant.now().minusSeconds(60)));
            List<Future<?>> working = new ArrayList<>();
            Future<?> writing = threads.submit(() -> {
                for (int i = 0; i < 1000; i++) {
                    transaction.executeWithoutResult(status -> {
                        jdbc.update("update keyed_lane set priority = 1 where task_instance = 'key'");
                        status.setRollbackOnly();
                    });
                }
            });
            for (int i = 0; i < 3; i++) {
                LanePicker picker = picker(store, lanes, "instance" + i);
                working.add(threads.submit(() -> {
                    while (!over.get()) {
                        for (var picked : picker.lockAndFetchSingleStatement(null, Instant.now(), 1, false)) {
                            picks.incrementAndGet();
                            lanes.release(new Hold(picked.getId(), picked.version));
                        }
                    }
                }));
            }
            writing.get();
            over.set(true);
            for (Future<?> each : working) {
                each.get();
            }
            version = jdbc.queryForObject("select version from keyed_lane", Long.class);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        assertThat(picks).hasPositiveValue();
        assertThat(version).as("one for each pick, and one for each release").isEqualTo(1 + 2L * picks.get());
    }

    /** Hazard 5: instances that pick at once get no lane twice, and none more than it has asked for. */
    @Test
    void picksAreDistinctAndNotMoreThanAskedFor() throws Exception {
        WatchedDataSource dataSource = fresh();
        Database store = new Database(dataSource, TABLES);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        int all = 200;
        for (int i = 0; i < all; i++) {
            jdbc.update(
                    "insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                            + " values ('work', ?, ?, false, 1)",
                    "key" + i,
                    Times.parameter(Instant.now().minusSeconds(60)));
        }
        LaneStore lanes = new LaneStore("work", store, Instant::now);
        int instances = 4;
        int most = 5;
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        CyclicBarrier together = new CyclicBarrier(instances);
        try {
            List<Future<List<String>>> picks = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                LanePicker picker = new LanePicker(
                        "work",
                        store,
                        "instance" + i,
                        lanes,
                        new Waker(() -> {}),
                        new Room(() -> most, () -> false, () -> {}),
                        new PickedHeads(lanes, new FleetState()),
                        Duration.ZERO,
                        failure -> {
                            throw failure;
                        });
                picks.add(threads.submit(() -> {
                    List<String> mine = new ArrayList<>();
                    together.await();
                    for (int n = 0; n < all / most; n++) {
                        var picked = picker.lockAndFetchSingleStatement(null, Instant.now(), 100, false);
                        assertThat(picked).hasSizeLessThanOrEqualTo(most);
                        picked.forEach(execution -> mine.add(execution.getId()));
                    }
                    return mine;
                }));
            }
            Set<String> distinct = new HashSet<>();
            int picked = 0;
            for (Future<List<String>> pick : picks) {
                picked += pick.get().size();
                distinct.addAll(pick.get());
            }
            assertThat(distinct).hasSize(picked).hasSize(all);
        } finally {
            threads.shutdownNow();
        }
    }
}
