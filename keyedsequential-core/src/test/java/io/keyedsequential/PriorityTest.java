package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which key goes first, with one permit and so one order of starts. */
@Timeout(600)
class PriorityTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> starts = new ArrayList<>();

    /** What the priority of a key is now; a key begins with it otherwise. */
    private final Map<String, Integer> priorities = new ConcurrentHashMap<>();

    private KeyedCoordinator.Builder<String> builder() {
        return Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .priority(key -> priorities.getOrDefault(key, key.charAt(0) - '0'));
    }

    private void execute(KeyedCoordinator<String> orders, String... keys) {
        for (String key : keys) {
            orders.execute(key, () -> starts.add(key));
        }
    }

    // ---------------------------------------------------------------- order

    @Test
    void keysOfHigherPriorityGoFirstAndWithinAPriorityTheFirst() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        execute(orders, "0a", "3a", "7a", "3b", "0b", "7b");
        executor.runAll();
        assertThat(starts).containsExactly("7a", "7b", "3a", "3b", "0a", "0b");
    }

    @Test
    void theOperationsOfAKeyKeepTheirOrder() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        for (int i = 0; i < 300; i++) {
            String key = i % 3 + "k";
            int number = i;
            orders.execute(key, () -> starts.add("%s %03d".formatted(key, number)));
        }
        executor.runAll();
        for (int band = 0; band < 3; band++) {
            String key = band + "k";
            assertThat(starts)
                    .filteredOn(start -> start.startsWith(key))
                    .hasSize(100)
                    .isSorted();
        }
        assertThat(starts.get(0)).startsWith("2k");
    }

    @Test
    void withFairSchedulingKeysOfOnePriorityTakeTurnsAndLowerOnesWait() {
        KeyedCoordinator<String> orders = coordinators.add(builder().fairScheduling(true));
        execute(orders, "1x", "1x", "7a", "7a", "7a", "7b", "7b");
        executor.runAll();
        assertThat(starts).containsExactly("7a", "7b", "7a", "7b", "7a", "1x", "1x");
    }

    @Test
    void aKeyOfTheLowestPriorityStartsAfterItsPatienceAndNotEarlier() {
        KeyedCoordinator<String> orders = coordinators.add(builder().fairScheduling(true));
        for (int i = 0; i < 400; i++) {
            execute(orders, "7a");
        }
        execute(orders, "0x", "0x");
        executor.runAll();
        int patience = ReadyBands.BANDS * ReadyBands.PATIENCE;
        assertThat(starts.indexOf("0x")).isEqualTo(patience);
        assertThat(starts.lastIndexOf("0x")).isEqualTo(2 * patience + 1);
    }

    @Test
    void aLowLaneThatRunsGivesWayAfterItsQuantum() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        orders.execute("0x", () -> {
            starts.add("0x");
            execute(orders, "7a");
        });
        for (int i = 0; i < 1_000; i++) {
            execute(orders, "0x");
        }
        executor.runAll();
        assertThat(starts.indexOf("7a")).isBetween(1, Scheduler.VISIT_OPERATIONS);
    }

    @Test
    void aTurnOfACallerTakesItsPlaceByPriority() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        execute(orders, "3a");
        TestThread<String> caller = TestThread.start(() -> orders.call("7a", () -> {
            starts.add("7a");
            return "done";
        }));
        Eventually.until("the turn is queued", () -> orders.stats().queued() == 2);
        executor.runAll();
        assertThat(caller.result()).isEqualTo("done");
        Eventually.until("the runner is handed over", () -> {
            executor.runAll();
            return orders.stats().completed() == 2;
        });
        assertThat(starts).containsExactly("7a", "3a");
    }

    // ---------------------------------------------------------------- what a lane keeps

    @Test
    void aRetryKeepsThePriorityOfTheLane() {
        Deque<Runnable> timers = new ArrayDeque<>();
        KeyedCoordinator<String> orders =
                coordinators.add(builder().retryPolicy(RetryPolicy.attempts(2)), (nanos, action) -> {
                    timers.add(action);
                    return () -> {};
                });
        AtomicInteger attempts = new AtomicInteger();
        orders.execute("7a", () -> {
            starts.add("7a");
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
        });
        executor.runAll();
        priorities.put("7a", 0);
        execute(orders, "3b");
        timers.remove().run();
        executor.runAll();
        assertThat(starts).containsExactly("7a", "7a", "3b");

        execute(orders, "7a", "3b"); // its lane was gone: what the priority is now counts
        executor.runAll();
        assertThat(starts.subList(3, 5)).containsExactly("3b", "7a");
    }

    @Test
    void aKeyThatIsPausedBeforeItsFirstOperationHasItsPriority() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        orders.pauseKey("7a");
        priorities.put("7a", 0);
        execute(orders, "7a", "3b");
        orders.resumeKey("7a");
        executor.runAll();
        assertThat(starts).containsExactly("7a", "3b");
    }

    // ---------------------------------------------------------------- bad priorities

    @Test
    void whatThePriorityFunctionThrowsReachesTheCallerAndNothingIsEnqueued() {
        KeyedCoordinator<String> orders = coordinators.add(builder().priority(key -> {
            throw new IllegalStateException("no priority for " + key);
        }));
        for (ThrowingCallable way : waysIn(orders, "a")) {
            assertThatThrownBy(way).isInstanceOf(IllegalStateException.class).hasMessage("no priority for a");
        }
        assertNothingHappened(orders);
    }

    @Test
    void aPriorityOutOfRangeIsRefusedByNameAndValueAndNothingIsEnqueued() {
        for (int value : new int[] {-1, 8, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            KeyedCoordinator<String> orders = coordinators.add(builder().priority(key -> value));
            for (ThrowingCallable way : waysIn(orders, "a")) {
                assertThatThrownBy(way)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("orders: priority of a key must be between 0 and 7, was " + value);
            }
            assertNothingHappened(orders);
        }
    }

    @Test
    void bothEndsOfTheRangeAreTaken() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        execute(orders, "0", "7");
        executor.runAll();
        assertThat(starts).containsExactly("7", "0");
    }

    private static List<ThrowingCallable> waysIn(KeyedCoordinator<String> orders, String key) {
        return List.of(
                () -> orders.execute(key, () -> {}),
                () -> orders.tryExecute(key, () -> {}),
                () -> orders.submit(key, () -> "x"),
                () -> orders.submitAsync(key, () -> CompletableFuture.completedFuture("x")),
                () -> orders.submitLatest(key, Coalescing.latest("g"), () -> "x"),
                () -> orders.call(key, () -> "x"),
                () -> orders.executor(key).execute(() -> {}),
                () -> orders.pauseKey(key));
    }

    private void assertNothingHappened(KeyedCoordinator<String> orders) {
        CoordinatorStats stats = orders.stats();
        assertThat(stats.admitted()).isZero();
        assertThat(stats.lanes()).isZero();
        assertThat(stats.active()).isZero();
        assertThat(executor.size()).as("hand-offs").isZero();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aKeyIsResumedWhateverBecameOfItsPriority() {
        KeyedCoordinator<String> orders = coordinators.add(builder());
        orders.pauseKey("7a");
        execute(orders, "7a");
        priorities.put("7a", 99);
        orders.resumeKey("7a");
        executor.runAll();
        assertThat(starts).containsExactly("7a");
    }

    @Test
    void aCallerWithABadPriorityIsToldAtOnceAlthoughOthersWaitForRoomBeforeIt() {
        KeyedCoordinator<String> orders = coordinators.add(builder().capacity(1));
        execute(orders, "1a");
        TestThread<Long> blocked = TestThread.start(() -> orders.execute("2b", () -> starts.add("2b")));
        Eventually.until("the caller waits", () -> orders.stats().blockedCallers() == 1);
        TestThread<Long> bad = TestThread.start(() -> orders.execute("9x", () -> starts.add("9x")));
        assertThat(bad.failure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 0 and 7, was 9");
        assertThat(orders.stats().blockedCallers()).isEqualTo(1);
        executor.runAll();
        blocked.result();
        executor.runAll();
        assertThat(starts).containsExactly("1a", "2b");
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void thePriorityFunctionRunsOnTheCallersThreadAlsoIfTheCallerHasToWaitForRoom() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        KeyedCoordinator<String> orders = coordinators.add(builder().capacity(1).priority(key -> {
            threads.add(Thread.currentThread());
            return 0;
        }));
        execute(orders, "1a");
        threads.clear();
        TestThread<Long> blocked = TestThread.start(() -> orders.execute("2b", () -> starts.add("2b")));
        Eventually.until("the caller waits", () -> orders.stats().blockedCallers() == 1);
        executor.runAll(); // lets the caller in
        blocked.result();
        executor.runAll();
        assertThat(threads).containsExactly(blocked.thread());
    }

    // ---------------------------------------------------------------- all at once

    @Test
    void manyThreadsAndPrioritiesLeaveEveryKeyInOrder() {
        KeyedCoordinator<String> orders = coordinators.add(KeyedCoordinator.<String>builder("orders")
                .maxConcurrency(3)
                .capacity(50)
                .priority(key -> key.charAt(0) - '0'));
        int producers = 3;
        int each = 4_000;
        int[] last = new int[producers];
        AtomicInteger overtaken = new AtomicInteger();
        List<TestThread<Object>> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(TestThread.start(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    // a key of its own, of each priority in turn: the lane comes and goes
                    orders.execute("%d %d".formatted(i % 8, producer), () -> {});
                    orders.execute("3 own " + producer, () -> {
                        if (last[producer] != number - 1) {
                            overtaken.incrementAndGet();
                        }
                        last[producer] = number;
                    });
                }
                return null;
            }));
        }
        threads.forEach(TestThread::result);
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
        assertThat(overtaken).hasValue(0);
        assertThat(last).containsOnly(each);
        assertThat(orders.stats().completed()).isEqualTo(2L * producers * each);
    }
}
