package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the acting half decides: who is woken, told and admitted. One thread, and an executor that the test empties. */
@Timeout(300)
class EngineBehaviourTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** Runners wait here until the test likes: nobody is to hand them over again, or to find that they begin late. */
    private static final Timer NEVER = (nanos, action) -> () -> {};

    private final Deque<Runnable> runners = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private StripedCoordinator<String> engine = build(options -> {});

    private StripedCoordinator<String> build(Consumer<KeyedCoordinator.Builder<String>> more) {
        KeyedCoordinator.Builder<String> builder = KeyedCoordinator.<String>builder("engine")
                .maxConcurrency(2)
                .blockTimeout(LONG)
                .executor(runners::add);
        more.accept(builder);
        return new StripedCoordinator<>(
                "engine",
                builder.toOptions(),
                new AtomParts.Clockwork(NEVER, NEVER, NEVER, new SpareThreads("engine"), () -> 0));
    }

    private void runAll() {
        for (Runnable runner = runners.poll(); runner != null; runner = runners.poll()) {
            runner.run();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        runAll();
        assertThat(StructuralInvariants.violationsAtRest(engine.lanes(), engine.options()))
                .isEmpty();
    }

    @Test
    void theSearcherThatFindsALaneWakesTheNext() {
        engine.execute("a", () -> ran.add("others=" + runners.size()));
        engine.execute("b", () -> {});
        assertThat(runners).hasSize(1);
        runners.remove().run();
        assertThat(ran).containsExactly("others=1");
    }

    @Test
    void aLaneThatMayOverlapWakesARunnerForItsNext() {
        engine = build(options -> options.perKeyConcurrency(2));
        engine.execute("a", () -> ran.add("others=" + runners.size()));
        engine.execute("a", () -> {});
        runners.remove().run();
        assertThat(ran).containsExactly("others=1");
    }

    /**
     * A runner takes a token and puts it back for the lane's next operation; in between a searcher finds no lane and gives its
     * permit back. The lane is ready then, a permit free, and nobody on the way but whom the runner wakes.
     */
    @Test
    void aTokenThatAStartHasPutBackWakesARunnerEvenIfNobodySearches() {
        engine = build(options -> options.perKeyConcurrency(2));
        engine.lanes().admission.offer(new PlainOperation<>("a", () -> ran.add("a"), 0), false, false);
        engine.crew.dispatcher().madeRoom(false);
        assertThat(runners).isEmpty();
        engine.crew.dispatcher().madeRoom(true);
        assertThat(runners).hasSize(1);
        runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void overlappingOperationsOfOneLaneAllRunOnOneRunner() {
        engine = build(options -> options.perKeyConcurrency(2));
        for (int i = 0; i < 1_000; i++) {
            engine.execute("a", () -> {});
            engine.execute("a", () -> {});
            runAll();
        }
        assertThat(engine.stats().completed()).isEqualTo(2_000);
    }

    @Test
    void aTurnTellsTheListenerWhileItHoldsItsKeyAndThenWakesARunner() {
        engine = build(options -> options.listener(new CoordinatorListener() {
            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                ran.add("runners=" + runners.size());
            }
        }));
        engine.call("a", () -> engine.submit("a", () -> ""));
        assertThat(ran).containsExactly("runners=0");
        assertThat(runners).hasSize(1);
    }

    @Test
    void aFairAtomServesItsLanesInTurn() {
        engine = build(options -> options.fairScheduling(true).maxConcurrency(1));
        for (int i = 0; i < 3; i++) {
            engine.execute("a", () -> ran.add("a"));
            engine.execute("b", () -> ran.add("b"));
        }
        runAll();
        assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void aClosedIntakeRefuses() {
        engine.closeIntake();
        assertThatThrownBy(() -> engine.execute("a", () -> {})).isInstanceOf(RejectedOperationException.class);
    }

    @Test
    void cancellingAQueuedOperationAdmitsWhoWaits() throws Exception {
        engine = build(options -> options.capacity(1));
        OperationFuture<String> queued = engine.submit("a", () -> "");
        CompletableFuture<Long> blocked = CompletableFuture.supplyAsync(() -> engine.execute("b", () -> {}));
        awaitBlocked(blocked);
        queued.cancel(false);
        assertThat(blocked.get(120, TimeUnit.SECONDS)).isPositive();
    }

    @Test
    void startingAnOperationAdmitsWhoWaits() throws Exception {
        engine = build(options -> options.capacity(2));
        engine.execute("a", () -> {});
        engine.execute("a", () -> {});
        CompletableFuture<Long> blocked = CompletableFuture.supplyAsync(() -> engine.execute("b", () -> {}));
        awaitBlocked(blocked);
        runAll();
        assertThat(blocked.get(120, TimeUnit.SECONDS)).isPositive();
    }

    @Test
    void whatLeavesAFullKeyAdmitsWhoWaitsForIt() throws Exception {
        engine = build(options -> options.capacity(10).capacityPerKey(1));
        OperationFuture<String> queued = engine.submit("a", () -> "");
        CompletableFuture<Long> blocked = CompletableFuture.supplyAsync(() -> engine.execute("a", () -> {}));
        awaitBlocked(blocked);
        queued.cancel(false);
        assertThat(blocked.get(120, TimeUnit.SECONDS)).isPositive();
        blocked = CompletableFuture.supplyAsync(() -> engine.execute("a", () -> {}));
        awaitBlocked(blocked);
        engine.closeIntake();
        assertThat(blocked.handle((id, refusal) -> refusal).get(120, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedOperationException.class);
    }

    private void awaitBlocked(CompletableFuture<?> caller) {
        while (engine.lanes().table.blockedCallers() == 0) {
            assertThat(caller).as("the caller waits").isNotDone();
        }
    }

    @Test
    void aRefusedHandOffGivesThePermitBack() {
        engine = build(options -> options.executor(runner -> {
            throw new RejectedExecutionException("no");
        }));
        assertThatThrownBy(() -> engine.execute("a", () -> {})).isInstanceOf(RejectedOperationException.class);
        assertThat(engine.lanes().permits.taken()).isZero();
    }

    @Test
    void nobodyIsIdleWhileAStageIsBeingDelivered() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        engine.submitAsync("a", () -> stage)
                .thenRun(() -> ran.add("idle="
                        + CompletableFuture.supplyAsync(() -> engine.awaitIdle(Duration.ZERO))
                                .join()));
        runAll();
        stage.complete("done");
        assertThat(ran).containsExactly("idle=false");
        assertThat(engine.awaitIdle(Duration.ZERO)).isTrue();
    }

    @Test
    void aStageThatCompletesInsideTheBodyEndsTheOperation() {
        OperationFuture<String> future = engine.submitAsync("a", () -> CompletableFuture.completedFuture("done"));
        runAll();
        assertThat(future).isCompletedWithValue("done");
    }

    @Test
    void aStageThatCompletesWhileTheRunnerLeavesEndsTheOperation() throws Exception {
        StageOperation<String, String> operation =
                new StageOperation<>(engine.crew.owner(), "a", () -> new CompletableFuture<String>(), 0);
        CompletableFuture<String> stage = new CompletableFuture<>();
        StageOperation<String, String> met = new StageOperation<>(engine.crew.owner(), "a", () -> stage, 0);
        assertThat(operation.perform()).isSameAs(StageOperation.PENDING);
        assertThat(operation.leaveToStage()).isTrue();
        assertThat(met.perform()).isSameAs(StageOperation.PENDING);
        stage.complete("done");
        assertThat(met.leaveToStage()).isFalse();
        assertThat(met.resultOrThrow()).isEqualTo("done");
    }
}
