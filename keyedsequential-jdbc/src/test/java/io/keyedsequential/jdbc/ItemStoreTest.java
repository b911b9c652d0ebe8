package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.jdbc.ItemStore.NewItem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Calls without a transaction that are made while another one is being stored. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class ItemStoreTest {

    private static final Tables TABLES = new Tables(Tables.DEFAULT_PREFIX);
    private static final String INSERT = "insert into keyed_item";

    @Parameter
    TestDatabase database;

    private WatchedDataSource dataSource;
    private JdbcTemplate jdbc;
    private ItemStore store;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @BeforeEach
    void open() {
        dataSource = new WatchedDataSource(new DriverManagerDataSource(
                database.freshUrl(), database == TestDatabase.POSTGRESQL ? PostgresServer.USER : "sa", ""));
        new SchemaInitializer(
                        dataSource, TABLES, DatabaseInitializationMode.ALWAYS, SchemaInitializer.platformOf(dataSource))
                .initializeDatabase();
        jdbc = new JdbcTemplate(dataSource);
        store = new ItemStore("work", new Database(dataSource, TABLES));
        dataSource.before(INSERT, () -> {
            dataSource.clear(); // only the first one waits
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static NewItem item(String key) {
        return new NewItem(key, "run", null, "[\"" + key + "\"]", null, null, null);
    }

    private FutureTask<Long> insert(String key) {
        return new FutureTask<>(() -> store.insert(item(key)));
    }

    /** Calls that wait for the one that is being stored. */
    private List<FutureTask<Long>> waiting(List<String> keys) throws InterruptedException {
        asked.await();
        List<FutureTask<Long>> calls = keys.stream().map(this::insert).toList();
        List<Thread> callers = calls.stream().map(Thread::new).toList();
        callers.forEach(Thread::start);
        Patience.until(() -> assertThat(callers).allMatch(caller -> caller.getState() == Thread.State.WAITING));
        return calls;
    }

    private String keyOf(long id) {
        return jdbc.queryForObject(
                "select item_key from keyed_item where id = ? and operation = 'run' and label is null"
                        + " and headers is null and arguments = '[\"' || item_key || '\"]'",
                String.class,
                id);
    }

    @Test
    void theyAreStoredWithOneStatementAndEachGetsItsOwnId() throws Exception {
        FutureTask<Long> first = insert("first");
        new Thread(first).start();
        List<String> keys = IntStream.range(0, 10).mapToObj(n -> "k" + n).toList();
        List<FutureTask<Long>> calls = waiting(keys);
        dataSource.reset();
        answer.countDown();
        for (int n = 0; n < keys.size(); n++) {
            assertThat(keyOf(calls.get(n).get())).isEqualTo(keys.get(n));
        }
        assertThat(keyOf(first.get())).isEqualTo("first");
        assertThat(dataSource.byText().keySet().stream().filter(sql -> sql.contains(INSERT)))
                .hasSize(1);
        assertThat(jdbc.queryForObject("select count(*) from keyed_item", Integer.class))
                .isEqualTo(11);
    }

    @Test
    void oneThatCannotBeStoredFailsAlone() throws Exception {
        FutureTask<Long> first = insert("first");
        new Thread(first).start();
        List<String> keys = new ArrayList<>(List.of("a", "b", "x".repeat(201), "c"));
        List<FutureTask<Long>> calls = waiting(keys);
        answer.countDown();
        assertThatThrownBy(() -> calls.get(2).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DataIntegrityViolationException.class);
        for (int n : List.of(0, 1, 3)) {
            assertThat(keyOf(calls.get(n).get())).isEqualTo(keys.get(n));
        }
        first.get();
        assertThat(jdbc.queryForObject("select count(*) from keyed_item", Integer.class))
                .isEqualTo(4);
    }

    /** The one that stores may be waiting for it. */
    @Test
    void oneThatHasAConnectionDoesNotWait() throws Exception {
        FutureTask<Long> first = insert("first");
        new Thread(first).start();
        asked.await();
        TransactionTemplate scope = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        scope.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
        Long id = scope.execute(status -> {
            assertThat(jdbc.queryForObject("select count(*) from keyed_item", Integer.class))
                    .isZero();
            return store.insert(item("own"));
        });
        assertThat(id).isNotNull();
        assertThat(keyOf(id)).isEqualTo("own");
        assertThat(first.isDone()).isFalse();
        answer.countDown();
        first.get();
    }
}
