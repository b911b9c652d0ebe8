package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.LaneState;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What callers and crashes make of stored calls, on a pool of three connections. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class StoredCallsTest {

    static final Script SCRIPT = new Script();

    static class Work {
        @Autowired
        JdbcTemplate jdbc;

        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }

        @KeyedSequential(atom = "work", key = "#key", idempotencyKey = "#event")
        public void once(String key, String event) throws Exception {
            SCRIPT.run(key, event);
        }

        @KeyedSequential(atom = "work", key = "#key", runAfter = "#due")
        public void later(String key, Instant due) throws Exception {
            SCRIPT.run(key, "later");
        }

        @Transactional
        @KeyedSequential(atom = "work", key = "#key")
        public void effect(String key, boolean fails) {
            assertThat(TransactionSynchronizationManager.getCurrentTransactionName())
                    .isEqualTo("work.effect");
            jdbc.update("insert into effect(id) values (?)", key);
            if (fails && SCRIPT.done(key).isEmpty()) {
                throw new IllegalStateException("no");
            }
        }
    }

    private static Instance instance;

    private final String key = UUID.randomUUID().toString();

    StoredCallsTest(TestDatabase database) {}

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        instance = Instance.start(
                database,
                database.freshUrl(),
                List.of(Work.class, WatchedConfiguration.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.atoms.work.max-concurrency=4",
                "keyedsequential.jdbc.unreadable-grace=0s",
                "spring.datasource.hikari.maximum-pool-size=3");
        instance.jdbc().execute("create table effect (id varchar(100) not null)");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        instance.close();
    }

    private static Work work() {
        return instance.bean(Work.class);
    }

    private void untilDone(String... steps) {
        Patience.until(() -> {
            assertThat(SCRIPT.done(key)).containsExactly(steps);
            assertThat(instance.view("work").lane(key)).isEmpty();
        });
    }

    private void untilParked() {
        Patience.until(
                () -> assertThat(instance.view("work").lane(key).orElseThrow().state())
                        .isEqualTo(LaneState.PARKED));
    }

    private String headsError() {
        return String.valueOf(instance.view("work")
                .lane(key)
                .orElseThrow()
                .operations()
                .get(0)
                .error());
    }

    @Test
    void aSecondCallOfAnIdempotencyKeyDoesNothingAlsoAfterTheFirstHasEnded() throws Exception {
        String event = "event-" + key;
        instance.transaction().executeWithoutResult(status -> {
            once(event);
            once(event);
        });
        untilDone(event);
        once(event);
        assertThatThrownBy(() -> instance.transaction().executeWithoutResult(status -> {
                    once("rolled-back-" + key);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        once("rolled-back-" + key);
        untilDone(event, "rolled-back-" + key);
    }

    private void once(String event) {
        try {
            work().once(key, event);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatMayNotBeginYetHoldsItsKey() throws Exception {
        work().later(key, Instant.now().plus(1, ChronoUnit.HOURS));
        work().run(key, "next");
        Patience.until(() -> assertThat(instance.view("work")
                        .lane(key)
                        .orElseThrow()
                        .explanation()
                        .sentence())
                .contains("may begin in"));
        instance.jdbc()
                .update(
                        "update keyed_item set run_after = ? where item_key = ? and run_after is not null",
                        OffsetDateTime.now().minusHours(1),
                        key);
        instance.jdbc()
                .update(
                        "update keyed_lane set execution_time = ? where task_instance = ?",
                        OffsetDateTime.now().minusHours(1),
                        key);
        untilDone("later", "next");
    }

    @Test
    void theTransactionOfABodyDeletesItsItem() {
        work().effect(key, true);
        untilParked();
        assertThat(effects()).isZero();
        assertThatNoException(() -> SCRIPT.run(key, "repaired"));
        assertThat(instance.controls("work").retry(key)).isTrue();
        Patience.until(() -> assertThat(instance.view("work").lane(key)).isEmpty());
        assertThat(effects()).isEqualTo(1);
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void assertThatNoException(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private long effects() {
        return instance.jdbc().queryForObject("select count(*) from effect where id = ?", Long.class, key);
    }

    @Test
    void anOperationThatThisVersionDoesNotHaveIsParkedWithTheReason() throws Exception {
        instance.controls("work").pauseKey(key);
        work().run(key, "first");
        work().run(key, "second");
        instance.jdbc()
                .update(
                        "update keyed_item set operation = 'gone' where id = (select min(id) from keyed_item where item_key = ?)",
                        key);
        instance.controls("work").resumeKey(key);
        untilParked();
        assertThat(headsError()).contains("no method of this version of the application is the operation 'gone'");
        assertThat(instance.controls("work").skip(key)).isTrue();
        untilDone("second");
    }

    @Test
    void argumentsThatCannotBeReadAreParkedWithTheReason() throws Exception {
        instance.controls("work").pauseKey(key);
        work().run(key, "first");
        instance.jdbc().update("update keyed_item set arguments = '[1, 2, 3]' where item_key = ?", key);
        instance.controls("work").resumeKey(key);
        untilParked();
        assertThat(headsError()).contains("more arguments are stored");
        assertThat(instance.items()).isPositive();
    }

    @Test
    void whatIsCommittedLateIsNotLostAlthoughItsIdIsSmaller() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        CountDownLatch stored = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try {
            Future<?> slow = threads.submit(() -> instance.transaction().executeWithoutResult(status -> {
                assertThatNoException(() -> work().run(key, "late"));
                stored.countDown();
                assertThatNoException(commit::await);
            }));
            stored.await();
            work().run(key, "early");
            Patience.until(() -> assertThat(SCRIPT.done(key)).containsExactly("early"));
            commit.countDown();
            slow.get();
            untilDone("early", "late");
        } finally {
            threads.shutdownNow();
        }
    }

    /** All of the pool's connections are in transactions of callers: none of them asks for a second one. */
    @Test
    void callersTakeNoSecondConnection() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8, new CustomizableThreadFactory("caller-"));
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger connections = new AtomicInteger();
        WatchedDataSource dataSource = instance.bean(WatchedDataSource.class);
        dataSource.before("", () -> {
            if (Thread.currentThread().getName().startsWith("caller-")) {
                connections.incrementAndGet();
            }
        });
        try {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String own = key + i;
                callers.add(threads.submit(() -> {
                    for (int n = 0; n < 10; n++) {
                        instance.transaction().executeWithoutResult(status -> {
                            assertThatNoException(() -> work().run(own, "x"));
                            calls.incrementAndGet();
                        });
                    }
                }));
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
            Patience.until(() -> assertThat(SCRIPT.done(key + 0)).hasSize(10));
            assertThat(calls).hasValue(80);
            assertThat(connections).hasValue(80);
        } finally {
            dataSource.clear();
            threads.shutdownNow();
        }
    }

    /** The smaller id is committed while the body of the larger one runs: what is deleted afterwards is that one alone. */
    @Test
    void whatIsCommittedDuringABodyIsNotDeletedWithItAlthoughItsIdIsSmaller() throws Exception {
        String early = "early-" + key;
        ExecutorService threads = Executors.newSingleThreadExecutor();
        CountDownLatch stored = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try {
            Future<?> slow = threads.submit(() -> instance.transaction().executeWithoutResult(status -> {
                assertThatNoException(() -> work().run(key, "late"));
                stored.countDown();
                assertThatNoException(commit::await);
            }));
            SCRIPT.when(early, () -> {
                commit.countDown();
                slow.get();
            });
            stored.await();
            work().run(key, early);
            untilDone(early, "late");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anItemThatComesWhenItsLaneEndsIsWoken() throws Exception {
        firstAndThenWhenItsLaneEnds(() -> work().run(key, "second"));
    }

    /** Its waker has found the lane, and knows nothing of its end. */
    @Test
    void anItemOfAnotherInstanceThatComesWhenItsLaneEndsIsWoken() throws Exception {
        firstAndThenWhenItsLaneEnds(() -> instance.jdbc()
                .update(
                        "insert into keyed_item (atom, item_key, operation, arguments) select atom, item_key, operation,"
                                + " replace(arguments, 'first', 'second') from keyed_item where item_key = ?",
                        key));
    }

    /**
     * An item comes after the drain has looked and before its lane is gone. The sweeper, which would find it, stands
     * still.
     */
    private void firstAndThenWhenItsLaneEnds(Script.Act second) throws Exception {
        WatchedDataSource dataSource = instance.bean(WatchedDataSource.class);
        CountDownLatch sweep = new CountDownLatch(1);
        AtomicInteger ends = new AtomicInteger();
        dataSource.before("select distinct i.", () -> assertThatNoException(sweep::await));
        dataSource.before("delete from keyed_lane", () -> {
            if (ends.getAndIncrement() == 0) {
                ExecutorService caller = Executors.newSingleThreadExecutor();
                assertThatNoException(() -> caller.submit(() -> {
                            second.run();
                            return null;
                        })
                        .get());
                caller.shutdown();
            }
        });
        try {
            work().run(key, "first");
            untilDone("first", "second");
        } finally {
            dataSource.clear();
            sweep.countDown();
        }
    }

    @Test
    void keysAndArgumentsThatCannotBeStoredAreRefusedAtTheCall() {
        assertThatThrownBy(() -> work().run("x".repeat(201), "x")).hasMessageContaining("201 characters");
        assertThatThrownBy(() -> work().run(key, "x".repeat(1 << 20)))
                .hasMessageContaining("keyedsequential.jdbc.max-arguments");
        assertThatThrownBy(() -> work().once(key, "x".repeat(201))).hasMessageContaining("idempotency key has 201");
        assertThat(instance.view("work").lane(key)).isEmpty();
    }
}
