package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Operations that are not started in time. The engine reads the real clock: a timeout of a nanosecond has always passed, one
 * of an hour never has, and what lies between is tested on the deciding class.
 */
@Timeout(600)
class QueueTimeoutTest {

    private static final Duration PASSED = Duration.ofNanos(1);
    private static final Duration NOT_PASSED = Duration.ofHours(1);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualTimer timer = new ManualTimer();
    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator.Builder<String> orders(Duration queueTimeout) {
        return Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .listener(recorder)
                .queueTimeout(queueTimeout);
    }

    // ---------------------------------------------------------------- deciding

    private final LanesHarness harness = new LanesHarness(options -> {});

    private PlainOperation<String> queuedAt(String key, long time) {
        PlainOperation<String> operation = new PlainOperation<>(key, () -> {}, time);
        harness.offer(operation);
        return operation;
    }

    private Long takeOutExpired(long deadline, List<Operation<String>> expired) {
        Long oldest = null;
        for (int i = 0; i < harness.lanes.table.stripes.length; i++) {
            Long here = harness.lanes.removal.takeOutExpired(i, deadline, expired);
            oldest = oldest == null || (here != null && here < oldest) ? here : oldest;
        }
        StructuralCheck.assertSound(harness.lanes);
        return oldest;
    }

    @Test
    void whatWasQueuedAtTheDeadlineIsTakenOutAndWhatCameANanosecondLaterStays() {
        PlainOperation<String> due = queuedAt("a", 100);
        PlainOperation<String> notDue = queuedAt("a", 101);
        List<Operation<String>> expired = new ArrayList<>();
        assertThat(takeOutExpired(99, expired)).isEqualTo(100);
        assertThat(expired).isEmpty();
        assertThat(takeOutExpired(100, expired)).isEqualTo(101);
        assertThat(expired).containsExactly(due);
        assertThat(due.state()).isEqualTo(Operation.FAILED);
        assertThat(notDue.state()).isEqualTo(Operation.QUEUED);
        assertThat(harness.lanes.counts.queued()).isEqualTo(1);
        assertThat(harness.lanes.counts.failed()).isEqualTo(1);
        assertThat(takeOutExpired(101, expired)).isNull();
        assertThat(harness.lanes.table.laneCount()).isZero();
        StructuralCheck.assertIdle(harness.lanes);
    }

    @Test
    void theOldestOfAllLanesOfAStripeIsLookedForNext() {
        LanesHarness one = new LanesHarness(options -> options.fairScheduling(true)); // a fair one has one stripe
        for (int i = 0; i < 20; i++) {
            one.offer(new PlainOperation<>("k" + i, () -> {}, 1_000 - i));
        }
        List<Operation<String>> expired = new ArrayList<>();
        assertThat(one.lanes.removal.takeOutExpired(0, 985, expired)).isEqualTo(986);
        assertThat(expired).hasSize(5);
        StructuralCheck.assertSound(one.lanes);
    }

    @Test
    void aTimeThatWentBelowZeroIsComparedAsWell() {
        queuedAt("a", Long.MAX_VALUE - 5);
        queuedAt("b", Long.MIN_VALUE + 5);
        List<Operation<String>> expired = new ArrayList<>();
        takeOutExpired(Long.MAX_VALUE, expired);
        assertThat(expired).singleElement().satisfies(each -> assertThat(each.key)
                .isEqualTo("a"));
    }

    @Test
    void whatRunsIsNotTakenOutAndWhatStandsBehindItIs() {
        PlainOperation<String> first = queuedAt("a", 1);
        PlainOperation<String> second = queuedAt("a", 2);
        Slot<String> slot = harness.begin();
        List<Operation<String>> expired = new ArrayList<>();
        assertThat(takeOutExpired(10, expired)).isNull();
        assertThat(expired).containsExactly(second);
        assertThat(first.state()).isEqualTo(Operation.RUNNING);
        assertThat(harness.next(slot)).as("the walk ends").isNull();
        harness.lanes.permits.release(slot);
        StructuralCheck.assertIdle(harness.lanes);
    }

