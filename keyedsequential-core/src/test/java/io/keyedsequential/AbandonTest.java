package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way out of a body or a stage that never ends. */
@Timeout(600)
class AbandonTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final Recorder recorder = new Recorder();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    /** Begins, and ends when it is opened, whoever interrupts it. */
    private static final class Stubborn {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        String run() {
            entered.countDown();
            while (true) {
                try {
                    open.await();
                    return "too late";
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
        }
    }

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(2).listener(recorder).closeTimeout(Duration.ZERO);
    }

    private static OperationAbandonedException abandonment(OperationFuture<?> future) {
        return (OperationAbandonedException) future.handle((value, error) -> error)
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aBodyThatNeverEndsIsAbandonedAndItsKeyGoesOnBesideIt() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        Stubborn body = new Stubborn();
        OperationFuture<String> future = orders.submit("a", body::run);
        OperationFuture<Boolean> follower = orders.submit("a", () -> ran.add("follower"));
        Eventually.await(body.entered);
        assertThat(orders.abandon(future.operationId())).isTrue();
        Eventually.await(body.interrupted);
        assertThat(follower.join()).isTrue();
        OperationAbandonedException abandoned = abandonment(future);
        assertThat(abandoned)
                .hasMessageContainingAll("orders", "operation " + future.operationId(), "attempt 1", "may still run");
        assertThat(abandoned.atom()).isEqualTo("orders");
        assertThat(abandoned.operationId()).isEqualTo(future.operationId());
        assertThat(abandoned.attempt()).isEqualTo(1);
        assertThat(abandoned.ranFor()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(orders.awaitIdle(Duration.ofMinutes(2)))
                .as("nobody waits for the body")
                .isTrue();
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().active()).isZero();
        assertThat(orders.recent())
                .filteredOn(each -> each.id() == future.operationId())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(OperationState.FAILED);
                    assertThat(each.error()).isSameAs(abandoned);
                });
        body.open.countDown();
        permitsComeBack(orders);
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(recorder.finishedIds()).containsExactlyInAnyOrder(future.operationId(), follower.operationId());
        assertThat(future).isCompletedExceptionally();
    }

    private static void permitsComeBack(KeyedCoordinator<?> orders) {
        Permits<?> permits = ((StripedCoordinator<?>) orders).lanes().permits;
        Eventually.until("every permit is back", () -> permits.taken() == 0);
        assertThat(permits.abandoned()).isZero();
        StructuralCheck.assertIdle(orders);
    }

    /** A permit is a thread's, and the thread is not free. */
    @Test
    void nothingStartsAboveTheLimitBesideAnAbandonedBody() {
        KeyedCoordinator<String> orders = coordinators.add(orders().maxConcurrency(1));
        Stubborn body = new Stubborn();
        long id = orders.execute("a", body::run);
        OperationFuture<Boolean> follower = orders.submit("a", () -> ran.add("follower"));
        Eventually.await(body.entered);
        assertThat(orders.abandon(id)).isTrue();
        StructuralCheck.assertSound(orders);
        assertThat(orders.tryExecute("b", () -> ran.add("other"))).isTrue();
        assertThat(orders.lane("a").orElseThrow().explanation().sentence())
                .contains(
                        "waits for a permit: 1 of 1 are taken, 1 of them by bodies that were abandoned and still run");
        assertThat(ran).isEmpty();
        orders.setMaxConcurrency(2);
        assertThat(follower.join()).isTrue();
        Eventually.idle(orders);
        assertThat(ran).containsExactlyInAnyOrder("follower", "other");
        body.open.countDown();
        permitsComeBack(orders);
    }

    @Test
    void whenTheBodyEndsAfterAllItsThreadGoesOnWithWhatIsReady() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders =
                coordinators.add(orders().maxConcurrency(1).executor(executor));
        List<OperationFuture<String>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            assertThat(orders.abandon(self.get(0).operationId())).isTrue();
            assertThat(orders.abandon(self.get(0).operationId())).as("once").isFalse();
            assertThat(self.get(0)).isCompletedExceptionally();
            assertThat(Thread.interrupted()).isTrue();
            StructuralCheck.assertSound(orders);
            return "ignored";
        }));
        orders.execute("a", () -> ran.add("follower, interrupted " + Thread.interrupted()));
        executor.runAll();
        assertThat(ran).containsExactly("follower, interrupted false");
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(orders.stats().failed()).isEqualTo(1);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aStageThatNeverCompletesIsAbandonedAndWhatItCompletesWithLaterIsIgnored() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders =
                coordinators.add(orders().maxConcurrency(1).executor(executor));
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(future.cancel(true)).as("cancelling alone opens nothing").isTrue();
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(orders.abandon(future.operationId())).isTrue();
        StructuralCheck.assertSound(orders);
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        StructuralCheck.assertIdle(orders);
        stage.complete("too late");
        executor.runAll();
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(recorder.finished).hasSize(2);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void anAbandonedOperationIsNeitherTriedAgainNorParkedNorAReasonToHalt() {
        ManualExecutor executor = new ManualExecutor();
        for (ExhaustedPolicy policy : ExhaustedPolicy.values()) {
            AtomicInteger asked = new AtomicInteger();
            KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor)
                    .exhaustedPolicy(policy)
                    .retryPolicy(RetryPolicy.builder()
                            .maxAttempts(3)
                            .backoff(Duration.ZERO)
                            .retryIf(error -> asked.incrementAndGet() > 0)
                            .build()));
            CompletableFuture<String> stage = new CompletableFuture<>();
            OperationFuture<String> staged = orders.submitAsync("a", () -> stage);
            List<OperationFuture<String>> self = new ArrayList<>();
            self.add(orders.submit("b", () -> {
                orders.abandon(self.get(0).operationId());
                throw new IllegalStateException("on purpose");
            }));
            executor.runAll();
            assertThat(orders.abandon(staged.operationId())).isTrue();
            stage.completeExceptionally(new IllegalStateException("on purpose"));
            executor.runAll();
            assertThat(asked).hasValue(0);
            assertThat(orders.isPaused()).isFalse();
            assertThat(orders.stats().parked()).isZero();
            assertThat(orders.stats().failed()).isEqualTo(2);
            assertThat(abandonment(self.get(0))).isNotNull();
            assertThat(abandonment(staged)).isNotNull();
            StructuralCheck.assertIdle(orders);
        }
    }

    @Test
    void aTurnIsAbandonedAndItsCallerIsThrownTheExceptionWhenItsBodyComesBack() {
        KeyedCoordinator<String> orders = coordinators.add(orders().maxConcurrency(2));
        Stubborn body = new Stubborn();
        TestThread<String> caller = TestThread.start(() -> orders.call("a", body::run));
        Eventually.await(body.entered);
        long id = orders.running(1).get(0).id();
        assertThat(orders.abandon(id)).isTrue();
        Eventually.await(body.interrupted);
        assertThat(orders.<String>call("a", () -> "meanwhile")).isEqualTo("meanwhile");
        assertThat(caller.isDone()).isFalse();
        body.open.countDown();
        assertThat(caller.failure())
                .isInstanceOf(OperationAbandonedException.class)
                .hasMessageContaining("operation " + id);
        assertThat(caller.thread().isInterrupted()).isFalse();
        permitsComeBack(orders);
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    /** The permit of the outer one is lent to the inner one while that runs. */
    @Test
    void aNestedTurnIsAbandonedAndTheOuterOneGoesOn() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().maxConcurrency(1).executor(Runnable::run));
        String outcome = orders.call("a", () -> {
            try {
                return orders.call("b", () -> {
                    orders.abandon(OperationContext.current().orElseThrow().operationId());
                    return "ignored";
                });
            } catch (OperationAbandonedException e) {
                return "abandoned";
            }
        });
        assertThat(outcome).isEqualTo("abandoned");
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(orders.stats().failed()).isEqualTo(1);
        permitsComeBack(orders);
    }

    /** It holds its key no longer, so it takes its turn like any other. */
    @Test
    void anAbandonedBodyThatCallsItsOwnKeyWaitsForItsTurn() {
        KeyedCoordinator<String> orders = coordinators.add(orders().maxConcurrency(3));
        Gate follower = new Gate();
        Stubborn body = new Stubborn();
        OperationFuture<String> future = orders.submit("a", () -> {
            body.run();
            return orders.call("a", () -> String.valueOf(ran.add("own call")));
        });
        orders.execute("a", () -> {
            follower.run();
            ran.add("follower");
        });
        Eventually.await(body.entered);
        orders.abandon(future.operationId());
        follower.awaitEntered();
        body.open.countDown();
        Eventually.until("it waits", () -> orders.stats().queued() == 1);
        assertThat(ran).isEmpty();
        follower.open();
        Eventually.until("both", () -> ran.size() == 2);
        assertThat(ran).containsExactly("follower", "own call");
        permitsComeBack(orders);
    }

    @Test
    void whatNeitherRunsNorAwaitsCannotBeAbandoned() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders =
                coordinators.add(orders().executor(executor).exhaustedPolicy(ExhaustedPolicy.PARK));
        long failing = orders.execute("a", () -> {
            throw new IllegalStateException("on purpose");
        });
        long queued = orders.execute("b", () -> {});
        assertThat(orders.abandon(queued)).isFalse();
        executor.runAll();
        assertThat(orders.abandon(queued)).isFalse();
        assertThat(orders.abandon(failing)).as("parked").isFalse();
        assertThat(orders.abandon(4711)).isFalse();
        assertThat(orders.skip("a")).isTrue();
    }

    @Test
    void theExplanationOfAKeyThatDoesNotMoveSaysThatItsOperationCanBeAbandoned() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        Gate gate = new Gate();
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.execute("a", (Runnable) gate);
        orders.submitAsync("b", () -> stage);
        gate.awaitEntered();
        Eventually.until("b awaits", () -> orders.stats().awaiting() == 1);
        assertThat(orders.lane("a").orElseThrow().explanation().sentence())
                .endsWith("; if it never ends, it can be abandoned");
        assertThat(orders.lane("b").orElseThrow().explanation().sentence())
                .endsWith("; if the stage never ends, the operation can be abandoned");
        gate.open();
        stage.complete("");
    }

    @Test
    void theTimeThatABodyHadIsCalledOffWithItsStage() {
        ManualTimer timer = new ManualTimer();
        ManualExecutor executor = new ManualExecutor();
        StripedCoordinator<String> orders =
                coordinators.add(orders().executor(executor).runTimeout(Duration.ofSeconds(1)), timer);
        OperationFuture<String> staged = orders.submitAsync("a", CompletableFuture::new);
        executor.runAll();
        ManualTimer.Set set = timer.only();
        assertThat(orders.abandon(staged.operationId())).isTrue();
        assertThat(timer.pending()).isEmpty();
        set.fire();
        assertThat(abandonment(staged)).isNotNull();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void abandoningAfterTheCoordinatorIsClosedLeavesNothing() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor));
        OperationFuture<String> staged = orders.submitAsync("a", CompletableFuture::new);
        executor.runAll();
        orders.close();
        assertThat(orders.abandon(staged.operationId())).isTrue();
        StructuralCheck.assertIdle(orders);
    }

    // ---------------------------------------------------------------- a stage that waits for its own key

    @Test
    void aBodyThatReturnsAFutureOfItsOwnKeyIsToldAtOnce() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Boolean> outer = orders.submitAsync("a", () -> orders.submit("a", () -> ran.add("behind it")));
        assertThatThrownBy(outer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(KeyedDeadlockException.class)
                .hasMessageContainingAll("orders", "operation " + outer.operationId());
        Eventually.idle(orders);
        assertThat(ran).as("it was enqueued, and runs").containsExactly("behind it");
    }

    @Test
    void aBodyThatReturnsItsOwnFutureIsToldAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor));
        List<OperationFuture<String>> self = new ArrayList<>();
        self.add(orders.submitAsync("a", () -> self.get(0)));
        executor.runAll();
        assertThatThrownBy(self.get(0)::join).hasCauseInstanceOf(KeyedDeadlockException.class);
    }

    @Test
    void aBodyMayReturnAFutureOfAnotherKeyAndOneOfItsOwnThatIsDone() {
        KeyedCoordinator<String> orders = coordinators.add(orders().maxConcurrency(1));
        OperationFuture<String> done = orders.submit("a", () -> "done");
        assertThat(done.join()).isEqualTo("done");
        assertThat(orders.submitAsync("a", () -> done).join()).isEqualTo("done");
        assertThat(orders.submitAsync("a", () -> orders.submit("b", () -> "other"))
                        .join())
                .isEqualTo("other");
    }

    // ---------------------------------------------------------------- both at once

    /** A body ends while it is abandoned, thousands of times: one of both ends it, and the order of the key holds. */
    @Test
    void anEndAndAnAbandonmentThatMeetEndTheOperationOnce() {
        KeyedCoordinator<Integer> orders = coordinators.add(
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(4).listener(recorder));
        int rounds = 20_000;
        AtomicInteger ended = new AtomicInteger();
        List<OperationFuture<Integer>> futures = new ArrayList<>();
        TestThread<Integer> abandoner = TestThread.start(() -> {
            int abandoned = 0;
            while (ended.get() < rounds) {
                for (OperationSnapshot each : orders.running(4)) {
                    abandoned += orders.abandon(each.id()) ? 1 : 0;
                }
            }
            return abandoned;
        });
        for (int i = 0; i < rounds; i++) {
            CompletableFuture<Integer> stage = i % 3 == 0 ? new CompletableFuture<>() : null;
            futures.add(
                    stage == null
                            ? orders.submit(i % 7, () -> 1)
                            : orders.submitAsync(i % 7, () -> stage.completeAsync(() -> 1)));
            futures.get(i).whenComplete((value, error) -> ended.incrementAndGet());
        }
        futures.forEach(each -> each.handle((value, error) -> 0).join());
        int abandoned = abandoner.result();
        Eventually.idle(orders);
        permitsComeBack(orders);
        assertThat(orders.stats().failed()).isEqualTo(abandoned);
        assertThat(orders.stats().completed()).isEqualTo(rounds - abandoned);
        assertThat(recorder.finished).hasSize(rounds);
        assertThat(futures.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(abandoned);
    }
}
