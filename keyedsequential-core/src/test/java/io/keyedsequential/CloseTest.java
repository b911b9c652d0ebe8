package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class CloseTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();

    private KeyedCoordinator<String> manual() {
        return coordinators.add(
                Coordinators.orders().maxConcurrency(1).executor(executor).closeTimeout(Duration.ZERO));
    }

    @Test
    void closingAnIdleCoordinatorReturnsAtOnceAndAgain() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.submit("a", () -> 1).join();
        orders.close();
        orders.close();
        assertThat(orders.isIntakeOpen()).isFalse();
    }

    @Test
    void closingDrainsWithinTheCloseTimeout() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().closeTimeout(Eventually.DEADLINE));
        OperationFuture<Integer> last = null;
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            last = orders.submit("a", () -> number);
        }
        orders.close();
        assertThat(last).isCompletedWithValue(999);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void queuedFuturesAreCancelledAndTheListenerIsTold() {
        Recorder recorder = new Recorder();
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().executor(executor).listener(recorder).closeTimeout(Duration.ZERO));
        OperationFuture<Integer> first = orders.submit("a", () -> 1);
        OperationFuture<Integer> second = orders.submit("a", () -> 2);
        orders.close();
        assertThat(first).isCancelled();
        assertThatThrownBy(second::join).isInstanceOf(CancellationException.class);
        assertThat(orders.stats().cancelled()).isEqualTo(2);
        assertThat(recorder.finished).extracting(OperationSnapshot::state).containsOnly(OperationState.CANCELLED);
        executor.runAll();
    }

    @Test
    void aCallerThatWaitsForItsTurnIsTurnedAway() {
        KeyedCoordinator<String> orders = manual();
        orders.execute("a", () -> {});
        TestThread<String> caller = TestThread.start(() -> orders.call("a", () -> "never"));
        Eventually.until("it is queued", () -> orders.stats().queued() == 2);
        orders.close();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.CLOSED);
        executor.runAll();
    }

    @Test
    void aCallerThatWaitsForRoomIsTurnedAway() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().executor(executor).capacity(1).closeTimeout(Duration.ZERO));
        orders.execute("a", () -> {});
        TestThread<Long> caller = TestThread.start(() -> orders.execute("b", () -> {}));
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        orders.close();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.CLOSED);
        executor.runAll();
    }

    @Test
    void whatRunsOnTheOwnedPoolIsInterruptedAndItsFutureStillCompletes() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).closeTimeout(Duration.ofMillis(1)));
        CountDownLatch running = new CountDownLatch(1);
        OperationFuture<String> future = orders.submit("a", () -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
                return "never";
            } catch (InterruptedException e) {
                return "interrupted";
            }
        });
        Eventually.await(running);
        OperationFuture<String> behind = orders.submit("a", () -> "never");
        orders.close();
        assertThat(future.orTimeout(120, java.util.concurrent.TimeUnit.SECONDS).join())
                .isEqualTo("interrupted");
        assertThat(behind).isCancelled();
    }

    @Test
    void whatRunsOnAForeignThreadIsNotInterrupted() {
        KeyedCoordinator<String> orders = manual();
        AtomicBoolean interrupted = new AtomicBoolean();
        orders.execute("a", () -> {
            TestThread.start(() -> {
                        orders.close();
                        return null;
                    })
                    .result();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        executor.runAll();
        assertThat(interrupted).isFalse();
    }

    @Test
    void afterCloseNothingIsAcceptedAndTheIntakeStaysClosed() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.close();
        assertThatThrownBy(() -> orders.execute("a", () -> {}))
                .isInstanceOf(RejectedOperationException.class)
                .hasMessage("orders: rejected, closed (queued=0, active=0, lanes=0, capacity=10000)");
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        assertThatThrownBy(orders::openIntake)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("orders: openIntake");
        assertThat(orders.isIntakeOpen()).isFalse();
    }

    @Test
    void closingFromInsideAnOperationDoesNotHang() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        Gate gate = new Gate();
        OperationFuture<String> closing = orders.submit("a", () -> {
            gate.run();
            orders.close();
            return "closed";
        });
        gate.awaitEntered();
        OperationFuture<String> behind = orders.submit("a", () -> "never");
        gate.open();
        assertThat(closing.orTimeout(120, java.util.concurrent.TimeUnit.SECONDS).join())
                .isEqualTo("closed");
        assertThat(behind).isCancelled();
    }

    @Test
    void closingFromInsideATurnDoesNotHang() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.call("a", () -> {
            orders.close();
            return null;
        });
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void anOperationThatRunsOnAfterCloseCannotEnqueue() {
        KeyedCoordinator<String> orders = manual();
        Reason[] reason = new Reason[1];
        orders.execute("a", () -> {
            orders.close();
            try {
                orders.execute("b", () -> {});
            } catch (RejectedOperationException e) {
                reason[0] = e.reason();
            }
        });
        executor.runAll();
        assertThat(reason[0]).isEqualTo(Reason.CLOSED);
    }

    @Test
    void pausedAndPausedKeysAreGoneAfterClose() {
        KeyedCoordinator<String> orders = manual();
        orders.pauseKey("a");
        orders.pauseKey("b");
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        orders.pause();
        orders.close();
        assertThat(future).isCancelled();
        assertThat(orders.stats().lanes()).isZero();
    }

    @Test
    void manyThreadsMayCloseAtOnce() {
        for (int round = 0; round < 50; round++) {
            KeyedCoordinator<String> orders =
                    coordinators.add(Coordinators.orders().maxConcurrency(2).closeTimeout(Duration.ZERO));
            for (int i = 0; i < 50; i++) {
                orders.execute("key-" + i % 5, () -> {});
            }
            TestThread<Object> other = TestThread.start(() -> {
                orders.close();
                return null;
            });
            orders.close();
            other.result();
        }
    }

    /** A runner that the pool has taken and not begun holds a slot: stopping the pool must not lose it. */
    @Test
    void aCoordinatorThatIsClosedAtOnceComesToRest() {
        for (int round = 0; round < 300; round++) {
            KeyedCoordinator<String> orders = Coordinators.orders()
                    .maxConcurrency(1)
                    .closeTimeout(Duration.ZERO)
                    .build();
            orders.submit("a", () -> 1).join();
            Eventually.idle(orders);
            orders.execute("a", () -> {}); // its runner goes through the pool's queue
            orders.close();
            assertThat(orders.awaitIdle(Eventually.DEADLINE))
                    .as("round %d: %s", round, orders)
                    .isTrue();
            StructuralCheck.assertIdle(orders);
        }
    }
}
