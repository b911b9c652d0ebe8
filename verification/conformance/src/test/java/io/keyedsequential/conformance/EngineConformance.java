package io.keyedsequential.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.actuate.LaneDescriptor.ExplanationDescriptor;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.event.KeyParked;
import io.keyedsequential.spring.atom.event.KeyReleased;
import io.keyedsequential.spring.atom.event.OperationFailed;
import io.keyedsequential.spring.atom.event.OperatorActed;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What an annotated method promises, whichever engine keeps its calls. An engine passes by a subclass that says where
 * its operations are kept; one whose operations outlive the process extends {@link DurableConformance}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineConformance {

    private static final String WORK = "work";
    private static final String PARKING = "parking";
    private static final String COUNTED = "counted";

    final Script script = new Script();

    private RunningApplication application;

    /**
     * Properties of an application whose atoms have the engine, and nothing stored. Two applications that are started
     * with what one call returns share what is stored, at the same time or one after the other.
     */
    abstract List<String> freshStore();

    /** Classes with annotated methods that the engine takes. */
    List<Class<?>> beans() {
        return List.of(Work.class);
    }

    final RunningApplication start(List<String> store) {
        return RunningApplication.start(store, script, beans());
    }

    final RunningApplication application() {
        return application;
    }

    static String freshKey() {
        return UUID.randomUUID().toString();
    }

    @BeforeAll
    void startTheApplication() {
        application = start(freshStore());
    }

    /** After all tests nothing is left, and at no time did two operations of a key overlap. */
    @AfterAll
    void nothingIsLeft() {
        if (application == null) {
            return;
        }
        for (String atom : List.of(WORK, PARKING, COUNTED)) {
            Patience.until(() -> {
                AtomView view = application.view(atom);
                assertThat(view.lanes(10)).as(atom).isEmpty();
                assertThat(view.running(10)).as(atom).isEmpty();
                assertThat(view.stats().active()).as(atom).isZero();
            });
        }
        application.close();
        assertThat(script.overlaps()).isEmpty();
    }

    final void untilDone(RunningApplication in, String atom, String key, String... steps) {
        Patience.until(() -> {
            assertThat(script.done(key)).containsExactly(steps);
            assertThat(in.lane(atom, key)).isEmpty();
        });
    }

    private void untilDone(String atom, String key, String... steps) {
        untilDone(application, atom, key, steps);
    }

    private void park(String key, String step) {
        script.whenFails(key, step);
        application.work().insist(key, step);
        untilParked(application, PARKING, key);
    }

    static void untilParked(RunningApplication in, String atom, String key) {
        Patience.until(() -> assertThat(in.lane(atom, key))
                .get()
                .extracting(LaneSnapshot::state)
                .isEqualTo(LaneState.PARKED));
    }

    @Test
    void operationsOfAKeyRunInTheOrderOfTheirCallsOneAtATime() throws InterruptedException {
        List<String> keys = IntStream.range(0, 5).mapToObj(i -> freshKey()).toList();
        int calls = 20;
        List<Thread> callers = IntStream.range(0, 4)
                .mapToObj(caller -> new Thread(() -> IntStream.range(0, calls)
                        .forEach(call -> keys.forEach(key -> application.work().run(key, caller + ":" + call)))))
                .toList();
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        for (String key : keys) {
            Patience.until(() -> assertThat(script.done(key)).hasSize(callers.size() * calls));
            for (int caller = 0; caller < callers.size(); caller++) {
                String prefix = caller + ":";
                assertThat(script.done(key).stream().filter(step -> step.startsWith(prefix)))
                        .containsExactlyElementsOf(IntStream.range(0, calls)
                                .mapToObj(call -> prefix + call)
                                .toList());
            }
        }
        assertThat(script.overlaps()).isEmpty();
    }

    @Test
    void operationsOfDifferentKeysRunInParallelUpToTheLimitAndNoMore() {
        List<String> keys = IntStream.range(0, 4 * RunningApplication.LIMIT)
                .mapToObj(i -> freshKey())
                .toList();
        CountDownLatch together = new CountDownLatch(RunningApplication.LIMIT);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (String key : keys) {
            script.when(key, "step", () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                together.countDown();
                Patience.await(together);
                running.decrementAndGet();
            });
            application.work().run(key, "step");
        }
        keys.forEach(key -> untilDone(WORK, key, "step"));
        assertThat(most).hasValue(RunningApplication.LIMIT);
    }

    @Test
    void aLimitThatIsLoweredHoldsForWhatStartsNext() {
        application.endpoint().steerAtom(WORK, "limits", 1, null, null, null, null);
        try {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<String> keys = IntStream.range(0, 10).mapToObj(i -> freshKey()).toList();
            for (String key : keys) {
                script.when(key, "step", () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                });
                application.work().run(key, "step");
            }
            keys.forEach(key -> untilDone(WORK, key, "step"));
            assertThat(most).hasValue(1);
        } finally {
            application.endpoint().steerAtom(WORK, "limits", RunningApplication.LIMIT, null, null, null, null);
        }
    }

    @Test
    void aFailureDoesNotStopWhatFollows() {
        String key = freshKey();
        script.whenFails(key, "bad");
        application.work().run(key, "bad");
        application.work().run(key, "next");
        untilDone(WORK, key, "next");
    }

    @Test
    void anOperationIsTriedAgainBeforeWhatFollowsAsTheSameOperation() {
        String key = freshKey();
        Queue<OperationContextSeen> seen = new ConcurrentLinkedQueue<>();
        script.when(key, "flaky", () -> {
            OperationContextSeen now = OperationContextSeen.here();
            seen.add(now);
            if (now.attempt() == 1) {
                throw new IllegalStateException("not yet");
            }
        });
        application.work().insist(key, "flaky");
        application.work().insist(key, "next");
        untilDone(PARKING, key, "flaky", "next");
        long id = seen.element().id();
        assertThat(seen)
                .containsExactly(
                        new OperationContextSeen(PARKING, key, id, 1), new OperationContextSeen(PARKING, key, id, 2));
    }

    private record OperationContextSeen(String atom, Object key, long id, int attempt) {
        static OperationContextSeen here() {
            OperationContext context = OperationContext.current().orElseThrow();
            return new OperationContextSeen(context.atom(), context.key(), context.operationId(), context.attempt());
        }
    }

    @Test
    void whatRunsIsShownUnderTheIdThatItsBodySees() {
        String key = freshKey();
        CountDownLatch gate = new CountDownLatch(1);
        Queue<Long> ids = new ConcurrentLinkedQueue<>();
        script.when(key, "slow", () -> {
            ids.add(OperationContextSeen.here().id());
            Patience.await(gate);
        });
        application.work().run(key, "slow");
        script.awaitBegun(key, "slow");
        Patience.until(() -> {
            ExplanationDescriptor lane = application.endpoint().keyedLane(WORK, key, null);
            assertThat(lane.state()).isEqualTo(LaneState.RUNNING);
            assertThat(lane.operation().id()).isEqualTo(ids.element());
            assertThat(lane.operation().label()).isEqualTo("slow");
        });
        gate.countDown();
        untilDone(WORK, key, "slow");
    }

    @Test
    void callsFromABodyBecomeOperationsOfTheirOwn() {
        String key = freshKey();
        String other = freshKey();
        Queue<String> inTheBody = new ConcurrentLinkedQueue<>();
        script.when(key, "outer", () -> {
            application.work().run(key, "same");
            application.work().run(other, "other");
            script.awaitBegun(other, "other");
            inTheBody.addAll(script.done(key));
        });
        application.work().run(key, "outer");
        untilDone(WORK, key, "outer", "same");
        untilDone(WORK, other, "other");
        assertThat(inTheBody).isEmpty();
    }

    @Test
    void aCallAfterCommitRunsExactlyIfItsTransactionCommits() {
        String key = freshKey();
        Work work = application.work();
        application.transaction().executeWithoutResult(status -> {
            work.runAfterCommit(key, "never");
            status.setRollbackOnly();
        });
        application.transaction().executeWithoutResult(status -> {
            work.runAfterCommit(key, "inside");
            CompletableFuture.runAsync(() -> work.run(key, "outside")).join();
            Patience.until(() -> assertThat(script.done(key)).containsExactly("outside"));
        });
        untilDone(WORK, key, "outside", "inside");
    }

    @Test
    void aCallWithoutAKeyIsRefusedAndNothingOfItIsKept() {
        assertThatThrownBy(() -> application.work().run(null, "keyless")).hasMessageContaining(WORK);
        assertThat(application.view(WORK).find(operation -> "keyless".equals(operation.label()), 1))
                .isEmpty();
    }

    @Test
    void aParkedOperationClosesItsKeyAloneUntilAnOperatorTriesItAgain() {
        String key = freshKey();
        String other = freshKey();
        park(key, "bad");
        application.work().insist(key, "next");
        application.work().insist(other, "other");
        untilDone(PARKING, other, "other");
        Patience.until(
                () -> assertThat(application.lane(PARKING, key).orElseThrow().heldBack())
                        .isEqualTo(1));
        assertThat(application.endpoint().keyedLane(PARKING, key, null).sentence())
                .isNotBlank();
        assertThat(script.done(key)).isEmpty();

        script.repair(key, "bad");
        application.steer(PARKING, key, "retry");
        untilDone(PARKING, key, "bad", "next");
    }

    @Test
    void aParkedOperationThatIsSkippedLetsWhatFollowsRun() {
        String key = freshKey();
        park(key, "bad");
        application.work().insist(key, "next");
        application.steer(PARKING, key, "skip");
        untilDone(PARKING, key, "next");
    }

    @Test
    void aKeyThatIsPurgedIsEmptyAndOpen() {
        String key = freshKey();
        park(key, "bad");
        application.work().insist(key, "second");
        Patience.until( // an engine may hear of a call a moment after its caller
                () -> assertThat(application.lane(PARKING, key).orElseThrow().operations())
                        .hasSize(2));
        application.steer(PARKING, key, "purge");
        untilDone(PARKING, key);
        application.work().insist(key, "third");
        untilDone(PARKING, key, "third");
    }

    @Test
    void aKeyThatOpensAgainIsPublished() {
        publishes(KeyReleased.How.RETRIED, key -> {
            script.repair(key, "bad");
            application.steer(PARKING, key, "retry");
            untilDone(PARKING, key, "bad");
        });
        publishes(KeyReleased.How.SKIPPED, key -> application.steer(PARKING, key, "skip"));
        publishes(KeyReleased.How.WITHDRAWN, key -> application.steer(PARKING, key, "purge"));
        publishes(KeyReleased.How.WITHDRAWN, key -> assertThat(
                        application.controls(PARKING).cancel(headOf(key)))
                .isTrue());
        publishes(KeyReleased.How.SKIPPED, key -> assertThat(
                        application.controls(PARKING).skipOperation(headOf(key)))
                .isTrue());
    }

    private long headOf(String key) {
        return application.lane(PARKING, key).orElseThrow().operations().get(0).id();
    }

    /** Once, and an operation that was skipped has failed for good. */
    private void publishes(KeyReleased.How how, Consumer<String> act) {
        String key = freshKey();
        park(key, "bad");
        Heard heard = application.bean(Heard.class);
        Patience.until(() -> assertThat(heard.of(KeyParked.class))
                .filteredOn(event -> event.operation().key().equals(key))
                .hasSize(1));
        long id = headOf(key);
        act.accept(key);
        Patience.until(() -> assertThat(application.lane(PARKING, key)).isEmpty());
        assertThat(heard.of(KeyReleased.class))
                .filteredOn(event -> event.operation().key().equals(key))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.how()).isEqualTo(how);
                    assertThat(event.operation().id()).isEqualTo(id);
                    assertThat(event.operation().label()).isEqualTo("bad");
                });
        assertThat(heard.of(OperationFailed.class))
                .filteredOn(event -> event.operation().key().equals(key))
                .hasSize(how == KeyReleased.How.SKIPPED ? 1 : 0);
    }

    /** Only a key that was parked. */
    @Test
    void whatIsTakenOutOfAnOpenKeyReleasesNothing() {
        String key = freshKey();
        application.steer(PARKING, key, "pause");
        application.work().insist(key, "first");
        Patience.until(
                () -> assertThat(application.lane(PARKING, key).orElseThrow().operations())
                        .hasSize(1));
        application.steer(PARKING, key, "purge");
        application.steer(PARKING, key, "resume");
        untilDone(PARKING, key);
        assertThat(application.bean(Heard.class).of(KeyReleased.class))
                .noneMatch(event -> event.operation().key().equals(key));
    }

    @Test
    void allParkedKeysAreTriedAgainTogether() {
        List<String> keys = List.of(freshKey(), freshKey());
        keys.forEach(key -> park(key, "bad"));
        keys.forEach(key -> script.repair(key, "bad"));
        application.endpoint().steerAtom(PARKING, "retry-parked", null, null, null, null, 2);
        keys.forEach(key -> untilDone(PARKING, key, "bad"));
    }

    @Test
    void whatWaitsIsCancelledAlone() {
        String key = freshKey();
        CountDownLatch gate = new CountDownLatch(1);
        script.when(key, "slow", () -> Patience.await(gate));
        List.of("slow", "second", "third").forEach(step -> application.work().run(key, step));
        script.awaitBegun(key, "slow");
        Patience.until(
                () -> assertThat(application.lane(WORK, key).orElseThrow().operations())
                        .hasSize(3));
        long second =
                application.lane(WORK, key).orElseThrow().operations().get(1).id();
        assertThat(application.controls(WORK).cancel(second)).isTrue();
        gate.countDown();
        untilDone(WORK, key, "slow", "third");
    }

    @Test
    void whatRunsIsInterruptedWhenItIsCancelledAndWhatFollowsRuns() {
        String key = freshKey();
        CountDownLatch never = new CountDownLatch(1);
        script.when(key, "endless", () -> Patience.await(never));
        List.of("endless", "next").forEach(step -> application.work().run(key, step));
        script.awaitBegun(key, "endless");
        Patience.until(() ->
                assertThat(application.lane(WORK, key).orElseThrow().running()).isEqualTo(1));
        long running =
                application.lane(WORK, key).orElseThrow().operations().get(0).id();
        assertThat(application.controls(WORK).cancel(running)).isTrue();
        untilDone(WORK, key, "next");
    }

    @Test
    void aKeyThatIsPausedWaitsAloneUntilItIsResumed() {
        String key = freshKey();
        String other = freshKey();
        application.steer(WORK, key, "pause");
        List.of("first", "second").forEach(step -> application.work().run(key, step));
        application.work().run(other, "other");
        untilDone(WORK, other, "other");
        Patience.until(() -> {
            LaneSnapshot lane = application.lane(WORK, key).orElseThrow();
            assertThat(lane.state()).isEqualTo(LaneState.PAUSED);
            assertThat(lane.operations()).hasSize(2);
        });
        assertThat(script.done(key)).isEmpty();
        application.steer(WORK, key, "resume");
        untilDone(WORK, key, "first", "second");
    }

    @Test
    void anAtomThatIsPausedTakesCallsAndStartsNoneUntilItIsResumed() {
        String key = freshKey();
        String elsewhere = freshKey();
        application.steer(WORK, "pause");
        assertThat(application.view(WORK).isPaused()).isTrue();
        List.of("first", "second").forEach(step -> application.work().run(key, step));
        application.work().insist(elsewhere, "other atom");
        untilDone(PARKING, elsewhere, "other atom");
        Patience.until(
                () -> assertThat(application.lane(WORK, key).orElseThrow().operations())
                        .hasSize(2));
        assertThat(script.done(key)).isEmpty();
        application.steer(WORK, "resume");
        untilDone(WORK, key, "first", "second");
    }

    /** In an atom of its own: an operation may be counted after its lane has gone. */
    @Test
    void whatEndsIsCounted() {
        String key = freshKey();
        script.whenFails(key, "bad");
        List.of("good", "bad", "good again").forEach(step -> application.work().count(key, step));
        untilDone(COUNTED, key, "good", "good again");
        Patience.until(() -> {
            assertThat(ended("completed")).isEqualTo(2);
            assertThat(ended("failed")).isEqualTo(1);
        });
    }

    private double ended(String outcome) {
        return application
                .bean(MeterRegistry.class)
                .get("keyedsequential.operations")
                .tags("atom", COUNTED, "outcome", outcome)
                .functionTimer()
                .count();
    }

    @Test
    void aFailureIsPublishedOnce() {
        String key = freshKey();
        script.whenFails(key, "bad");
        application.work().run(key, "bad");
        application.work().run(key, "next");
        untilDone(WORK, key, "next");
        Patience.until(() -> assertThat(application.bean(Heard.class).of(OperationFailed.class))
                .filteredOn(event -> event.operation().key().equals(key))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.atom()).isEqualTo(WORK);
                    assertThat(event.operation().error()).hasMessage("no");
                }));
    }

    @Test
    void aKeyThatClosesAndWhatTheOperatorDoesArePublished() {
        String key = freshKey();
        park(key, "bad");
        Patience.until(() -> assertThat(application.bean(Heard.class).of(KeyParked.class))
                .filteredOn(event -> event.operation().key().equals(key))
                .hasSize(1));
        application.steer(PARKING, key, "skip");
        assertThat(application.bean(Heard.class).of(OperatorActed.class))
                .filteredOn(event -> key.equals(event.key()))
                .extracting(OperatorActed::action, OperatorActed::carriedOut)
                .containsExactly(tuple("skip", true));
        untilDone(PARKING, key);
    }

    @Test
    void anApplicationThatStopsLosesNothing() {
        List<String> store = freshStore();
        String key = freshKey();
        CountDownLatch stopping = new CountDownLatch(1);
        List<String> steps = new ArrayList<>();
        try (RunningApplication stopped = start(store)) {
            stopped.whenItStops(stopping::countDown);
            script.when(key, "0", () -> Patience.await(stopping));
            for (int i = 0; i < 10; i++) {
                steps.add(String.valueOf(i));
                stopped.work().run(key, String.valueOf(i));
            }
            script.awaitBegun(key, "0");
        }
        goOn(store, key, steps);
    }

    /** After an application has stopped: what it was called for has been done, here or by the next one. */
    void goOn(List<String> store, String key, List<String> steps) {
        assertThat(script.done(key)).containsExactlyElementsOf(steps);
    }
}
