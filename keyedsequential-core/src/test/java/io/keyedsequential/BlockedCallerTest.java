package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers that wait for room under {@link OverflowPolicy#BLOCK}. */
@Timeout(600)
class BlockedCallerTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor);
    }

    private TestThread<Long> block(KeyedCoordinator<String> orders, String key, String name) {
        int before = orders.stats().blockedCallers();
        TestThread<Long> caller = TestThread.start(() -> orders.execute(key, () -> ran.add(name)));
        Eventually.until(name + " waits for room", () -> orders.stats().blockedCallers() == before + 1);
        return caller;
    }

    @Test
    void aBlockedCallerIsAdmittedWhenAnOperationStarts() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("a", () -> ran.add("first"));
        TestThread<Long> caller = block(orders, "a", "second");
        assertThat(caller.isDone()).isFalse();
        StructuralCheckAtBlock.assertBounded(orders, 1);
        executor.runAll();
        assertThat(caller.result()).isEqualTo(2);
        Eventually.until("both ran", () -> {
            executor.runAll();
            return ran.size() == 2;
        });
        assertThat(ran).containsExactly("first", "second");
        assertThat(orders.stats().blockedCallers()).isZero();
    }

    @Test
    void aCallerThatMustNotWaitIsRejectedInsteadAndTakesRoomThatThereIs() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Integer> first = orders.trySubmitAsync("a", () -> CompletableFuture.completedFuture(1));
        assertThatThrownBy(() -> orders.trySubmitAsync("b", () -> CompletableFuture.completedFuture(2)))
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.FULL));
        assertThatThrownBy(() -> orders.trySubmit("b", () -> 2)).isInstanceOf(RejectedOperationException.class);
        assertThat(orders.stats().blockedCallers()).isZero();
        assertThat(orders.stats().rejected()).isEqualTo(2);
        executor.runAll();
        assertThat(first).isCompletedWithValue(1);
        assertThat(orders.trySubmitAsync("b", () -> CompletableFuture.completedFuture(2)))
                .isNotDone();
        executor.runAll();
        assertThat(orders.stats().completed()).isEqualTo(2);
    }

    @Test
    void aBodyThatMustNotWaitIsAdmittedBeyondTheBound() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        List<OperationFuture<Integer>> inner = new CopyOnWriteArrayList<>();
        orders.execute("a", () -> {
            inner.add(orders.trySubmitAsync("b", () -> CompletableFuture.completedFuture(1)));
            inner.add(orders.trySubmitAsync("b", () -> CompletableFuture.completedFuture(2)));
        });
        executor.runAll();
        assertThat(inner).hasSize(2).allMatch(OperationFuture::isDone);
    }

    @Test
    void aBlockedCallerIsAdmittedWhenAQueuedFutureIsCancelled() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Integer> queued = orders.submit("a", () -> 1);
        TestThread<Long> caller = block(orders, "b", "second");
        assertThat(queued.cancel(true)).isTrue();
        caller.result();
        Eventually.until("it ran", () -> {
            executor.runAll();
            return ran.size() == 1;
        });
    }

    @Test
    void blockedCallersOfOneKeyAreAdmittedInTheOrderInWhichTheyCame() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("a", () -> ran.add("0"));
        List<TestThread<Long>> callers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            callers.add(block(orders, "a", Integer.toString(i)));
        }
        Eventually.until("all ran", () -> {
            executor.runAll();
            return ran.size() == 6;
        });
        assertThat(ran).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(callers).extracting(TestThread::result).isSorted();
    }

    /** Otherwise a hot key whose callers never cease would keep every other key's callers out until they time out. */
    @Test
    void aCallerOfAnotherKeyIsNotOvertakenByLaterCallersOfAHotKey() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("hot", () -> ran.add("hot-0"));
        block(orders, "hot", "hot-1");
        block(orders, "cold", "cold");
        for (int i = 2; i <= 6; i++) {
            block(orders, "hot", "hot-" + i);
        }
        Eventually.until("all ran", () -> {
            executor.runAll();
            return ran.size() == 8;
        });
        assertThat(ran.indexOf("cold"))
                .as("position of the cold one in %s", ran)
                .isLessThanOrEqualTo(2);
        assertThat(ran).filteredOn(name -> name.startsWith("hot")).isSorted();
    }

    @Test
    void aBlockedCallerOfAFullKeyDoesNotBlockOthers() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(10).capacityPerKey(1));
        orders.pauseKey("hot");
        orders.execute("hot", () -> ran.add("hot-0"));
        TestThread<Long> hot = block(orders, "hot", "hot-1");
        orders.execute("cold", () -> ran.add("cold")); // on this thread: it must not wait
        executor.runAll();
        assertThat(ran).containsExactly("cold");
        assertThat(hot.isDone()).isFalse();
        orders.resumeKey("hot");
        Eventually.until("all ran", () -> {
            executor.runAll();
            return ran.size() == 3;
        });
        hot.result();
    }

    @Test
    void everyCallerThatTimesOutAtAFullKeyIsToldThatTheKeyWasFull() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().capacity(10).capacityPerKey(1).blockTimeout(Duration.ofMillis(500)));
        orders.execute("hot", () -> {});
        // Not awaited: the first may have been turned away before the second has come.
        TestThread<Long> first = TestThread.start(() -> orders.execute("hot", () -> ran.add("first")));
        TestThread<Long> second = TestThread.start(() -> orders.execute("hot", () -> ran.add("second")));
        assertThat(first.rejection().reason()).isEqualTo(Reason.KEY_FULL);
        assertThat(second.rejection().reason()).isEqualTo(Reason.KEY_FULL);
        executor.runAll();
    }

    @Test
    void aBlockedCallerThatIsInterruptedIsTurnedAwayWithItsFlagSet() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("a", () -> {});
        boolean[] flag = new boolean[1];
        TestThread<Long> caller = TestThread.start(() -> {
            try {
                return orders.execute("a", () -> ran.add("never"));
            } finally {
                flag[0] = Thread.currentThread().isInterrupted();
            }
        });
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        caller.thread().interrupt();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(flag[0]).isTrue();
        assertThat(orders.stats().blockedCallers()).isZero();
        assertThat(orders.stats().rejected()).isEqualTo(1);
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void anInterruptedCallerThatFindsRoomIsAdmitted() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        Thread.currentThread().interrupt();
        orders.execute("a", () -> ran.add("a"));
        assertThat(Thread.interrupted()).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void closingTheIntakeTurnsBlockedCallersAway() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("a", () -> ran.add("a"));
        List<TestThread<Long>> callers =
                List.of(block(orders, "a", "x"), block(orders, "a", "y"), block(orders, "b", "z"));
        orders.closeIntake();
        assertThat(callers)
                .extracting(TestThread::rejection)
                .extracting(RejectedOperationException::reason)
                .containsOnly(Reason.CLOSED);
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aBlockedSubmitGetsItsResult() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        orders.execute("a", () -> {});
        TestThread<String> caller =
                TestThread.start(() -> orders.submit("a", () -> "r").join());
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        Eventually.until("it ran", () -> {
            executor.runAll();
            return caller.isDone();
        });
        assertThat(caller.result()).isEqualTo("r");
    }

    @Test
    void manyBlockedCallersAllGetThroughAndTheBoundHolds() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(2).capacity(3).capacityPerKey(2));
        List<TestThread<Integer>> producers = new ArrayList<>();
        int[] plain = new int[4];
        for (int producer = 0; producer < 8; producer++) {
            int key = producer % 4;
            producers.add(TestThread.start(() -> {
                int most = 0;
                for (int i = 0; i < 2_000; i++) {
                    orders.execute("key-" + key, () -> plain[key]++);
                    most = Math.max(
                            most,
                            orders.lane("key-" + key).map(LaneSnapshot::queued).orElse(0));
                }
                return most;
            }));
        }
        assertThat(producers).extracting(TestThread::result).allMatch(most -> most <= 2);
        Eventually.idle(orders);
        assertThat(plain).containsOnly(4_000);
        assertThat(orders.stats().rejected()).isZero();
        assertThat(orders.stats().admittedBeyondBound()).isZero();
    }

    /** What holds while somebody waits. */
    private static final class StructuralCheckAtBlock {
        static void assertBounded(KeyedCoordinator<?> orders, int capacity) {
            StructuralCheck.assertSound(orders);
            assertThat(orders.stats().queued()).isEqualTo(capacity);
        }
    }
}
