package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What cannot be honoured ends the start-up, with cause and remedy. */
class StartupTest {

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    @TempDir
    Path directory;

    private static MisconfiguredAtomException refused(String url, String... properties) {
        String[] all = new String[properties.length + 1];
        all[0] = "keyedsequential.atoms.work.engine=jdbc";
        System.arraycopy(properties, 0, all, 1, properties.length);
        Throwable thrown = catchThrowable(() ->
                Instance.start(TestDatabase.H2, url, List.of(Work.class), all).close());
        assertThat(thrown).isNotNull();
        return find(thrown);
    }

    private static MisconfiguredAtomException find(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MisconfiguredAtomException refused) {
                return refused;
            }
        }
        throw new AssertionError("not refused", thrown);
    }

    private static String memory() {
        return "jdbc:h2:mem:" + UUID.randomUUID();
    }

    @Test
    void anH2FileThatWritesLate() {
        MisconfiguredAtomException refused = refused("jdbc:h2:file:" + directory.resolve("db"));
        assertThat(refused).hasMessageContaining("a crash would lose calls");
        assertThat(refused.action()).contains(";WRITE_DELAY=0");
    }

    @Test
    void missingTables() {
        MisconfiguredAtomException refused = refused(memory(), "keyedsequential.jdbc.initialize-schema=never");
        assertThat(refused).hasMessageContaining("The table keyed_atom is missing");
        assertThat(refused.action()).contains("schema-h2.sql").contains("initialize-schema: always");
    }

    @Test
    void anOptionThatTheEngineCannotHonour() {
        MisconfiguredAtomException refused = refused(memory(), "keyedsequential.atoms.work.queue-timeout=1s");
        assertThat(refused).hasMessageContaining("queue-timeout");
        assertThat(refused.action()).contains("keyedsequential.atoms.work.queue-timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "per-key-concurrency=2",
                "fair-scheduling=true",
                "queue-timeout=1s",
                "capacity=5",
                "capacity-per-key=5",
                "overflow-policy=reject"
            })
    void everyOptionThatTheEngineCannotHonourIsNamedWithTheRemedy(String option) {
        MisconfiguredAtomException refused = refused(memory(), "keyedsequential.atoms.work." + option);
        String name = option.substring(0, option.indexOf('='));
        assertThat(refused).hasMessageContaining("The atom 'work' sets " + name.replace("-per-key", ""));
        assertThat(refused.action()).contains("or use the engine 'memory'");
    }

    static class Returning {
        @KeyedSequential(atom = "work", key = "#key")
        public CompletableFuture<String> run(String key) {
            return CompletableFuture.completedFuture(key);
        }
    }

    static class Untyped {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key, Object anything) {}
    }

    @Test
    void whatCannotBeStoredOrReturned() {
        assertThat(refusedOf(Returning.class))
                .hasMessageContaining("returns java.util.concurrent.CompletableFuture<java.lang.String>");
        MisconfiguredAtomException untyped = refusedOf(Untyped.class);
        assertThat(untyped).hasMessageContaining("Parameter 2").hasMessageContaining("java.lang.Object");
        assertThat(untyped.action()).contains("Pass plain data");
    }

    private static MisconfiguredAtomException refusedOf(Class<?> application) {
        return find(catchThrowable(() -> Instance.start(
                        TestDatabase.H2, memory(), List.of(application), "keyedsequential.atoms.work.engine=jdbc")
                .close()));
    }

    @Test
    void aTablePrefixThatIsNoWord() {
        assertThat(refused(memory(), "keyedsequential.jdbc.table-prefix=app.keyed_"))
                .hasMessageContaining("table-prefix is 'app.keyed_'");
    }

    /** Hazard 3: a session that takes ids in advance turns the order of calls round. */
    @Test
    @EnabledIf("io.keyedsequential.jdbc.PostgresServer#isThere")
    void aSequenceWithACache() {
        String url = TestDatabase.POSTGRESQL.freshUrl();
        for (String prefix : List.of("keyed_", "Own_")) {
            String[] properties = {
                "keyedsequential.atoms.work.engine=jdbc", "keyedsequential.jdbc.table-prefix=" + prefix
            };
            try (Instance first = Instance.start(TestDatabase.POSTGRESQL, url, List.of(Work.class), properties)) {
                first.jdbc().execute("alter table " + prefix + "item alter column id set cache 32");
            }
            MisconfiguredAtomException refused = find(
                    catchThrowable(() -> Instance.start(TestDatabase.POSTGRESQL, url, List.of(Work.class), properties)
                            .close()));
            assertThat(refused).hasMessageContaining("The sequence of " + prefix + "item.id has a cache of 32");
            new JdbcTemplate(new DriverManagerDataSource(url, PostgresServer.USER, "")).execute(refused.action());
            Instance.start(TestDatabase.POSTGRESQL, url, List.of(Work.class), properties)
                    .close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {
        @Bean
        DataSource one() {
            return new DriverManagerDataSource(memory() + ";DB_CLOSE_DELAY=-1", "sa", "");
        }

        @Bean
        DataSource two() {
            return new DriverManagerDataSource(memory() + ";DB_CLOSE_DELAY=-1", "sa", "");
        }
    }

    private static Instance withTwoDatabases(String... properties) {
        return Instance.start(TestDatabase.H2, memory(), List.of(Work.class, TwoDatabases.class), properties);
    }

    @Test
    void aDataSourceThatIsNotClearOrIsNotThere() {
        String jdbc = "keyedsequential.atoms.work.engine=jdbc";
        MisconfiguredAtomException unclear =
                find(catchThrowable(() -> withTwoDatabases(jdbc).close()));
        assertThat(unclear).hasMessageContaining("needs one DataSource, and there are [one, two]");
        assertThat(unclear.action()).contains("keyedsequential.jdbc.data-source");
        MisconfiguredAtomException unknown = find(catchThrowable(() ->
                withTwoDatabases(jdbc, "keyedsequential.jdbc.data-source=three").close()));
        assertThat(unknown).hasMessageContaining("'three'").hasMessageContaining("[one, two]");
        withTwoDatabases(jdbc, "keyedsequential.jdbc.data-source=two").close();
        MisconfiguredAtomException none = find(catchThrowable(() -> Instance.start(
                        TestDatabase.H2,
                        memory(),
                        List.of(Work.class),
                        jdbc,
                        "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
                .close()));
        assertThat(none).hasMessageContaining("there is no DataSource");
    }

    /** With the module, and none of its atoms. */
    @Test
    void anApplicationInMemoryNeedNotSayWhichDatabase() {
        try (Instance instance = withTwoDatabases()) {
            assertThat(instance.view("work").engine()).isEqualTo("memory");
        }
    }
}