    @Test
    void theRunnerThatWalksStartsNothingThatWasTakenOut() {
        queuedAt("a", 1);
        PlainOperation<String> expiring = queuedAt("a", 2);
        PlainOperation<String> staying = queuedAt("a", 50);
        Slot<String> slot = harness.begin();
        assertThat(slot.walking).as("otherwise this shows nothing").isTrue();
        takeOutExpired(10, new ArrayList<>());
        assertThat(harness.next(slot)).isSameAs(staying);
        assertThat(expiring.state()).isEqualTo(Operation.FAILED);
        harness.finish(slot);
        StructuralCheck.assertIdle(harness.lanes);
    }

    @Test
    void whatIsHeldBackIsNotTakenOutAndItsFollowersAre() {
        for (int state : new int[] {Operation.BACKING_OFF, Operation.PARKED}) {
            String key = "k" + state;
            PlainOperation<String> head = queuedAt(key, 1);
            PlainOperation<String> follower = queuedAt(key, 2);
            Slot<String> slot = harness.begin();
            Attempts failed = Attempts.after(null, new IllegalStateException(), 0, 0, 0);
            assertThat(harness.lanes.suspension.holdBack(slot, head, state, failed))
                    .isTrue();
            harness.lanes.permits.release(slot);
            List<Operation<String>> expired = new ArrayList<>();
            takeOutExpired(10, expired);
            assertThat(expired).containsExactly(follower);
            assertThat(head.isHeldBack()).isTrue();
            // Queued again it has been started once, and waits as long as it takes.
            assertThat(harness.lanes.suspension.release(head, failed, failed.forgiven()))
                    .isTrue();
            assertThat(takeOutExpired(10, new ArrayList<>())).isNull();
            assertThat(head.state()).isEqualTo(Operation.QUEUED);
            harness.finish(harness.begin());
        }
        StructuralCheck.assertIdle(harness.lanes);
    }

    // ---------------------------------------------------------------- acting

