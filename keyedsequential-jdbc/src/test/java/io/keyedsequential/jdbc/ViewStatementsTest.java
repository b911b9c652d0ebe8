package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** How many statements it costs to show an atom that has many lanes, on a database that is not in this process. */
@EnabledIf("isPostgresqlThere")
class ViewStatementsTest {

    private static final int LANES = 60;
    private static final int CALLS_OF_A_LANE = 15;

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    static boolean isPostgresqlThere() {
        return PostgresServer.isThere();
    }

    @Test
    void theyDoNotGrowWithTheLanes() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        try (Instance instance = Instance.start(
                database,
                database.freshUrl(),
                List.of(Work.class, WatchedConfiguration.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.jdbc.polling-interval=1h")) {
            instance.controls("work").pause();
            List<String> keys = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                keys.add("k" + lane);
                instance.controls("work").pauseKey("k" + lane);
                for (int call = 0; call < CALLS_OF_A_LANE; call++) {
                    instance.bean(Work.class).run("k" + lane);
                }
            }
            AtomView view = instance.view("work");
            WatchedDataSource watched = instance.bean(WatchedDataSource.class);
            watched.reset();
            assertThat(view.lanes(LANES)).hasSize(LANES).allSatisfy(ViewStatementsTest::isShownInShort);
            assertThat(view.pausedLanes(LANES)).extracting(LaneSnapshot::key).containsExactlyElementsOf(keys);
            assertThat(view.oldestLanes(LANES)).extracting(LaneSnapshot::key).containsExactlyElementsOf(keys);
            assertThat(view.oldestLanes(2 * LANES)).hasSize(LANES);
            assertThat(view.stuckLanes(Duration.ZERO, LANES)).hasSize(LANES);
            assertThat(watched.statements())
                    .as("of this and of the sweeper: %s", watched.byText())
                    .isLessThan(LANES);
        }
    }

    /** Each of them might be an old one, and is none. */
    @Test
    void firstItemsAreReadOfSoManyLanesHoweverManyWait() {
        int lanes = 3 * ViewStore.MOST_LANES;
        try (Instance instance = Instance.start(
                TestDatabase.POSTGRESQL,
                TestDatabase.POSTGRESQL.freshUrl(),
                List.of(Work.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.jdbc.polling-interval=1h")) {
            instance.controls("work").pause();
            instance.jdbc()
                    .update(
                            "insert into keyed_item (atom, item_key, operation, arguments)"
                                    + " select 'work', 'k' || n, 'run', '[]' from generate_series(1, ?) n",
                            lanes);
            instance.jdbc()
                    .update("insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                            + " select atom, item_key, current_timestamp, false, 1 from keyed_item"
                            + " on conflict do nothing"); // the sweeper makes lanes, too
            AtomView view = instance.view("work");
            instance.transaction().executeWithoutResult(counted -> {
                long before = rowsRead(instance);
                assertThat(view.stuckLanes(Duration.ofHours(1), LANES)).isEmpty();
                assertThat(rowsRead(instance) - before).isBetween(1L, 2L * ViewStore.MOST_LANES);
            });
            assertThat(view.stuckLanes(Duration.ZERO, LANES)).hasSize(LANES);
        }
    }

    /** Of the calls, by the connection of this thread. */
    private static long rowsRead(Instance instance) {
        return instance.jdbc()
                .queryForObject(
                        "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables"
                                + " where relid = 'keyed_item'::regclass",
                        Long.class);
    }

    private static void isShownInShort(LaneSnapshot lane) {
        assertThat(lane.operations()).hasSize(10);
        assertThat(lane.queued()).isEqualTo(CALLS_OF_A_LANE);
    }
}
