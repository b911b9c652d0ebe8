package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationContext;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomControls.RunsElsewhereException;
import io.keyedsequential.spring.atom.AtomView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of failures, and what operators do, on either of two instances. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class SteeringTest {

    static final Script SCRIPT = new Script();
    static final Map<String, String> INSTANCES = new ConcurrentHashMap<>();

    static class Work {
        @KeyedSequential(atom = "work", key = "#key", label = "#step")
        public void run(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }
    }

    private static Instance one;
    private static Instance other;

    @Parameter
    TestDatabase database;

    private final String key = UUID.randomUUID().toString();

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        String url = database.freshUrl();
        one = start(database, url, "one");
        other = start(database, url, "other");
    }

    private static Instance start(TestDatabase database, String url, String name) {
        return Instance.start(
                database,
                url,
                List.of(Work.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.atoms.work.max-concurrency=4",
                "keyedsequential.atoms.work.retry.max-attempts=2",
                "keyedsequential.atoms.work.retry.backoff=1ms",
                "keyedsequential.jdbc.instance=" + name);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        one.close();
        other.close();
    }

    private void call(String step) {
        try {
            one.bean(Work.class).run(key, step);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static AtomControls controls() {
        return other.controls("work");
    }

    private static AtomView view() {
        return other.view("work");
    }

    private LaneSnapshot lane() {
        return view().lane(key).orElseThrow();
    }

    private void untilDone(String... steps) {
        Patience.until(() -> {
            assertThat(SCRIPT.done(key)).containsExactly(steps);
            assertThat(view().lane(key)).isEmpty();
        });
    }

    private String failing(String name) {
        String step = name + "-" + key;
        SCRIPT.when(step, () -> {
            throw new IllegalStateException("no");
        });
        return step;
    }

    private void park(String step) {
        call(step);
        Patience.until(() -> assertThat(lane().state()).isEqualTo(LaneState.PARKED));
    }

    @Test
    void anOperationThatFailsIsTriedAgainBeforeWhatFollowsIt() {
        AtomicInteger attempts = new AtomicInteger();
        SCRIPT.when("flaky-" + key, () -> {
            int attempt = attempts.incrementAndGet();
            assertThat(OperationContext.current().orElseThrow().attempt()).isEqualTo(attempt);
            if (attempt == 1) {
                throw new IllegalStateException("not yet");
            }
        });
        call("flaky-" + key);
        call("next");
        untilDone("flaky-" + key, "next");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void anOperationWhoseAttemptsAreExhaustedIsParkedAndAnOperatorTriesItAgain() {
        String step = failing("bad");
        park(step);
        call("next");
        LaneSnapshot lane = lane();
        assertThat(lane.heldBack()).isEqualTo(1);
        OperationSnapshot head = lane.operations().get(0);
        assertThat(head.state()).isEqualTo(OperationState.PARKED);
        assertThat(head.attempts()).isEqualTo(2);
        assertThat(head.label()).isEqualTo(step);
        assertThat(head.error()).hasToString("java.lang.IllegalStateException: no");
        assertThat(view().stuckLanes(Duration.ofHours(1), 100))
                .extracting(LaneSnapshot::key)
                .contains(key);
        assertThat(view().stats().parked()).isPositive();

        SCRIPT.fixed(step);
        assertThat(controls().retry(key)).isTrue();
        untilDone(step, "next");
        assertThat(controls().retry(key)).isFalse();
    }

    @Test
    void theLastFailedAttemptIsShownWithItsTimesAndItsNumberOverARetry() {
        Instant before = Instant.now();
        String step = failing("bad");
        park(step);
        for (Instance instance : List.of(one, other)) {
            OperationSnapshot head =
                    instance.view("work").lane(key).orElseThrow().operations().get(0);
            assertThat(head.failedAttempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.number()).isEqualTo(2);
                assertThat(attempt.errorType()).isEqualTo("java.lang.IllegalStateException");
                assertThat(attempt.message()).isEqualTo("no");
                assertThat(attempt.startedAt()).isBetween(before, Instant.now());
                assertThat(attempt.runTime()).isGreaterThanOrEqualTo(Duration.ZERO);
            });
        }
        assertThat(controls().retry(key)).isTrue();
        Patience.until(() -> {
            assertThat(lane().state()).isEqualTo(LaneState.PARKED);
            OperationSnapshot head = lane().operations().get(0);
            assertThat(head.attempt()).isEqualTo(2);
            assertThat(head.attempts()).isEqualTo(4);
            assertThat(head.failedAttempts()).singleElement().satisfies(attempt -> assertThat(attempt.number())
                    .isEqualTo(4));
        });
        CountDownLatch gate = new CountDownLatch(1);
        SCRIPT.when(step, gate::await);
        assertThat(controls().retry(key)).isTrue();
        Patience.until(
                () -> { // also while it runs, on whichever instance
                    assertThat(lane().state()).isEqualTo(LaneState.RUNNING);
                    for (Instance instance : List.of(one, other)) {
                        OperationSnapshot running = instance.view("work")
                                .lane(key)
                                .orElseThrow()
                                .operations()
                                .get(0);
                        assertThat(running.attempts()).isEqualTo(5);
                        assertThat(running.failedAttempts()).singleElement().satisfies(attempt -> assertThat(
                                        attempt.number())
                                .isEqualTo(4));
                    }
                });
        gate.countDown();
        untilDone(step);
    }

    @Test
    void aParkedOperationIsSkippedAndWhatFollowsRuns() {
        park(failing("bad"));
        call("next");
        assertThat(controls().skipOperation(lane().operations().get(0).id())).isTrue();
        untilDone("next");
        assertThat(controls().skip(key)).isFalse();
    }

    @Test
    void whatWaitsIsPurgedInOrder() {
        String bad = failing("bad");
        park(bad);
        call("second");
        call("third");
        assertThat(controls().purge(key)).extracting(OperationSnapshot::label).containsExactly(bad, "second", "third");
        untilDone();
        call("fourth");
        untilDone("fourth");
    }

    @Test
    void whatRunsIsNotPurged() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        String slow = "slow-" + key;
        SCRIPT.when(slow, gate::await);
        one.transaction().executeWithoutResult(status -> {
            call(slow);
            call("second");
            call("third");
        });
        SCRIPT.awaitBegun(slow);
        assertThat(controls().purge(key)).extracting(OperationSnapshot::label).containsExactly("second", "third");
        waitUntilTheOtherInstanceKnows();
        gate.countDown();
        untilDone(slow);
    }

    /** What was set on one instance is known to the other when that has set something, too. */
    private void waitUntilTheOtherInstanceKnows() {
        long before = one.jdbc().queryForObject("select count(*) from keyed_atom", Long.class);
        assertThat(before).isEqualTo(1);
        one.controls("work").resumeKey("nothing");
    }

    @Test
    void aKeyIsPausedWithAndWithoutALane() {
        controls().pauseKey(key);
        call("first");
        Patience.until(() -> assertThat(lane().operations()).hasSize(1));
        assertThat(lane().state()).isEqualTo(LaneState.PAUSED);
        assertThat(lane().paused()).isTrue();
        assertThat(lane().explanation().sentence()).contains("an operator paused the key");
        controls().resumeKey(key);
        untilDone("first");
    }

    @Test
    void aParkedKeyThatIsPausedAndResumedStaysParked() {
        String bad = failing("bad");
        park(bad);
        controls().pauseKey(key);
        controls().resumeKey(key);
        assertThat(lane().state()).isEqualTo(LaneState.PARKED);
        SCRIPT.fixed(bad);
        assertThat(controls().retry(key)).isTrue();
        untilDone(bad);
    }

    @Test
    void aKeyThatIsPausedWhileItRunsStaysWithWhatFollows() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        String slow = "slow-" + key;
        SCRIPT.when(slow, gate::await);
        call(slow);
        SCRIPT.awaitBegun(slow);
        call("second");
        controls().pauseKey(key);
        waitUntilTheOtherInstanceKnows();
        gate.countDown();
        Patience.until(() -> assertThat(lane().state()).isEqualTo(LaneState.PAUSED));
        assertThat(SCRIPT.done(key)).containsExactly(slow);
        controls().resumeKey(key);
        untilDone(slow, "second");
    }

    @Test
    void whatWaitsIsCancelledAndWhatRunsIsInterruptedWhereItRuns() throws InterruptedException {
        String slow = "slow-" + key;
        CountDownLatch never = new CountDownLatch(1);
        SCRIPT.when(slow, never::await);
        call(slow);
        SCRIPT.awaitBegun(slow);
        call("second");
        call("third");
        List<OperationSnapshot> operations = lane().operations();
        OperationSnapshot running = operations.get(0);
        assertThat(running.state()).isEqualTo(OperationState.RUNNING);
        assertThat(controls().cancel(operations.get(1).id())).isTrue();
        assertThat(controls().cancel(operations.get(1).id())).isFalse();

        String name = view().instances(List.of(running)).get(running.id());
        Instance runs = name.equals("one") ? one : other;
        Instance idle = runs == one ? other : one;
        assertThatThrownBy(() -> idle.controls("work").cancel(running.id()))
                .isInstanceOf(RunsElsewhereException.class)
                .hasMessageContaining("'" + name + "'");
        assertThat(runs.controls("work").cancel(running.id())).isTrue();
        untilDone("third");
    }

    @Test
    void whatNeverEndsIsAbandonedAndItsKeyGoesOn() throws InterruptedException {
        String endless = "endless-" + key;
        Semaphore never = new Semaphore(0);
        SCRIPT.when(endless, never::acquireUninterruptibly);
        call(endless);
        SCRIPT.awaitBegun(endless);
        call("second");
        OperationSnapshot running = lane().operations().get(0);
        Instance runs = view().instances(List.of(running)).get(running.id()).equals("one") ? one : other;
        assertThat(runs.controls("work").abandon(running.id())).isTrue();
        untilDone("second");
        never.release();
    }

    @Test
    void anAtomIsPausedAndLimitedOnAllInstances() {
        controls().pause();
        Patience.until(() -> assertThat(one.view("work").isPaused()).isTrue());
        call("first");
        Patience.until(() -> assertThat(lane().state()).isEqualTo(LaneState.PAUSED));
        controls().setMaxConcurrency(3);
        Patience.until(
                () -> assertThat(one.view("work").stats().maxConcurrency()).isEqualTo(3));
        controls().setMaxConcurrency(4);
        assertThat(SCRIPT.done(key)).isEmpty();
        controls().resume();
        untilDone("first");
    }
}
