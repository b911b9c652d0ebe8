package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Intake, idleness and draining. */
@Timeout(600)
class LifeCycleTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().maxConcurrency(2).executor(executor));

    @Test
    void aClosedIntakeRefusesEveryWayInAndOpensAgain() {
        assertThat(orders.isIntakeOpen()).isTrue();
        orders.closeIntake();
        assertThat(orders.isIntakeOpen()).isFalse();
        List<Runnable> waysIn = List.of(
                () -> orders.execute("a", () -> {}),
                () -> orders.submit("a", () -> 1),
                () -> orders.submitAsync("a", () -> CompletableFuture.completedFuture(1)),
                () -> orders.call("a", () -> 1),
                () -> orders.executor("a").execute(() -> {}));
        for (Runnable wayIn : waysIn) {
            RejectedOperationException rejection = catchThrowableOfType(RejectedOperationException.class, wayIn::run);
            assertThat(rejection.reason()).isEqualTo(Reason.CLOSED);
            assertThat(rejection).hasMessage("orders: rejected, closed (queued=0, active=0, lanes=0, capacity=10000)");
        }
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        assertThat(orders.stats().rejected()).isEqualTo(6);
        orders.openIntake();
        assertThat(orders.tryExecute("a", () -> {})).isTrue();
        executor.runAll();
    }

    @Test
    void whatWasAdmittedRunsThroughAClosedIntake() {
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        orders.closeIntake();
        executor.runAll();
        assertThat(future).isCompletedWithValue(1);
    }

    @Test
    void awaitIdleLooksOnceWithZero() {
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
        orders.execute("a", () -> {});
        assertThat(orders.awaitIdle(Duration.ZERO)).isFalse();
        assertThat(orders.awaitIdle(Duration.ofMillis(5))).isFalse();
        executor.runAll();
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(orders.isIntakeOpen()).isTrue();
    }

    @Test
    void awaitIdleIsWokenByTheLastOperation() {
        orders.execute("a", () -> {});
        TestThread<Boolean> waiter = TestThread.start(() -> orders.awaitIdle(Duration.ofMinutes(5)));
        waiter.awaitWaiting();
        executor.runAll();
        assertThat(waiter.result()).isTrue();
    }

    @Test
    void awaitIdleIsWokenByTheLastTurn() {
        Gate gate = new Gate();
        TestThread<String> turn = TestThread.start(() -> orders.call("a", gate));
        gate.awaitEntered();
        TestThread<Boolean> waiter = TestThread.start(() -> orders.awaitIdle(Duration.ofMinutes(5)));
        waiter.awaitWaiting();
        gate.open();
        assertThat(waiter.result()).isTrue();
        turn.result();
    }

    @Test
    void awaitIdleIsWokenByTheLastCancellation() {
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        orders.pause();
        executor.runAll();
        TestThread<Boolean> waiter = TestThread.start(() -> orders.awaitIdle(Duration.ofMinutes(5)));
        waiter.awaitWaiting();
        future.cancel(false);
        assertThat(waiter.result()).isTrue();
    }

    @Test
    void awaitIdleIsWokenByTheLastStage() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        executor.runAll();
        TestThread<Boolean> waiter = TestThread.start(() -> orders.awaitIdle(Duration.ofMinutes(5)));
        waiter.awaitWaiting();
        stage.complete(1);
        assertThat(waiter.result()).isTrue();
    }

    @Test
    void anInterruptedWaiterReturnsWithItsFlagSet() {
        orders.execute("a", () -> {});
        Thread.currentThread().interrupt();
        assertThat(orders.awaitIdle(Duration.ofMinutes(5))).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        executor.runAll();
    }

    @Test
    void awaitIdleReturnsAfterTheFutureIsCompleteAndTheListenerTold() {
        Recorder recorder = new Recorder();
        KeyedCoordinator<String> told =
                coordinators.add(Coordinators.orders().maxConcurrency(2).listener(recorder));
        for (int i = 1; i <= 500; i++) {
            told.submit("key-" + i % 3, () -> 1);
            assertThat(told.awaitIdle(Duration.ofMinutes(2))).isTrue();
            assertThat(recorder.finished).hasSize(i);
        }
    }

    @Test
    void awaitIdleAndDrainFromInsideAnOperationAreRefused() {
        AtomicReference<Throwable> idle = new AtomicReference<>();
        AtomicReference<Throwable> drain = new AtomicReference<>();
        orders.execute("a", () -> {
            idle.set(catchThrowable(() -> orders.awaitIdle(Duration.ofMinutes(1))));
            drain.set(catchThrowable(() -> orders.drain(Duration.ofMinutes(1))));
        });
        executor.runAll();
        assertThat(idle.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("orders: awaitIdle");
        assertThat(drain.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("orders: drain");
        assertThat(orders.isIntakeOpen()).as("a refused drain changes nothing").isTrue();
    }

    @Test
    void awaitIdleFromInsideATurnIsRefused() {
        assertThatThrownBy(() -> orders.call("a", () -> orders.awaitIdle(Duration.ofMinutes(1))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void awaitIdleFromTheListenerOnTheThreadOfATurnIsRefused() {
        AtomicReference<KeyedCoordinator<String>> self = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        KeyedCoordinator<String> told = coordinators.add(Coordinators.orders().listener(new CoordinatorListener() {
            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                thrown.set(catchThrowable(() -> self.get().awaitIdle(Duration.ofMillis(10))));
            }
        }));
        self.set(told);
        told.call("a", () -> 1);
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOperationMayWaitForAnotherAtomToBeIdle() {
        KeyedCoordinator<String> other = coordinators.add(KeyedCoordinator.<String>builder("other"));
        OperationFuture<Boolean> future = orders.submit("a", () -> other.awaitIdle(Duration.ofSeconds(5)));
        executor.runAll();
        assertThat(future).isCompletedWithValue(true);
    }

    // ---------------------------------------------------------------- drain

    @Test
    void aCompleteDrainReportsNothingLeft() {
        orders.execute("a", () -> {});
        orders.execute("b", () -> {});
        TestThread<DrainReport> drain = TestThread.start(() -> orders.drain(Duration.ofMinutes(1)));
        drain.awaitWaiting();
        executor.runAll();
        DrainReport report = drain.result();
        assertThat(report.atom()).isEqualTo("orders");
        assertThat(report.complete()).isTrue();
        assertThat(report.finished()).isEqualTo(2);
        assertThat(report.remaining()).isZero();
        assertThat(report.remainingByKey()).isEmpty();
        assertThat(report.summary()).startsWith("orders: drained in ").contains("2 finished");
        assertThat(orders.isIntakeOpen()).isFalse();
        orders.openIntake();
        assertThat(orders.tryExecute("a", () -> {})).isTrue();
        executor.runAll();
    }

    @Test
    void anIncompleteDrainReportsWhatIsLeftByKeyInOrder() {
        long a1 = orders.execute("a", () -> {});
        long b1 = orders.execute("b", () -> {});
        long a2 = orders.execute("a", () -> {});
        DrainReport report = orders.drain(Duration.ofMillis(5));
        assertThat(report.complete()).isFalse();
        assertThat(report.remaining()).isEqualTo(3);
        assertThat(report.finished()).isZero();
        assertThat(report.took()).isGreaterThanOrEqualTo(Duration.ofMillis(5));
        assertThat(report.remainingByKey()).containsOnlyKeys("a", "b");
        assertThat(report.remainingByKey().get("a"))
                .extracting(OperationSnapshot::id)
                .containsExactly(a1, a2);
        assertThat(report.remainingByKey().get("b"))
                .extracting(OperationSnapshot::id)
                .containsExactly(b1);
        assertThat(report.summary()).contains("3 operations of 2 keys left").doesNotContain("[a");
        executor.runAll(); // nothing was cancelled
        assertThat(orders.stats().completed()).isEqualTo(3);
    }

    @Test
    void aDrainReportsWhatRunsAndWhatAwaits() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        executor.runAll();
        Gate gate = new Gate();
        TestThread<String> turn = TestThread.start(() -> orders.call("b", gate));
        gate.awaitEntered();
        DrainReport report = orders.drain(Duration.ZERO);
        assertThat(report.remainingByKey().get("a"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.AWAITING);
        assertThat(report.remainingByKey().get("b"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.RUNNING);
        gate.open();
        turn.result();
        stage.complete("done");
    }

    @Test
    void anInterruptedDrainReportsAtOnceWithItsFlagSet() {
        orders.execute("a", () -> {});
        Thread.currentThread().interrupt();
        DrainReport report = orders.drain(Duration.ofMinutes(5));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.remaining()).isEqualTo(1);
        executor.runAll();
    }

    @Test
    void aDrainLetsOperationsFinishWhatTheyEnqueue() {
        orders.execute("a", () -> orders.execute("b", () -> orders.execute("c", () -> {})));
        TestThread<DrainReport> drain = TestThread.start(() -> orders.drain(Duration.ofMinutes(1)));
        drain.awaitWaiting();
        executor.runAll();
        assertThat(drain.result().finished()).isEqualTo(3);
    }
}
