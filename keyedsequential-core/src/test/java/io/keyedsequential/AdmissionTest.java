package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class AdmissionTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();

    private KeyedCoordinator.Builder<String> rejecting() {
        return Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .listener(recorder)
                .overflowPolicy(OverflowPolicy.REJECT);
    }

    private static RejectedOperationException rejection(Runnable offer) {
        return catchThrowableOfType(RejectedOperationException.class, offer::run);
    }

    private void fill(KeyedCoordinator<String> orders, String key, int count) {
        for (int i = 0; i < count; i++) {
            orders.execute(key, () -> {});
        }
    }

    @Test
    void capacityOperationsAreTakenAndNotOneMore() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(3));
        fill(orders, "a", 2);
        fill(orders, "b", 1);
        RejectedOperationException rejection = rejection(() -> orders.execute("c", () -> {}));
        assertThat(rejection)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("orders: rejected, full (queued=3, active=0, lanes=2, capacity=3)");
        assertThat(rejection.reason()).isEqualTo(Reason.FULL);
        assertThat(rejection.atom()).isEqualTo("orders");
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        assertThat(rejection(() -> orders.submit("a", () -> 1)).reason()).isEqualTo(Reason.FULL);
        assertThat(rejection(() -> orders.call("a", () -> 1)).reason()).isEqualTo(Reason.FULL);
        assertThat(orders.stats().rejected()).isEqualTo(4);
        assertThat(orders.stats().admitted()).isEqualTo(3);
        assertThat(recorder.rejected).hasSize(4);
        executor.runAll();
        assertThat(orders.tryExecute("a", () -> {})).isTrue();
        executor.runAll();
    }

    @Test
    void theMessageCountsWhatRuns() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(1));
        orders.execute("a", () -> {
            TestThread.start(() -> {
                        orders.execute("b", () -> {});
                        return null;
                    })
                    .result();
            RejectedOperationException rejection =
                    TestThread.start(() -> orders.execute("c", () -> {})).rejection();
            assertThat(rejection).hasMessage("orders: rejected, full (queued=1, active=1, lanes=2, capacity=1)");
        });
        executor.runAll();
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void capacityPerKeyOperationsAreTakenAndNotOneMoreWhileOthersHaveRoom() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).capacityPerKey(2));
        fill(orders, "hot", 2);
        RejectedOperationException rejection = rejection(() -> orders.execute("hot", () -> {}));
        assertThat(rejection.reason()).isEqualTo(Reason.KEY_FULL);
        assertThat(rejection)
                .hasMessage("orders: rejected, key full (queued=2, active=0, lanes=1, capacity=10,"
                        + " queuedForKey=2, capacityPerKey=2)");
        fill(orders, "cold", 2);
        executor.runAll();
        fill(orders, "hot", 2);
        executor.runAll();
    }

    /** Both bounds are reached at once where {@code capacityPerKey} is left at its default. */
    @Test
    void aKeyThatHasTakenAllTheRoomFindsTheAtomFull() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(3));
        fill(orders, "only", 3);
        RejectedOperationException rejection = rejection(() -> orders.execute("only", () -> {}));
        assertThat(rejection).hasMessage("orders: rejected, full (queued=3, active=0, lanes=1, capacity=3)");
        assertThat(rejection.reason()).isEqualTo(Reason.FULL);
        executor.runAll();
    }

    @Test
    void inFairModeAHotKeyLeavesAsMuchRoomAsItTakes() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).fairScheduling(true));
        fill(orders, "hot", 5);
        RejectedOperationException rejection = rejection(() -> orders.execute("hot", () -> {}));
        assertThat(rejection.reason()).isEqualTo(Reason.KEY_FULL);
        assertThat(rejection.getMessage()).contains("queuedForKey=5").contains("fair");
        fill(orders, "w", 1);
        fill(orders, "x", 1);
        fill(orders, "y", 1);
        fill(orders, "z", 1);
        fill(orders, "last", 1);
        assertThat(rejection(() -> orders.execute("none", () -> {})).reason()).isEqualTo(Reason.FULL);
        executor.runAll();
    }

    @Test
    void inFairModeAFullAtomIsFullForARunningKeyWithNothingQueued() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(1).fairScheduling(true));
        orders.execute("running", () -> {
            TestThread.start(() -> {
                        orders.execute("other", () -> {});
                        return null;
                    })
                    .result();
            RejectedOperationException rejection =
                    TestThread.start(() -> orders.execute("running", () -> {})).rejection();
            assertThat(rejection.reason()).isEqualTo(Reason.FULL);
        });
        executor.runAll();
        assertThat(recorder.finished).extracting(OperationSnapshot::error).containsOnlyNulls();
    }

    @Test
    void aBlockedCallerIsRejectedAfterItsTimeout() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .capacity(2)
                .blockTimeout(Duration.ofMillis(20)));
        fill(orders, "a", 2);
        long begin = System.nanoTime();
        RejectedOperationException rejection = rejection(() -> orders.execute("b", () -> {}));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
        assertThat(rejection.reason()).isEqualTo(Reason.FULL);
        assertThat(rejection).hasMessage("orders: rejected, full (queued=2, active=0, lanes=1, capacity=2)");
        assertThat(orders.stats().blockedCallers()).isZero();
        executor.runAll();
    }

    @Test
    void aBlockedCallerOfAFullKeyIsRejectedAfterItsTimeout() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .capacity(5)
                .capacityPerKey(1)
                .blockTimeout(Duration.ofMillis(20)));
        fill(orders, "a", 1);
        assertThat(rejection(() -> orders.execute("a", () -> {})).reason()).isEqualTo(Reason.KEY_FULL);
        executor.runAll();
    }

    @Test
    void tryExecuteNeverBlocks() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(1).executor(executor).capacity(1));
        fill(orders, "a", 1);
        assertThat(orders.tryExecute("b", () -> {})).isFalse();
        assertThat(orders.stats().blockedCallers()).isZero();
        executor.runAll();
    }

    @Test
    void aTurnThatStartsAtOnceTakesNoRoom() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(1));
        orders.pauseKey("a");
        fill(orders, "a", 1);
        assertThat(orders.<Integer>call("b", () -> 7)).isEqualTo(7);
        orders.resumeKey("a");
        executor.runAll();
    }

    /** Between its admission and its start a turn counts as queued for an instant. */
    @Test
    void aTurnThatStartsAtOnceCostsNobodyElseTheRoom() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(64).capacity(1).overflowPolicy(OverflowPolicy.REJECT));
        TestThread<Integer> turns = TestThread.start(() -> {
            int sum = 0;
            for (int i = 0; i < 100_000; i++) {
                sum += orders.<Integer>call("turn", () -> 1);
            }
            return sum;
        });
        int others = 0;
        while (!turns.isDone()) {
            orders.submit("other", () -> 1).join(); // the only other one, so there is always room for it
            others++;
        }
        assertThat(turns.result()).isEqualTo(100_000);
        assertThat(others).isPositive();
        assertThat(orders.stats().rejected()).isZero();
    }
}
