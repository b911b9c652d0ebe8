package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(600)
class CancelTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final ManualTimer timer = new ManualTimer();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor).listener(recorder);
    }

    @Test
    void cancellingAQueuedFutureWithdrawsItsOperationAndFreesItsRoomAtOnce() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(2));
        OperationFuture<Boolean> first = orders.submit("a", () -> ran.add("first"));
        OperationFuture<Boolean> second = orders.submit("a", () -> ran.add("second"));
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        assertThat(first.cancel(true)).isTrue();
        assertThat(first.cancel(true)).as("it stays cancelled").isTrue();
        assertThat(orders.stats().queued()).isEqualTo(1);
        assertThat(orders.stats().cancelled()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        assertThat(orders.tryExecute("a", () -> ran.add("third"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("second", "third");
        assertThat(second).isCompletedWithValue(true);
        assertThat(recorder.finished.get(0).id()).isEqualTo(first.operationId());
        assertThat(recorder.finished.get(0).state()).isEqualTo(OperationState.CANCELLED);
    }

    @Test
    void cancellingTheLastQueuedOneTakesTheLane() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.submit("a", () -> 1).cancel(false);
        assertThat(orders.stats().lanes()).isZero();
        executor.runAll(); // a runner that finds nothing
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void cancellingARunningFutureLetsTheBodyEndAndHoldsTheKeyUntilThen() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        List<OperationFuture<Boolean>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            assertThat(self.get(0).cancel(false)).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            orders.execute("a", () -> ran.add("next"));
            return ran.add("self");
        }));
        executor.runAll();
        assertThat(ran).containsExactly("self", "next");
        assertThat(self.get(0)).isCancelled();
        assertThat(orders.stats().completed()).isEqualTo(2);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void cancellingAFinishedFutureDoesNothing() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        executor.runAll();
        assertThat(future.cancel(true)).isFalse();
        assertThat(future).isCompletedWithValue(1);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void completingAFutureByHandHasNoInfluenceOnTheOperation() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("ran"));
        future.complete(false);
        executor.runAll();
        assertThat(ran).containsExactly("ran");
        assertThat(future).isCompletedWithValue(false);
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void cancellingADependentDoesNotCancelTheOperation() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.submit("a", () -> ran.add("ran")).thenApply(x -> x).cancel(true);
        executor.runAll();
        assertThat(ran).containsExactly("ran");
    }

    /** The room is free at once: also for whoever is told of the cancellation. */
    @Test
    void aDependentOfACancelledFutureFindsTheRoomThatItLeft() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        CompletableFuture<Boolean> instead =
                future.handle((result, error) -> orders.tryExecute("a", () -> ran.add("instead")));
        future.cancel(false);
        assertThat(instead).isCompletedWithValue(true);
        executor.runAll();
        assertThat(ran).containsExactly("instead");
    }

    /** Whoever is told that a queued operation was cancelled may rely on it that its body does not run. */
    @Test
    void aDependentOfACancelledFutureCannotMeetItsBody() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        future.whenComplete((result, error) -> executor.runAll()); // what another thread may do meanwhile
        future.cancel(false);
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(orders.stats().cancelled()).isEqualTo(1);
    }

    @Test
    void aQueuedStageIsWithdrawnToo() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<String> future = orders.submitAsync("a", () -> {
            ran.add("never");
            return new CompletableFuture<>();
        });
        future.cancel(false);
        executor.runAll();
        assertThat(ran).isEmpty();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void cancellingWhileALaneIsWalkedLosesAndDoublesNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(2).capacity(100_000));
        int[] bodies = new int[1];
        int total = 0;
        for (int round = 0; round < 200; round++) {
            List<OperationFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(orders.submit("a", () -> bodies[0]++));
            }
            total += futures.size();
            for (OperationFuture<Integer> future : futures) {
                if (random.nextBoolean()) {
                    future.cancel(false);
                }
            }
            Eventually.idle(orders);
        }
        CoordinatorStats stats = orders.stats();
        assertThat(stats.completed()).as("seed %d", seed).isEqualTo(bodies[0]);
        assertThat(stats.completed() + stats.cancelled()).as("seed %d", seed).isEqualTo(total);
    }

    // ---------------------------------------------------------------- every state, every way

    /** How somebody cancels. */
    private enum Way {
        FUTURE_WITH_INTERRUPT,
        FUTURE_WITHOUT_INTERRUPT,
        BY_ID;

        boolean cancel(KeyedCoordinator<String> orders, OperationFuture<?> future) {
            return switch (this) {
                case FUTURE_WITH_INTERRUPT -> future.cancel(true);
                case FUTURE_WITHOUT_INTERRUPT -> future.cancel(false);
                case BY_ID -> orders.cancel(future.operationId());
            };
        }
    }

    private static RetryPolicy retries() {
        return RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Duration.ofMinutes(1))
                .jitter(0)
                .build();
    }

    private static void assertCancelled(KeyedCoordinator<String> orders, OperationFuture<?> future) {
        assertThat(future).isCancelled();
        assertThat(orders.stats().cancelled()).isEqualTo(1);
        assertThat(orders.stats().failed()).isZero();
        assertThat(orders.snapshot())
                .filteredOn(each -> each.id() == future.operationId())
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.CANCELLED);
        assertThat(orders.cancel(future.operationId())).as("it has ended").isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aQueuedOperationIsTakenOut(Way way) {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        assertThat(way.cancel(orders, future)).isTrue();
        assertCancelled(orders, future);
        assertThat(orders.tryExecute("b", () -> ran.add("room"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("room");
    }

    @ParameterizedTest
    @EnumSource
    void aGatheringOperationIsTakenOut(Way way) {
        StripedCoordinator<String> orders = coordinators.add(orders().capacity(1), timer);
        OperationFuture<Boolean> future = orders.submitLatest(
                "a",
                Coalescing.latest("g").quiet(Duration.ofMinutes(1), Duration.ofMinutes(1)),
                () -> ran.add("never"));
        assertThat(way.cancel(orders, future)).isTrue();
        assertCancelled(orders, future);
        assertThat(orders.stats().lanes()).isZero();
        timer.fireAll();
        assertThat(orders.tryExecute("b", () -> ran.add("room"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("room");
    }

    @ParameterizedTest
    @EnumSource
    void aBackingOffOperationIsTakenOutAndItsKeyOpens(Way way) {
        StripedCoordinator<String> orders =
                coordinators.add(orders().capacity(2).retryPolicy(retries()), timer);
        OperationFuture<Object> future = orders.submit("a", () -> {
            ran.add("attempt");
            throw new IllegalStateException("on purpose");
        });
        orders.execute("a", () -> ran.add("follower"));
        executor.runOne();
        assertThat(orders.stats().backingOff()).isEqualTo(1);
        assertThat(orders.tryExecute("b", () -> ran.add("room"))).isFalse();
        assertThat(way.cancel(orders, future)).isTrue();
        assertCancelled(orders, future);
        assertThat(orders.tryExecute("b", () -> ran.add("room"))).isTrue();
        executor.runAll();
        timer.fireAll(); // nobody calls it off, and it finds nobody
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("attempt", "follower", "room");
        assertThat(orders.stats().backingOff()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aParkedOperationIsTakenOutAndItsKeyOpens(Way way) {
        KeyedCoordinator<String> orders = coordinators.add(orders().exhaustedPolicy(ExhaustedPolicy.PARK));
        OperationFuture<Object> future = orders.submit("a", () -> {
            throw new IllegalStateException("on purpose");
        });
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(orders.stats().parked()).isEqualTo(1);
        assertThat(ran).isEmpty();
        assertThat(way.cancel(orders, future)).isTrue();
        assertCancelled(orders, future);
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        assertThat(orders.stats().parked()).isZero();
    }

    /** Whether or not it was interrupted: who cancels does not want it to be tried again. */
    @ParameterizedTest
    @EnumSource
    void aRunningOperationThatThrowsEndsCancelledAndIsNotTriedAgain(Way way) {
        StripedCoordinator<String> orders =
                coordinators.add(orders().retryPolicy(retries()).exhaustedPolicy(ExhaustedPolicy.PARK), timer);
        List<OperationFuture<Object>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            assertThat(way.cancel(orders, self.get(0))).isTrue();
            assertThat(self.get(0)).isCancelled();
            ran.add("interrupted " + Thread.interrupted());
            throw new IllegalStateException("on purpose");
        }));
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(ran).containsExactly("interrupted " + (way != Way.FUTURE_WITHOUT_INTERRUPT), "follower");
        assertCancelled(orders, self.get(0));
        assertThat(timer.everSet()).isZero();
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aRunningOperationThatReturnsHasCompletedThoughItsFutureIsCancelled(Way way) {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        List<OperationFuture<Object>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> way.cancel(orders, self.get(0))));
        executor.runAll();
        assertThat(self.get(0)).isCancelled();
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anAwaitingOperationWhoseStageFailsEndsCancelledAndIsNotTriedAgain(Way way) {
        StripedCoordinator<String> orders = coordinators.add(orders().retryPolicy(retries()), timer);
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(way.cancel(orders, future)).isTrue();
        assertThat(future).isCancelled();
        executor.runAll();
        assertThat(ran).as("its key is closed until the stage ends").isEmpty();
        assertThat(Thread.interrupted()).isFalse();
        stage.completeExceptionally(new IllegalStateException("on purpose"));
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        assertCancelled(orders, future);
        assertThat(timer.everSet()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aFinishedOperationStaysAsItIs(Way way) {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        executor.runAll();
        assertThat(way.cancel(orders, future)).isFalse();
        assertThat(future).isCompletedWithValue(1);
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void anIdThatNeverWasIsNotCancelled() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        assertThat(orders.cancel(0)).isFalse();
        assertThat(orders.cancel(42)).isFalse();
    }

    @Test
    void aFireAndForgetOperationIsCancelledById() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        long id = orders.execute("a", () -> ran.add("never"));
        assertThat(orders.cancel(id)).isTrue();
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(recorder.finishedIds()).containsExactly(id);
    }

    @Test
    void aCallerWhoseTurnIsCancelledIsTold() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.pauseKey("a");
        TestThread<Object> caller = TestThread.start(() -> orders.call("a", () -> ran.add("never")));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        assertThat(orders.cancel(orders.snapshot().get(0).id())).isTrue();
        assertThat(caller.failure()).isInstanceOf(CancellationException.class);
        assertThat(ran).isEmpty();
        orders.resumeKey("a");
    }

    @Test
    void aTurnThatIsCancelledWhileItRunsLeavesItsCallerNoInterrupt() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        String seen = orders.call("a", () -> {
            long id = OperationContext.current().orElseThrow().operationId();
            assertThat(orders.cancel(id)).isTrue();
            return "interrupted " + Thread.currentThread().isInterrupted();
        });
        assertThat(seen).isEqualTo("interrupted true");
        assertThat(Thread.interrupted()).isFalse();
    }

    /**
     * The operation has been taken by a runner, which wakes another one before it runs the body: an interrupt that comes
     * there is cleared with what the last operation left. The body must not run as if nobody had cancelled it.
     */
    @Test
    void whatIsCancelledBetweenItsStartAndItsBodyDoesNotRun() {
        List<Boolean> cancelled = new ArrayList<>();
        List<OperationFuture<Boolean>> first = new ArrayList<>();
        List<KeyedCoordinator<String>> atom = new ArrayList<>();
        Executor hooked = runner -> {
            if (!first.isEmpty() && atom.get(0).stats().active() == 1) {
                cancelled.add(first.get(0).cancel(true));
            }
            executor.execute(runner);
        };
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().fairScheduling(true).maxConcurrency(2).executor(hooked));
        atom.add(orders);
        first.add(orders.submit("a", () -> ran.add("never")));
        orders.execute("b", () -> ran.add("other"));
        executor.runAll();
        assertThat(cancelled).containsExactly(true);
        assertThat(first.get(0)).isCancelled();
        assertThat(ran).containsExactly("other");
        assertThat(orders.stats().cancelled()).isEqualTo(1);
    }

    /** Of the deciding class: whoever is stopped is not held back, and keeps count of its attempts. */
    @Test
    void whatIsStoppedIsNotHeldBack() {
        LanesHarness harness = new LanesHarness(options -> {});
        PlainOperation<String> operation = harness.queued("a");
        Slot<String> slot = harness.begin();
        Attempts failed = Attempts.after(null, new IllegalStateException(), 0, 0, 0);
        assertThat(operation.stop()).isTrue();
        for (int state : new int[] {Operation.BACKING_OFF, Operation.PARKED}) {
            assertThat(harness.lanes.suspension.holdBack(slot, operation, state, failed))
                    .isFalse();
            assertThat(operation.isStopped()).isTrue();
            assertThat(operation.attempts).isNull();
            assertThat(operation.state()).isEqualTo(Operation.RUNNING);
        }
        StructuralCheck.assertSound(harness.lanes);
        harness.finish(slot);
        assertThat(operation.stop()).as("it has ended").isFalse();
        StructuralCheck.assertIdle(harness.lanes);
    }

    @Test
    void whatIsHeldBackIsNotStoppedButTakenOut() {
        LanesHarness harness = new LanesHarness(options -> {});
        PlainOperation<String> operation = harness.queued("a");
        PlainOperation<String> follower = harness.queued("a");
        Slot<String> slot = harness.begin();
        Attempts failed = Attempts.after(null, new IllegalStateException(), 0, 0, 0);
        assertThat(harness.lanes.suspension.holdBack(slot, operation, Operation.BACKING_OFF, failed))
                .isTrue();
        harness.lanes.permits.release(slot);
        assertThat(operation.stop()).isFalse();
        assertThat(harness.lanes.removal.takeOut(operation, Operation.CANCELLED))
                .isNotNull();
        assertThat(harness.lanes.removal.takeOut(operation, Operation.CANCELLED))
                .as("twice")
                .isNull();
        assertThat(harness.lanes.suspension.release(operation, failed, failed)).isNull();
        StructuralCheck.assertSound(harness.lanes);
        assertThat((Object) harness.begin().current()).isSameAs(follower);
    }

    /**
     * An operation that fails again and again without a pause, and so is running, backing off and queued in turn, is
     * cancelled at any moment: one that was missed would go on for ever.
     */
    @Test
    void aCancellationMissesNoOperationThatMoves() {
        KeyedCoordinator<Integer> orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(2)
                .listener(new Recorder())
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(Integer.MAX_VALUE)
                        .backoff(Duration.ZERO)
                        .build()));
        IllegalStateException failure = new IllegalStateException("on purpose");
        for (int round = 0; round < 4_000; round++) {
            CountDownLatch begun = new CountDownLatch(1);
            OperationFuture<Object> future = orders.submit(round & 3, () -> {
                begun.countDown();
                throw failure;
            });
            Eventually.await(begun);
            for (int i = 0; i < round % 50; i++) {
                Thread.onSpinWait();
            }
            assertThat(future.cancel((round & 1) == 0)).isTrue();
        }
        Eventually.idle(orders);
        assertThat(orders.stats().cancelled()).isEqualTo(4_000);
        StructuralCheck.assertIdle(orders);
    }

    /** The look for an operation by its id goes through slots and lanes, and the operation from the one to the other. */
    @Test
    void anOperationIsFoundByItsIdWhileItStarts() {
        KeyedCoordinator<Integer> orders =
                coordinators.add(KeyedCoordinator.<Integer>builder("orders").maxConcurrency(2));
        for (int round = 0; round < 4_000; round++) {
            CountDownLatch never = new CountDownLatch(1);
            long id = orders.execute(round & 3, () -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < round % 200; i++) {
                Thread.onSpinWait();
            }
            assertThat(orders.cancel(id)).as("round %d", round).isTrue();
        }
        Eventually.idle(orders);
        assertThat(orders.stats().cancelled()).isEqualTo(4_000);
    }
}
