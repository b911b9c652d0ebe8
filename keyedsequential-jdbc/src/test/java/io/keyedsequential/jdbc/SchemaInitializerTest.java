package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How the tables are made, by instances that start at once and beside instances that work. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class SchemaInitializerTest {

    private static final int INSTANCES = 4;
    private static final int ROUNDS = 10;

    @Parameter
    TestDatabase database;

    private DataSource fresh() {
        return new DriverManagerDataSource(
                database.freshUrl(), database == TestDatabase.POSTGRESQL ? PostgresServer.USER : "sa", "");
    }

    private static void initialize(DataSource dataSource, String prefix) {
        new SchemaInitializer(
                        dataSource,
                        new Tables(prefix),
                        DatabaseInitializationMode.ALWAYS,
                        SchemaInitializer.platformOf(dataSource))
                .initializeDatabase();
    }

    private static void initialize(DataSource dataSource) {
        initialize(dataSource, Tables.DEFAULT_PREFIX);
    }

    @Test
    void instancesThatStartAtOnceOnAnEmptyDatabaseAllFindTheTables() throws Exception {
        ExecutorService instances = Executors.newFixedThreadPool(INSTANCES);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                DataSource dataSource = fresh();
                CyclicBarrier together = new CyclicBarrier(INSTANCES);
                List<Future<?>> starts = new ArrayList<>();
                for (int i = 0; i < INSTANCES; i++) {
                    starts.add(instances.submit(() -> {
                        together.await();
                        initialize(dataSource);
                        return null;
                    }));
                }
                for (Future<?> start : starts) {
                    assertThatCode(start::get).doesNotThrowAnyException();
                }
                assertThatCode(() -> new SchemaCheck(new Database(dataSource, new Tables(Tables.DEFAULT_PREFIX))).run())
                        .doesNotThrowAnyException();
            }
        } finally {
            instances.shutdownNow();
        }
    }

    /** On PostgreSQL the index of a table cannot be made, and not even be found to be there, before all its writers have ended. */
    @Test
    void anInstanceThatStartsDoesNotWaitForATransactionThatHasMadeACall() {
        DataSource dataSource = fresh();
        initialize(dataSource);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult(status -> {
            jdbc.update("insert into keyed_item (atom, item_key, operation, arguments) values ('a', 'k', 'o', '[]')");
            Thread starting = new Thread(() -> initialize(dataSource));
            starting.start();
            Patience.until(() -> assertThat(starting.isAlive()).isFalse());
        });
        assertThat(jdbc.queryForObject("select count(*) from keyed_item", Long.class))
                .isEqualTo(1);
    }

    @Test
    void whatIsMissingIsMadeAndTheRestIsLeftAlone() {
        DataSource dataSource = fresh();
        initialize(dataSource, "Own_");
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.update("insert into own_setting (name, setting_value) values ('kept', 'x')");
        jdbc.execute("drop table own_done");
        jdbc.execute("drop index own_lane_due");
        initialize(dataSource, "Own_");
        jdbc.execute("drop index own_lane_due");
        assertThat(jdbc.queryForObject("select count(*) from own_done", Long.class))
                .isZero();
        assertThat(jdbc.queryForObject("select count(*) from own_setting", Long.class))
                .isEqualTo(1);
    }
}
