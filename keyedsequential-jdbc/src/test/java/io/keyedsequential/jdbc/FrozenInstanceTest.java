package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.SystemClock;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An instance was frozen in the middle of a transaction, and has the row of a lane locked for as long as its connection lives. No other
 * instance waits for it. Here the transaction of the test has it locked.
 */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class FrozenInstanceTest {

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    private static Instance instance;
    private static LaneStore store;

    private final String locked = "locked-" + UUID.randomUUID();
    private final String other = "other-" + UUID.randomUUID();

    FrozenInstanceTest(TestDatabase database) {}

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        instance = Instance.start(
                database,
                database.freshUrl(),
                List.of(Work.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "spring.datasource.hikari.connection-init-sql=" + lockTimeout(database));
        store = new LaneStore(
                "work",
                new Database(instance.bean(DataSource.class), new Tables(Tables.DEFAULT_PREFIX)),
                new SystemClock());
        instance.controls("work").pause();
    }

    /** PostgreSQL would wait for ever, and the test with it. */
    private static String lockTimeout(TestDatabase database) {
        return database == TestDatabase.POSTGRESQL ? "set lock_timeout = '5s'" : "set lock_timeout 5000";
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        instance.close();
    }

    /** A lane with a call, picked by an instance. */
    private Hold picked(String key) {
        instance.bean(Work.class).run(key);
        Patience.until(() -> {
            int lanes = instance.jdbc()
                    .update(
                            "update keyed_lane set picked = true, picked_by = 'frozen', last_heartbeat = ?"
                                    + " where task_instance = ?",
                            OffsetDateTime.now().plusDays(1), // this instance looks for the dead, too
                            key);
            assertThat(lanes).isOne();
        });
        Long version = instance.jdbc()
                .queryForObject("select version from keyed_lane where task_instance = ?", Long.class, key);
        return new Hold(key, version);
    }

    private void write(Hold lane) {
        instance.jdbc().update("update keyed_lane set priority = 1 where task_instance = ?", lane.key());
    }

    @Test
    void itsOtherLanesAreRevived() {
        Hold first = picked(locked);
        Hold second = picked(other);
        instance.transaction().executeWithoutResult(frozen -> {
            write(first);
            assertThat(store.revive(first, 5, "dead")).isEmpty();
            assertThat(store.revive(second, 5, "dead"))
                    .hasValueSatisfying(revived -> assertThat(revived.deaths()).isOne());
        });
        assertThat(store.revive(first, 5, "dead"))
                .hasValueSatisfying(revived -> assertThat(revived.deaths()).isOne());
    }

    @Test
    void otherKeysAreWoken() {
        Hold lane = picked(locked);
        instance.transaction().executeWithoutResult(frozen -> {
            write(lane);
            Thread caller = new Thread(() -> {
                instance.bean(Work.class).run(locked);
                instance.bean(Work.class).run(other);
            });
            caller.start();
            Patience.until(() -> {
                List<String> lanes = instance.jdbc()
                        .queryForList(
                                "select task_instance from keyed_lane where task_instance = ?", String.class, other);
                assertThat(lanes).hasSize(1);
            });
        });
    }
}
