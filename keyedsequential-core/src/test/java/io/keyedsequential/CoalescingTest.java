package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Only the last call counts: the whole coordinator, with time and threads under the test's control. */
@Timeout(600)
class CoalescingTest {

    private static final Coalescing AT_ONCE = Coalescing.latest("g");
    private static final Coalescing QUIET = AT_ONCE.quiet(Duration.ofHours(1), Duration.ofHours(3));

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final ManualTimer timer = new ManualTimer();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    /** Lets time pass on demand, on the thread that asks. */
    private static final class ManualTimer implements Timer {

        private record Due(long at, Runnable action) {}

        private final List<Due> set = new ArrayList<>();
        private long now;
        private boolean refuses;

        @Override
        public synchronized Scheduled after(long nanos, Runnable action) {
            if (refuses) {
                throw new RejectedExecutionException("no thread for the timer");
            }
            Due due = new Due(now + nanos, action);
            set.add(due);
            return () -> cancel(due);
        }

        private synchronized void cancel(Due due) {
            set.remove(due);
        }

        synchronized int size() {
            return set.size();
        }

        void pass(Duration time) {
            List<Due> due;
            synchronized (this) {
                now += time.toNanos();
                due = set.stream().filter(each -> each.at() <= now).toList();
                set.removeAll(due);
            }
            due.forEach(each -> each.action().run());
        }
    }

    private KeyedCoordinator.Builder<String> builder() {
        return Coordinators.orders()
                .maxConcurrency(1)
                .closeTimeout(Duration.ZERO)
                .executor(executor)
                .listener(recorder);
    }

    private KeyedCoordinator<String> orders(KeyedCoordinator.Builder<String> builder) {
        return coordinators.add(builder, timer);
    }

    private OperationFuture<String> latest(KeyedCoordinator<String> orders, String key, Coalescing how, String what) {
        return orders.submitLatest(key, how, () -> {
            ran.add(what);
            return what;
        });
    }

    private void execute(KeyedCoordinator<String> orders, String key, String what) {
        orders.execute(key, () -> ran.add(what));
    }

    private static void assertSuperseded(OperationFuture<?> old, OperationFuture<?> by) {
        assertThat(old.isCancelled()).isTrue();
        AtomicBoolean seen = new AtomicBoolean();
        old.whenComplete((result, failure) -> {
            assertThat(failure).isInstanceOf(SupersededException.class);
            assertThat(((SupersededException) failure).supersededBy()).isEqualTo(by.operationId());
            assertThat(failure)
                    .hasMessage("orders: operation %d was superseded by operation %d"
                            .formatted(old.operationId(), by.operationId()));
            seen.set(true);
        });
        assertThat(seen).isTrue();
    }

    // ---------------------------------------------------------------- the last call counts