    @Test
    void anOperationThatIsNotStartedInTimeFailsAndItsBodyNeverRuns() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        timer.fireAll();
        assertThatThrownBy(future::get)
                .cause()
                .isInstanceOf(TimeoutException.class)
                .hasMessageContainingAll("orders", "operation " + future.operationId(), "queueTimeout", "queued=0");
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(recorder.started).isEmpty();
        OperationSnapshot shown = recorder.finished.get(0);
        assertThat(shown.state()).isEqualTo(OperationState.FAILED);
        assertThat(shown.error()).isInstanceOf(TimeoutException.class);
        assertThat(shown.startedAt()).isNull();
        assertThat(shown.attempt()).isZero();
        assertThat(orders.snapshot()).extracting(OperationSnapshot::state).containsExactly(OperationState.FAILED);
        CoordinatorStats stats = orders.stats();
        assertThat(stats.failed()).isEqualTo(1);
        assertThat(stats.cancelled()).isZero();
        assertThat(stats.queued()).isZero();
        assertThat(stats.lanes()).isZero();
        assertThat(timer.pending()).as("nothing is queued any more").isEmpty();
    }

    @Test
    void anOperationWithinItsTimeStaysAndTheTimerIsSetForTheRest() {
        StripedCoordinator<String> orders = coordinators.add(orders(NOT_PASSED), timer);
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("ran"));
        ManualTimer.Set first = timer.only();
        assertThat(first.nanos).isEqualTo(NOT_PASSED.toNanos());
        first.fire();
        assertThat(future).isNotDone();
        assertThat(timer.only().nanos).isPositive().isLessThan(first.nanos);
        executor.runAll();
        assertThat(future).isCompletedWithValue(true);
        timer.fireAll();
        assertThat(timer.pending()).isEmpty();
    }

    @Test
    void nothingIsScheduledWithoutATimeout() {
        StripedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(2).executor(executor).retryPolicy(RetryPolicy.none()), timer);
        orders.execute("a", () -> {});
        orders.tryExecute("a", () -> {});
        orders.submit("a", () -> 1).cancel(true);
        orders.submitAsync("b", () -> CompletableFuture.completedFuture(1));
        orders.submitLatest("c", Coalescing.latest("g"), () -> 1);
        orders.call("d", () -> 1);
        executor.runAll();
        assertThat(timer.everSet()).isZero();
    }

    @Test
    void oneTimerIsSetForManyOperationsOfAKey() {
        StripedCoordinator<String> orders = coordinators.add(orders(NOT_PASSED), timer);
        for (int i = 0; i < 1_000; i++) {
            orders.execute("a", () -> {});
        }
        assertThat(timer.everSet()).isEqualTo(1);
        executor.runAll();
        for (int i = 0; i < 1_000; i++) {
            orders.execute("a", () -> {});
            executor.runAll();
        }
        assertThat(timer.everSet()).as("and for those after them").isEqualTo(1);
        for (int i = 0; i < 1_000; i++) {
            orders.execute("key " + i, () -> {});
        }
        assertThat(timer.everSet()).isLessThanOrEqualTo(orders.lanes().table.stripes.length);
        executor.runAll();
    }

    /** A turn that comes at once is not queued. */
    @Test
    void aTurnThatComesAtOnceSetsNoTimer() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        assertThat(orders.<String>call("a", () -> "x")).isEqualTo("x");
        assertThat(timer.everSet()).isZero();
    }

    @Test
    void everyWayInHasTheTimeout() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED).capacity(100), timer);
        List<Runnable> waysIn = List.of(
                () -> orders.execute("a", () -> ran.add("execute")),
                () -> assertThat(orders.tryExecute("a", () -> ran.add("tryExecute")))
                        .isTrue(),
                () -> orders.submit("a", () -> ran.add("submit")),
                () -> orders.submitAsync("a", () -> CompletableFuture.completedFuture(ran.add("submitAsync"))),
                () -> orders.submitLatest("a", Coalescing.latest("g"), () -> ran.add("submitLatest")),
                () -> orders.executor("a").execute(() -> ran.add("executor")));
        for (Runnable wayIn : waysIn) {
            long failed = orders.stats().failed();
            wayIn.run();
            timer.fireAll();
            assertThat(orders.stats().failed())
                    .as("way in %d", waysIn.indexOf(wayIn))
                    .isEqualTo(failed + 1);
            assertThat(orders.stats().queued()).isZero();
        }
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void anExpiredOperationFreesItsRoomAndABlockedCallerGetsIn() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED).capacity(1), timer);
        OperationFuture<Boolean> first = orders.submit("a", () -> ran.add("first"));
        TestThread<OperationFuture<Boolean>> blocked =
                TestThread.start(() -> orders.submit("b", () -> ran.add("second")));
        Eventually.until("it is blocked", () -> orders.stats().blockedCallers() == 1);
        blocked.awaitWaiting();
        timer.fireAll();
        assertThat(first).isCompletedExceptionally();
        OperationFuture<Boolean> second = blocked.result();
        executor.runAll();
        assertThat(second).isCompletedWithValue(true);
        assertThat(ran).containsExactly("second");
    }

    /** Its caller has waited for room, but it has not waited in the queue yet. */
    @Test
    void whatACallerHasWaitedForRoomIsNotTimeInTheQueue() {
        StripedCoordinator<String> orders = coordinators.add(orders(NOT_PASSED).capacity(1), timer);
        orders.execute("a", () -> {});
        TestThread<Long> blocked = TestThread.start(() -> orders.execute("a", () -> {}));
        Eventually.until("it is blocked", () -> orders.stats().blockedCallers() == 1);
        blocked.awaitWaiting();
        long before = System.nanoTime();
        executor.runAll();
        blocked.result();
        executor.runAll();
        OperationSnapshot waited = recorder.finished.get(1);
        assertThat(waited.waitTime()).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - before));
    }

    @Test
    void aDependentOfAnExpiredFutureFindsTheRoomThatItLeft() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED).capacity(1), timer);
        CompletableFuture<Boolean> instead = orders.submit("a", () -> ran.add("never"))
                .handle((result, error) -> orders.tryExecute("a", () -> ran.add("instead")));
        timer.only().fire();
        assertThat(instead).isCompletedWithValue(true);
        executor.runAll();
        assertThat(ran).containsExactly("instead");
    }

    @Test
    void aCallerWhoseTurnDoesNotComeInTimeGetsATimeoutException() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        Thread.interrupted();
        orders.pauseKey("a");
        TestThread<Object> caller = TestThread.start(() -> orders.call("a", () -> ran.add("never")));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        caller.awaitWaiting();
        timer.fireAll();
        assertThat(caller.failure()).isInstanceOf(TimeoutException.class).hasMessageContaining("queueTimeout");
        assertThat(ran).isEmpty();
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().rejected()).isZero();
        orders.resumeKey("a");
    }

    @Test
    void thatAnAtomOrAKeyIsPausedDoesNotStopTheTime() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        orders.pause();
        orders.pauseKey("a");
        OperationFuture<Integer> onKey = orders.submit("a", () -> 1);
        OperationFuture<Integer> onAtom = orders.submit("b", () -> 1);
        timer.fireAll();
        assertThat(onKey).isCompletedExceptionally();
        assertThat(onAtom).isCompletedExceptionally();
        StructuralCheck.assertSound(orders);
        assertThat(orders.lane("a")).as("an operator paused it").isPresent();
        assertThat(orders.lane("b")).isEmpty();
        orders.resume();
        orders.resumeKey("a");
    }

    @Test
    void followersOfABackingOffOperationExpireAndItDoesNot() {
        AtomicInteger attempts = new AtomicInteger();
        StripedCoordinator<String> orders = coordinators.add(
                orders(PASSED)
                        .retryPolicy(RetryPolicy.builder()
                                .maxAttempts(2)
                                .backoff(Duration.ofMinutes(1))
                                .jitter(0)
                                .build()),
                timer);
        OperationFuture<Integer> head = orders.submit("a", () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return attempts.get();
        });
        executor.runAll();
        OperationFuture<Boolean> follower = orders.submit("a", () -> ran.add("never"));
        assertThat(orders.stats().backingOff()).isEqualTo(1);
        List<ManualTimer.Set> expiry = timer.pending().stream()
                .filter(each -> each.nanos < Duration.ofMinutes(1).toNanos())
                .toList();
        assertThat(expiry).hasSize(1);
        expiry.get(0).fire();
        assertThat(follower).isCompletedExceptionally();
        assertThat(head).isNotDone();
        StructuralCheck.assertSound(orders);
        timer.fireAll();
        executor.runAll();
        assertThat(head).isCompletedWithValue(2);
        assertThat(ran).isEmpty();
    }

    @Test
    void followersOfAParkedOperationExpireAndItDoesNot() {
        StripedCoordinator<String> orders =
                coordinators.add(orders(PASSED).exhaustedPolicy(ExhaustedPolicy.PARK), timer);
        OperationFuture<Integer> head = orders.submit("a", () -> {
            throw new IllegalStateException("on purpose");
        });
        executor.runAll();
        OperationFuture<Boolean> follower = orders.submit("a", () -> ran.add("never"));
        timer.fireAll();
        assertThat(follower).isCompletedExceptionally();
        assertThat(head).isNotDone();
        assertThat(orders.stats().parked()).isEqualTo(1);
        assertThat(orders.skip("a")).isTrue();
    }

    /** While it gathers the timer of its stripe finds nobody, and is not set again. */
    @Test
    void aCoalescedOperationHasItsTimeFromWhenItIsQueued() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        orders.pauseKey("a");
        OperationFuture<Integer> future = orders.submitLatest(
                "a", Coalescing.latest("g").quiet(Duration.ofMinutes(1), Duration.ofMinutes(1)), () -> 1);
        List<ManualTimer.Set> set = timer.pending();
        set.stream().filter(each -> each.nanos == 1).forEach(ManualTimer.Set::fire);
        assertThat(future).as("it gathers").isNotDone();
        ManualTimer.Set quiet = timer.only();
        assertThat(quiet.nanos).isGreaterThan(1);
        quiet.fire();
        assertThat(future).as("it is queued").isNotDone();
        timer.only().fire();
        assertThat(future).isCompletedExceptionally();
        StructuralCheck.assertSound(orders);
        orders.resumeKey("a");
    }

    /** Foreign code that takes its time must not switch the timeout of others off. */
    @Test
    void aDependentThatTakesLongHoldsUpNobodysTimeout() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        OperationFuture<Integer> first = orders.submit("a", () -> 1);
        List<OperationFuture<Integer>> meanwhile = new ArrayList<>();
        first.whenComplete((result, error) -> {
            meanwhile.add(orders.submit("a", () -> 2));
            timer.only().fire();
            assertThat(meanwhile.get(0)).isCompletedExceptionally();
            ran.add("dependent");
        });
        timer.only().fire();
        assertThat(ran).containsExactly("dependent");
        executor.runAll();
    }

    @Test
    void aTimerThatIsRefusedIsSetByTheNextOperation() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), timer);
        timer.refuse(1);
        OperationFuture<Integer> first = orders.submit("a", () -> 1);
        assertThat(timer.pending()).isEmpty();
        OperationFuture<Integer> second = orders.submit("a", () -> 2);
        timer.only().fire();
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        executor.runAll();
    }

    @Test
    void aTimerOfAClosedAtomDoesNothing() {
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED).closeTimeout(Duration.ZERO), timer);
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        orders.close();
        timer.fireAll();
        assertThat(future).isCancelled();
        assertThat(orders.stats().failed()).isZero();
        assertThat(timer.pending()).isEmpty();
        executor.runAll();
    }

    /** With the real timer: what waits behind a stuck head expires, while short ones of other keys run or expire at once. */
    @Test
    void everyOperationEitherRunsOrExpiresAndNoneIsLeft() {
        KeyedCoordinator<Integer> orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(3)
                .capacity(64)
                .queueTimeout(Duration.ofMillis(2)));
        Gate gate = new Gate();
        TestThread.start(
                () -> orders.call(-1, (Callable<String>) gate)); // a turn starts at once, and so does not expire
        gate.awaitEntered();
        List<OperationFuture<Integer>> stuck = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            stuck.add(orders.submit(-1, () -> 1));
        }
        AtomicInteger bodies = new AtomicInteger();
        CountDownLatch producing = new CountDownLatch(2);
        List<TestThread<Integer>> producers = new ArrayList<>();
        for (int producer = 0; producer < 2; producer++) {
            producers.add(TestThread.start(() -> {
                int timeouts = 0;
                for (int i = 0; i < 20_000; i++) {
                    int key = i % 7;
                    if (i % 5 == 0) {
                        try {
                            orders.call(key, bodies::incrementAndGet);
                        } catch (Exception e) {
                            assertThat((Object) e).isInstanceOf(TimeoutException.class);
                            timeouts++;
                        }
                    } else {
                        orders.execute(key, bodies::incrementAndGet);
                    }
                }
                producing.countDown();
                return timeouts;
            }));
        }
        Eventually.until("those behind the stuck one expire", () -> stuck.stream()
                .allMatch(CompletableFuture::isCompletedExceptionally));
        producers.forEach(TestThread::result);
        gate.open();
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
        CoordinatorStats stats = orders.stats();
        assertThat(stats.completed()).isEqualTo(bodies.get() + 1);
        assertThat(stats.completed() + stats.failed()).isEqualTo(stats.admitted());
        assertThat(stats.failed()).isGreaterThanOrEqualTo(16);
    }

    /** The timer of a stripe is one for all of its keys: whatever a look throws, the next one comes. */
    @Test
    void aLookThatFailsIsFollowedByAnother() {
        boolean[] broken = {true};
        Timer failing = new Timer() {
            @Override
            public Scheduled after(long nanos, Runnable action) {
                return timer.after(nanos, action);
            }

            @Override
            public void elsewhere(Runnable action) {
                if (broken[0]) {
                    action.run();
                    throw new StackOverflowError("meant to fail");
                }
                action.run();
            }
        };
        StripedCoordinator<String> orders = coordinators.add(orders(PASSED), failing);
        OperationFuture<Integer> first = orders.submit("a", () -> 1);
        timer.fireAll();
        assertThat(first).isCompletedExceptionally();
        broken[0] = false;
        OperationFuture<Integer> second = orders.submit("a", () -> 1);
        Eventually.until("the next look has come", () -> {
            timer.fireAll();
            return second.isDone();
        });
        assertThat(second).isCompletedExceptionally();
        executor.runAll();
    }

    /** A look visits every lane under the lock of the stripe: it must not follow upon the last at once. */
    @Test
    void looksKeepADistanceThatGrowsWithTheLanes() {
        assertThat(QueueTimeouts.untilNextLook(5_000, 5)).isEqualTo(5_000);
        assertThat(QueueTimeouts.untilNextLook(5_000, 100)).isEqualTo(100 * QueueTimeouts.NANOS_FOR_EACH_LANE);
        assertThat(QueueTimeouts.untilNextLook(-1, 100_000)).isEqualTo(100_000 * QueueTimeouts.NANOS_FOR_EACH_LANE);
    }
}