    @Test
    void ofManyCallsOnlyTheLastRunsAndTheOthersAreSupersededByTheOneAfterThem() {
        KeyedCoordinator<String> orders = orders(builder());
        List<OperationFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            futures.add(latest(orders, "a", AT_ONCE, "run " + i));
        }
        for (int i = 0; i < 4; i++) {
            assertSuperseded(futures.get(i), futures.get(i + 1));
        }
        executor.runAll();
        assertThat(ran).containsExactly("run 4");
        assertThat(futures.get(4)).isCompletedWithValue("run 4");
        CoordinatorStats stats = orders.stats();
        assertThat(stats.admitted()).isEqualTo(5);
        assertThat(stats.cancelled()).isEqualTo(4);
        assertThat(stats.completed()).isEqualTo(1);
        assertThat(stats.rejected()).isZero();
        assertThat(recorder.finished)
                .extracting(OperationSnapshot::state)
                .containsExactly(
                        OperationState.CANCELLED,
                        OperationState.CANCELLED,
                        OperationState.CANCELLED,
                        OperationState.CANCELLED,
                        OperationState.COMPLETED);
    }

    @Test
    void whoeverWaitsForASupersededOneIsToldThatItIsCancelled() throws Exception {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> old = latest(orders, "a", AT_ONCE, "old");
        latest(orders, "a", AT_ONCE, "new");
        for (Throwable thrown : List.of(
                catchThrowable(old::join),
                catchThrowable(old::get),
                catchThrowable(() -> old.get(1, TimeUnit.SECONDS)))) {
            // Later versions of Java throw a CancellationException whose cause is what the future ended with.
            Throwable superseded = thrown instanceof SupersededException ? thrown : thrown.getCause();
            assertThat(superseded).isInstanceOf(SupersededException.class);
        }
        executor.runAll();
    }

    @Test
    void theLastRunsBehindWhatWasEnqueuedBeforeIt() {
        KeyedCoordinator<String> orders = orders(builder());
        latest(orders, "a", AT_ONCE, "old");
        execute(orders, "a", "between");
        latest(orders, "a", AT_ONCE, "new");
        execute(orders, "a", "after");
        executor.runAll();
        assertThat(ran).containsExactly("between", "new", "after");
    }

    @Test
    void aCallFromInsideTheRunGetsARunOfItsOwn() {
        KeyedCoordinator<String> orders = orders(builder());
        List<OperationFuture<String>> inner = new ArrayList<>();
        orders.submitLatest("a", AT_ONCE, () -> {
            ran.add("outer");
            inner.add(latest(orders, "a", AT_ONCE, "first"));
            inner.add(latest(orders, "a", AT_ONCE, "second"));
            return "x";
        });
        executor.runAll();
        assertThat(ran).containsExactly("outer", "second");
        assertSuperseded(inner.get(0), inner.get(1));
    }

    @Test
    void aCallFromTheListenerThatIsToldOfTheStartGetsARunOfItsOwn() {
        AtomicBoolean once = new AtomicBoolean();
        List<KeyedCoordinator<String>> made = new ArrayList<>();
        KeyedCoordinator<String> orders = orders(builder().listener(new CoordinatorListener() {
            @Override
            public void operationStarted(String atom, OperationSnapshot operation) {
                if (once.compareAndSet(false, true)) {
                    latest(made.get(0), "a", AT_ONCE, "new");
                }
            }
        }));
        made.add(orders);
        latest(orders, "a", AT_ONCE, "old");
        executor.runAll();
        assertThat(ran).containsExactly("old", "new");
    }

    @Test
    void oneThatFailsAndIsTriedAgainIsNotReplaced() {
        KeyedCoordinator<String> orders = orders(builder().retryPolicy(RetryPolicy.attempts(2)));
        AtomicInteger attempts = new AtomicInteger();
        OperationFuture<String> failing = orders.submitLatest("a", AT_ONCE, () -> {
            ran.add("attempt " + attempts.incrementAndGet());
            if (attempts.get() == 1) {
                throw new IllegalStateException("once");
            }
            return "x";
        });
        executor.runAll();
        OperationFuture<String> second = latest(orders, "a", AT_ONCE, "second");
        OperationFuture<String> third = latest(orders, "a", AT_ONCE, "third");
        assertSuperseded(second, third);
        StructuralCheck.assertSound(orders);
        timer.pass(Duration.ofMinutes(1));
        executor.runAll();
        assertThat(ran).containsExactly("attempt 1", "attempt 2", "third");
        assertThat(failing).isCompletedWithValue("x");
    }

    // ---------------------------------------------------------------- capacity

    @Test
    void aReplacementIsTakenWhereNothingElseIs() {
        KeyedCoordinator<String> orders = orders(builder().capacity(1).overflowPolicy(OverflowPolicy.REJECT));
        latest(orders, "a", AT_ONCE, "old");
        assertThatThrownBy(() -> latest(orders, "b", AT_ONCE, "b"))
                .isInstanceOfSatisfying(RejectedOperationException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.FULL));
        assertThatThrownBy(() -> latest(orders, "a", Coalescing.latest("h"), "h"))
                .isInstanceOf(RejectedOperationException.class);
        latest(orders, "a", AT_ONCE, "new");
        assertThat(orders.stats().queued()).isEqualTo(1);
        executor.runAll();
        assertThat(ran).containsExactly("new");
        assertThat(orders.stats().rejected()).isEqualTo(2);
    }

    @Test
    void whereNothingIsReplacedTheCallerWaitsForRoom() {
        KeyedCoordinator<String> orders = orders(builder().capacity(1));
        execute(orders, "a", "a");
        TestThread<OperationFuture<String>> caller =
                TestThread.start(() -> orders.submitLatest("b", AT_ONCE, () -> "b"));
        Eventually.until("the caller waits", () -> orders.stats().blockedCallers() == 1);
        executor.runAll();
        OperationFuture<String> future = caller.result();
        executor.runAll();
        assertThat(future).isCompletedWithValue("b");
    }

    @Test
    void aReplacementDoesNotWaitBehindCallersThatWaitForRoom() {
        KeyedCoordinator<String> orders = orders(builder().capacity(1));
        OperationFuture<String> old = latest(orders, "a", AT_ONCE, "old");
        TestThread<Long> blocked = TestThread.start(() -> orders.execute("b", () -> ran.add("b")));
        Eventually.until("the caller waits", () -> orders.stats().blockedCallers() == 1);
        TestThread<OperationFuture<String>> caller = TestThread.start(() -> latest(orders, "a", AT_ONCE, "new"));
        assertSuperseded(old, caller.result());
        assertThat(orders.stats().blockedCallers()).isEqualTo(1);
        assertThat(orders.stats().queued()).isEqualTo(1);
        executor.runAll();
        blocked.result();
        executor.runAll();
        assertThat(ran).containsExactly("new", "b");
    }

    @Test
    void aReplacementNeverMakesTheAtomLookFuller() {
        KeyedCoordinator<String> orders = orders(builder().capacity(2));
        orders.pause();
        latest(orders, "a", AT_ONCE, "0");
        AtomicBoolean stop = new AtomicBoolean();
        TestThread<Integer> replacer = TestThread.start(() -> {
            int count = 0;
            while (!stop.get()) {
                orders.submitLatest("a", AT_ONCE, () -> "x");
                count++;
            }
            return count;
        });
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            String key = "b" + i % 64;
            if (orders.tryExecute(key, () -> {})) {
                orders.purge(key);
            } else {
                refused++;
            }
        }
        stop.set(true);
        assertThat(replacer.result()).isPositive();
        assertThat(refused).isZero();
        assertThat(orders.stats().queued()).isEqualTo(1);
        orders.resume();
        executor.runAll();
    }

    // ---------------------------------------------------------------- the quiet period

    @Test
    void anOperationGathersUntilItIsQuietAndHoldsUpNobody() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> future = latest(orders, "a", QUIET, "quiet");
        execute(orders, "a", "later");
        executor.runAll();
        assertThat(ran).containsExactly("later");
        timer.pass(Duration.ofHours(1).minusNanos(1));
        executor.runAll();
        assertThat(future).isNotDone();
        timer.pass(Duration.ofNanos(1));
        executor.runAll();
        assertThat(ran).containsExactly("later", "quiet");
        assertThat(future).isCompletedWithValue("quiet");
    }

    @Test
    void aNewerCallBeginsTheQuietPeriodAnew() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> old = latest(orders, "a", QUIET, "old");
        timer.pass(Duration.ofMinutes(59));
        OperationFuture<String> newer = latest(orders, "a", QUIET, "new");
        assertSuperseded(old, newer);
        timer.pass(Duration.ofMinutes(59));
        executor.runAll();
        assertThat(ran).isEmpty();
        timer.pass(Duration.ofMinutes(1));
        executor.runAll();
        assertThat(ran).containsExactly("new");
    }

    @Test
    void theMaximumDelayEndsTheQuietPeriod() {
        // Calls are counted by the real clock: with a maximum of one nanosecond the second call is later than that.
        Coalescing soon = AT_ONCE.quiet(Duration.ofNanos(1), Duration.ofNanos(1));
        KeyedCoordinator<String> orders = orders(builder());
        latest(orders, "a", soon, "old");
        long first = System.nanoTime();
        Eventually.until("the clock moves", () -> System.nanoTime() - first > 0);
        latest(orders, "a", soon, "new");
        executor.runAll();
        assertThat(ran).containsExactly("new");
    }

    @Test
    void groupsOfAKeyAndKeysOfAGroupGatherEachForItself() {
        KeyedCoordinator<String> orders = orders(builder());
        Coalescing other = Coalescing.latest("h").quiet(Duration.ofHours(2), Duration.ofHours(2));
        latest(orders, "a", QUIET, "a g");
        latest(orders, "a", other, "a h");
        latest(orders, "b", QUIET, "b g");
        assertThat(orders.stats().queued()).isEqualTo(3);
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("a g", "b g");
        StructuralCheck.assertSound(orders);
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).hasSize(3).endsWith("a h");
    }

    @Test
    void aTimerThatCannotBeSetQueuesAtOnceAndStillTellsTheOneReplaced() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> old = latest(orders, "a", QUIET, "old");
        timer.refuses = true;
        OperationFuture<String> newer = latest(orders, "a", QUIET, "new");
        assertSuperseded(old, newer);
        executor.runAll();
        assertThat(ran).containsExactly("new");
    }

    @Test
    void noTimerIsKeptForWhatNoLongerGathers() {
        KeyedCoordinator<String> orders = orders(builder());
        for (int i = 0; i < 1_000; i++) {
            latest(orders, "a", QUIET, "run " + i);
        }
        assertThat(timer.size()).isEqualTo(1);
        latest(orders, "a", AT_ONCE, "last");
        assertThat(timer.size()).isZero();
        latest(orders, "b", QUIET, "b").cancel(false);
        assertThat(timer.size()).isZero();
        latest(orders, "c", QUIET, "c");
        orders.purge("c");
        assertThat(timer.size()).isZero();
        executor.runAll();
        assertThat(ran).containsExactly("last");
    }

    // ---------------------------------------------------------------- seen while it gathers

    @Test
    void whatGathersIsSeenEverywhere() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> future = latest(orders, "a", QUIET, "x");
        assertThat(orders.stats().queued()).isEqualTo(1);
        assertThat(orders.stats().lanes()).isEqualTo(1);
        assertThat(orders.snapshot()).singleElement().satisfies(each -> {
            assertThat(each.id()).isEqualTo(future.operationId());
            assertThat(each.state()).isEqualTo(OperationState.QUEUED);
        });
        for (LaneSnapshot lane :
                List.of(orders.lane("a").orElseThrow(), orders.lanes(5).get(0))) {
            assertThat(lane.state()).isEqualTo(LaneState.GATHERING);
            assertThat(lane.queued()).isEqualTo(1);
            assertThat(lane.oldestWait()).isPositive();
            assertThat(lane.operations()).extracting(OperationSnapshot::id).containsExactly(future.operationId());
        }
        orders.pauseKey("a");
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        orders.resumeKey("a");
        execute(orders, "a", "plain");
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.READY);
        assertThat(lane.queued()).isEqualTo(2);
        assertThat(lane.operations())
                .hasSize(2)
                .last()
                .extracting(OperationSnapshot::id)
                .isEqualTo(future.operationId());
        executor.runAll();
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.GATHERING);
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(orders.lane("a")).isEmpty();
    }

    // ---------------------------------------------------------------- leaving while it gathers

    @Test
    void cancellingTheFutureOrTheIdTakesOutWhatGathers() {
        KeyedCoordinator<String> orders = orders(builder());
        assertThat(latest(orders, "a", QUIET, "a").cancel(false)).isTrue();
        OperationFuture<String> byId = latest(orders, "a", QUIET, "a");
        assertThat(orders.cancel(byId.operationId())).isTrue();
        assertThat(byId).isCancelled();
        assertThat(orders.stats().cancelled()).isEqualTo(2);
        timer.pass(Duration.ofHours(1));
        assertThat(executor.size()).isZero();
    }

    @Test
    void purgingTakesOutWhatGathersAndTellsIt() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> future = latest(orders, "a", QUIET, "a");
        assertThat(orders.purge("a")).extracting(OperationSnapshot::id).containsExactly(future.operationId());
        assertThat(future).isCancelled();
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void closingCancelsWhatGathersAndDrainingReportsIt() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> future = latest(orders, "a", QUIET, "a");
        DrainReport report = orders.drain(Duration.ZERO);
        assertThat(report.complete()).isFalse();
        assertThat(report.remaining()).isEqualTo(1);
        assertThatThrownBy(() -> latest(orders, "a", QUIET, "late")).isInstanceOf(RejectedOperationException.class);
        assertThat(future).isNotDone();
        orders.close();
        assertThat(future).isCancelled();
        assertThat(catchThrowable(future::join)).isNotInstanceOf(SupersededException.class);
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void aDrainWaitsForWhatGathers() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> future = latest(orders, "a", QUIET, "a");
        TestThread<DrainReport> drain = TestThread.start(() -> orders.drain(Eventually.DEADLINE));
        drain.awaitWaiting();
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(drain.result().complete()).isTrue();
        assertThat(future).isCompletedWithValue("a");
    }

    @Test
    void whatGathersInAPausedKeyRunsWhenTheKeyGoesOn() {
        KeyedCoordinator<String> orders = orders(builder());
        orders.pauseKey("a");
        latest(orders, "a", QUIET, "a");
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).isEmpty();
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aQuietPeriodIsNotCountedAsWaiting() {
        KeyedCoordinator<String> orders = orders(builder().queueTimeout(Duration.ofNanos(1)));
        OperationFuture<String> future = latest(orders, "a", QUIET, "a");
        timer.pass(Duration.ofNanos(1));
        assertThat(future).isNotDone();
        timer.pass(Duration.ofHours(1)); // it has gathered and is queued
        assertThat(future).isNotDone();
        timer.pass(Duration.ofNanos(1));
        assertThat(future).isCompletedExceptionally();
        assertThat(catchThrowable(future::join)).hasCauseInstanceOf(TimeoutException.class);
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().lanes()).isZero();
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    // ---------------------------------------------------------------- who is told, and when

    @Test
    void theAtomIsNotIdleBeforeTheSupersededOneIsTold() {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        KeyedCoordinator<String> orders = orders(builder());
        latest(orders, "a", AT_ONCE, "old").whenComplete((result, failure) -> {
            told.countDown();
            Eventually.await(letGo);
        });
        TestThread<OperationFuture<String>> caller = TestThread.start(() -> latest(orders, "a", AT_ONCE, "new"));
        Eventually.await(told);
        executor.runAll();
        assertThat(ran).containsExactly("new");
        assertThat(orders.awaitIdle(Duration.ZERO)).isFalse();
        letGo.countDown();
        caller.result();
        Eventually.idle(orders);
    }

    @Test
    void anExecutorThatRefusesLosesNeitherTheNewOneNorTheSupersededOne() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<String> old = latest(orders, "a", QUIET, "old");
        executor.refuse(1);
        OperationFuture<String> newer = latest(orders, "a", AT_ONCE, "new");
        assertSuperseded(old, newer);
        timer.pass(Duration.ofMillis(10)); // the hand-off is tried again
        executor.runAll();
        assertThat(newer).isCompletedWithValue("new");
    }

    @Test
    void anExecutorThatRefusesAFirstCallIsToldToTheCaller() {
        KeyedCoordinator<String> orders = orders(builder());
        executor.refuse(1);
        assertThatThrownBy(() -> latest(orders, "a", AT_ONCE, "x"))
                .isInstanceOfSatisfying(RejectedOperationException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.EXECUTOR));
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void waitingInsideForOneThatGathersBehindOneselfFailsAtOnce() {
        KeyedCoordinator<String> orders = orders(builder());
        OperationFuture<Object> outer =
                orders.submit("a", () -> latest(orders, "a", QUIET, "inner").join());
        executor.runAll();
        assertThat(catchThrowable(outer::join)).hasCauseInstanceOf(KeyedDeadlockException.class);
        timer.pass(Duration.ofHours(1));
        executor.runAll();
        assertThat(ran).containsExactly("inner");
    }

    // ---------------------------------------------------------------- bad values

    @Test
    void badValuesAreRefusedByName() {
        assertThatThrownBy(() -> Coalescing.latest(" ")).hasMessage("coalescing: group must not be blank");
        assertThatThrownBy(() -> Coalescing.latest(null)).hasMessage("coalescing: group must not be null");
        assertThatThrownBy(() -> AT_ONCE.quiet(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("coalescing g: maxDelay (PT1S)")
                .hasMessageContaining("quietPeriod (PT2S)");
        assertThatThrownBy(() -> AT_ONCE.quiet(Duration.ofSeconds(-1), Duration.ofSeconds(1)))
                .hasMessageContaining("quietPeriod");
        assertThat(AT_ONCE.quiet(Duration.ofSeconds(1), Duration.ofSeconds(1)).group())
                .isEqualTo("g");
        KeyedCoordinator<String> orders = orders(builder());
        assertThatThrownBy(() -> latest(orders, null, AT_ONCE, "x")).hasMessage("orders: key must not be null");
        assertThatThrownBy(() -> latest(orders, "a", null, "x")).hasMessage("orders: coalescing must not be null");
        assertThatThrownBy(() -> orders.submitLatest("a", AT_ONCE, null)).hasMessage("orders: body must not be null");
        assertThat(orders.stats().admitted()).isZero();
    }
}
