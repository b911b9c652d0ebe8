package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attempts that run too long. A body lets its own time be up by firing the timer. */
@Timeout(300)
class RunTimeoutTest {

    private static final Duration LIMIT = Duration.ofSeconds(7);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualTimer timer = new ManualTimer();
    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator.Builder<String> options() {
        return Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .listener(recorder)
                .runTimeout(LIMIT);
    }

    private static RetryPolicy atOnce(int attempts) {
        return RetryPolicy.builder()
                .maxAttempts(attempts)
                .backoff(Duration.ZERO)
                .build();
    }

    // ---------------------------------------------------------------- deciding

    @Test
    void anInterruptForOneAttemptFindsNobodyOnceAnotherOneRuns() {
        LanesHarness harness = new LanesHarness(options -> {});
        PlainOperation<String> operation = harness.queued("a");
        Slot<String> slot = harness.begin();
        slot.thread = Thread.currentThread();
        assertThat(harness.lanes.interrupts.toInterrupt(operation, null)).isSameAs(slot);
        slot.interrupting.decrementAndGet();
        assertThat(slot.awaitInterrupt()).isTrue();
        assertThat(slot.awaitInterrupt()).as("asked once").isFalse();
        Attempts failed = Attempts.after(null, new IllegalStateException(), 0, 0, 0);
        assertThat(harness.lanes.suspension.holdBack(slot, operation, Operation.BACKING_OFF, failed))
                .isTrue();
        assertThat(harness.lanes.interrupts.toInterrupt(operation, failed))
                .as("it does not run")
                .isNull();
        harness.lanes.suspension.release(operation, failed, failed);
        assertThat((Object) harness.lanes.scheduler.takeReady(slot, 2)).isSameAs(operation);
        assertThat(harness.lanes.interrupts.toInterrupt(operation, null))
                .as("the first attempt is over")
                .isNull();
        assertThat(slot.interrupting).hasValue(0);
        assertThat(harness.lanes.interrupts.toInterrupt(operation, failed)).isSameAs(slot);
        slot.interrupting.decrementAndGet();
        harness.finish(slot);
        StructuralCheck.assertIdle(harness.lanes);
    }

    @Test
    void anInterruptThatIsDecidedEndsTheWalk() {
        LanesHarness harness = new LanesHarness(options -> {});
        PlainOperation<String> operation = harness.queued("a");
        harness.queued("a");
        Slot<String> slot = harness.begin();
        slot.thread = Thread.currentThread();
        assertThat(slot.walking).isTrue();
        assertThat(harness.lanes.interrupts.toInterrupt(operation, null)).isSameAs(slot);
        slot.interrupting.decrementAndGet();
        assertThat(harness.lanes.table.attention.mayStart(slot)).isFalse();
        assertThat((Object) harness.next(slot)).as("under the lock it goes on").isNotNull();
        harness.finish(slot);
    }

    /** Before the next operation starts on the thread: an interrupt that came then would be that one's. */
    @Test
    void aRunnerWaitsForAnInterruptThatIsOnItsWay() {
        LanesHarness harness = new LanesHarness(options -> {});
        PlainOperation<String> operation = harness.queued("a");
        Slot<String> slot = harness.begin();
        slot.thread = Thread.currentThread();
        assertThat(harness.lanes.interrupts.toInterrupt(operation, null)).isSameAs(slot);
        AtomicBoolean arrived = new AtomicBoolean();
        TestThread<Boolean> runner = TestThread.start(() -> slot.awaitInterrupt() && arrived.get());
        Eventually.until("the runner waits or goes on", () -> runner.isDone() || runner.isIn("awaitInterrupt"));
        arrived.set(true);
        slot.interrupting.decrementAndGet();
        assertThat(runner.result()).as("the interrupt had arrived").isTrue();
        harness.finish(slot);
    }

    // ---------------------------------------------------------------- bodies

    @Test
    void theBodyIsInterruptedAndItsFutureFailsAtOnceWhileItsKeyStaysClosed() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        List<OperationFuture<Boolean>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            assertThat(timer.only().nanos).isEqualTo(LIMIT.toNanos());
            timer.only().fire();
            assertThat(self.get(0)).isCompletedExceptionally();
            orders.execute("a", () -> ran.add("follower"));
            executor.runAll();
            assertThat(ran).isEmpty();
            assertThat(orders.stats().active()).isEqualTo(1);
            assertThat(recorder.finished).isEmpty();
            return ran.add("interrupted " + Thread.interrupted());
        }));
        executor.runAll();
        assertThat(ran).containsExactly("interrupted true", "follower");
        assertThatThrownBy(() -> self.get(0).get())
                .cause()
                .isInstanceOf(TimeoutException.class)
                .hasMessageContainingAll(
                        "orders", "operation " + self.get(0).operationId(), "7000 ms", "runTimeout", "attempt 1");
    }

    @Test
    void aBodyThatSwallowsTheInterruptAndReturnsHasFailed() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        OperationFuture<String> future = orders.submit("a", () -> {
            timer.only().fire();
            Thread.interrupted();
            return "too late";
        });
        executor.runAll();
        assertThatThrownBy(future::join).hasCauseInstanceOf(TimeoutException.class);
        assertThat(recorder.finished.get(0).state()).isEqualTo(OperationState.FAILED);
        assertThat(recorder.finished.get(0).error()).isInstanceOf(TimeoutException.class);
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().completed()).isZero();
    }

    @Test
    void whatTheBodyThrowsAfterItsTimeIsKeptBesideTheTimeout() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        IllegalStateException thrown = new IllegalStateException("on purpose");
        orders.execute("a", () -> {
            timer.only().fire();
            throw thrown;
        });
        executor.runAll();
        assertThat(recorder.finished.get(0).error())
                .isInstanceOf(TimeoutException.class)
                .hasSuppressedException(thrown);
    }

    @Test
    void aBodyThatThrowsTheVeryTimeoutFailsWithIt() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        List<OperationFuture<Object>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            timer.only().fire();
            throw (TimeoutException) self.get(0).handle((value, error) -> error).join();
        }));
        executor.runAll();
        assertThat(recorder.finished.get(0).error()).isInstanceOf(TimeoutException.class);
    }

    @Test
    void aBodyThatEndsInTimeCallsItsTimerOffAndATimerThatCannotBeCalledOffAnyMoreDoesNothing() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        List<ManualTimer.Set> late = new ArrayList<>();
        OperationFuture<Integer> first = orders.submit("a", () -> {
            late.add(timer.only());
            return 1;
        });
        OperationFuture<Boolean> second = orders.submit("a", () -> {
            late.get(0).fire();
            return Thread.interrupted();
        });
        executor.runAll();
        assertThat(first).isCompletedWithValue(1);
        assertThat(second).as("interrupted").isCompletedWithValue(false);
        assertThat(timer.pending()).isEmpty();
        assertThat(timer.everSet()).isEqualTo(2);
        assertThat(orders.stats().completed()).isEqualTo(2);
    }

    @Test
    void theInterruptDoesNotReachTheNextOperationOnTheSameThread() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        orders.execute("a", () -> timer.only().fire()); // and takes no notice of the interrupt
        OperationFuture<Boolean> sameKey = orders.submit("a", Thread::interrupted);
        OperationFuture<Boolean> otherKey = orders.submit("b", Thread::interrupted);
        executor.runAll();
        assertThat(sameKey).isCompletedWithValue(false);
        assertThat(otherKey).isCompletedWithValue(false);
        assertThat(Thread.interrupted()).as("the executor's thread").isFalse();
    }

    /** Whether it fails at once is decided on another thread, which may come when a later attempt is about to end. */
    @Test
    void theFutureDoesNotFailForAnAttemptThatHasBeenTriedAgain() {
        List<Runnable> late = new ArrayList<>();
        Timer timerWithALateThread = new Timer() {
            @Override
            public Scheduled after(long nanos, Runnable action) {
                return timer.after(nanos, action);
            }

            @Override
            public void elsewhere(Runnable action) {
                late.add(action);
            }
        };
        StripedCoordinator<String> orders = coordinators.add(options().retryPolicy(atOnce(2)), timerWithALateThread);
        List<OperationFuture<String>> futures = new ArrayList<>();
        futures.add(orders.submit("a", () -> {
            if (late.isEmpty()) {
                timer.only().fire();
                throw new IllegalStateException("the first attempt");
            }
            futures.get(0).awaited().cancel(false); // no attempt follows this one, as if it ended just now
            late.get(0).run();
            return "second";
        }));
        executor.runAll();
        assertThat(late).hasSize(1);
        assertThat(futures.get(0)).isCompletedWithValue("second");
    }

    // ---------------------------------------------------------------- stages

    @Test
    void aStageThatTakesTooLongFailsTheFutureAndTheKeyStaysClosedUntilItEnds() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        timer.only().fire();
        assertThatThrownBy(future::join).hasCauseInstanceOf(TimeoutException.class);
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(orders.stats().awaiting()).isEqualTo(1);
        assertThat(orders.stats().failed()).isZero();
        StructuralCheck.assertSound(orders);
        stage.complete("too late");
        assertThat(orders.stats().failed()).isEqualTo(1);
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aStageThatEndsInTimeCallsItsTimerOff() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> later = orders.submitAsync("a", () -> stage);
        OperationFuture<String> atOnce = orders.submitAsync("b", () -> CompletableFuture.completedFuture("x"));
        executor.runAll();
        assertThat(atOnce).isCompletedWithValue("x");
        ManualTimer.Set set = timer.only();
        stage.complete("y");
        assertThat(timer.pending()).isEmpty();
        set.fire();
        assertThat(later).isCompletedWithValue("y");
    }

    @Test
    void aStageThatTookTooLongIsTriedAgainOnceItHasEnded() {
        StripedCoordinator<String> orders = coordinators.add(options().retryPolicy(atOnce(2)), timer);
        List<CompletableFuture<String>> stages = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        AtomicInteger attempts = new AtomicInteger();
        OperationFuture<String> future = orders.submitAsync("a", () -> stages.get(attempts.getAndIncrement()));
        executor.runAll();
        timer.only().fire();
        assertThat(future).as("another attempt follows").isNotDone();
        executor.runAll();
        assertThat(attempts).hasValue(1);
        stages.get(0).complete("too late");
        executor.runAll();
        assertThat(attempts).hasValue(2);
        stages.get(1).complete("in time");
        assertThat(future).isCompletedWithValue("in time");
        assertThat(timer.pending()).isEmpty();
    }

    // ---------------------------------------------------------------- retries

    @Test
    void aTimeoutIsTriedAgainWithATimeOfItsOwn() {
        StripedCoordinator<String> orders = coordinators.add(options().retryPolicy(atOnce(3)), timer);
        List<OperationFuture<String>> self = new ArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        self.add(orders.submit("a", () -> {
            if (attempts.incrementAndGet() < 3) {
                timer.only().fire();
                assertThat(self.get(0)).isNotDone();
                throw new InterruptedException();
            }
            assertThat(Thread.interrupted()).isFalse();
            return "third";
        }));
        executor.runAll();
        assertThat(self.get(0)).isCompletedWithValue("third");
        assertThat(timer.everSet()).isEqualTo(3);
        assertThat(orders.stats().retries()).isEqualTo(2);
    }

    @Test
    void theLastAttemptFailsTheFutureAtOnce() {
        StripedCoordinator<String> orders = coordinators.add(options().retryPolicy(atOnce(2)), timer);
        List<OperationFuture<Boolean>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            timer.only().fire();
            return ran.add("done " + self.get(0).isDone());
        }));
        executor.runAll();
        assertThat(ran).containsExactly("done false", "done true");
        assertThatThrownBy(self.get(0)::join).rootCause().hasMessageContaining("attempt 2");
    }

    @Test
    void aTimeoutThatParksTheOperationLeavesTheFutureOpen() {
        StripedCoordinator<String> orders = coordinators.add(options().exhaustedPolicy(ExhaustedPolicy.PARK), timer);
        AtomicInteger attempts = new AtomicInteger();
        OperationFuture<Integer> future = orders.submit("a", () -> {
            if (attempts.incrementAndGet() == 1) {
                timer.only().fire();
            }
            return attempts.get();
        });
        executor.runAll();
        assertThat(future).isNotDone();
        assertThat(orders.stats().parked()).isEqualTo(1);
        assertThat(orders.retry("a")).isTrue();
        executor.runAll();
        assertThat(future).isCompletedWithValue(2);
    }

    /** The timer's side asks early, whoever ends the attempt asks as well: a predicate that counts must not notice. */
    @Test
    void whetherToRetryIsAskedOnceForAnAttemptWhoseTimeIsUp() {
        AtomicInteger asked = new AtomicInteger();
        RetryPolicy everySecondAnswerIsYes = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Duration.ZERO)
                .retryIf(error -> asked.incrementAndGet() % 2 == 0)
                .build();
        StripedCoordinator<String> orders = coordinators.add(options().retryPolicy(everySecondAnswerIsYes), timer);
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();
        OperationFuture<String> staged = orders.submitAsync("b", () -> {
            attempts.incrementAndGet();
            return stage;
        });
        executor.runAll();
        timer.only().fire();
        assertThat(asked).hasValue(1);
        assertThat(staged).isCompletedExceptionally();
        stage.complete("too late");
        executor.runAll();
        assertThat(asked).hasValue(1);
        assertThat(attempts).hasValue(1);
        assertThat(orders.stats().failed()).isEqualTo(1);
        OperationFuture<String> body = orders.submit("a", () -> {
            if (attempts.incrementAndGet() == 2) {
                timer.only().fire();
            }
            return "attempt " + attempts;
        });
        executor.runAll();
        assertThat(asked).hasValue(2);
        assertThat(body).isCompletedWithValue("attempt 3");
    }

    /** A key that keeps one thread for a while in what a look for its lane begins with. */
    private static final class SlowKey {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile Thread slow;

        @Override
        public int hashCode() {
            if (Thread.currentThread() == slow) {
                reached.countDown();
                Eventually.await(goOn);
            }
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    /**
     * The time is up, and before the timer's thread gets to the interrupt the body has ended by itself and is tried again:
     * the second attempt is not interrupted, and its future is not failed, by the end of the first one's time.
     */
    @Test
    void theTimeoutOfOneAttemptDoesNotReachTheNext() {
        KeyedCoordinator.Builder<SlowKey> builder = KeyedCoordinator.<SlowKey>builder("orders")
                .maxConcurrency(1)
                .executor(executor)
                .runTimeout(LIMIT)
                .retryPolicy(atOnce(2));
        StripedCoordinator<SlowKey> orders = coordinators.add(builder, timer);
        SlowKey key = new SlowKey();
        List<TestThread<Object>> timersThread = new ArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        OperationFuture<Boolean> future = orders.submit(key, () -> {
            if (attempts.incrementAndGet() == 1) {
                ManualTimer.Set set = timer.only();
                timersThread.add(TestThread.start(() -> {
                    key.slow = Thread.currentThread();
                    set.fire();
                    return 0;
                }));
                Eventually.await(key.reached);
                return false;
            }
            key.goOn.countDown();
            timersThread.get(0).result();
            return Thread.interrupted();
        });
        executor.runAll();
        assertThat(attempts).hasValue(2);
        assertThat(future).as("interrupted").isCompletedWithValue(false);
    }

    // ---------------------------------------------------------------- turns

    @Test
    void aTurnThatTakesTooLongThrowsTheTimeoutAndLeavesNoInterrupt() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        assertThatThrownBy(() -> orders.call("a", () -> {
                    timer.only().fire();
                    return ran.add("interrupted " + Thread.currentThread().isInterrupted());
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(ran).containsExactly("interrupted true");
        assertThat(Thread.interrupted()).isFalse();
        assertThat(orders.stats().failed()).isEqualTo(1);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aTurnIsTriedAgainAfterATimeout() {
        StripedCoordinator<String> orders =
                coordinators.add(options().executor(Runnable::run).retryPolicy(atOnce(2)), timer);
        AtomicInteger attempts = new AtomicInteger();
        assertThat(orders.<String>call("a", () -> {
                    if (attempts.incrementAndGet() == 1) {
                        timer.only().fire();
                        throw new InterruptedException();
                    }
                    return "interrupted " + Thread.interrupted();
                }))
                .isEqualTo("interrupted false");
    }

    /** Nobody of us has interrupted this thread, so nobody of us may take that away. */
    @Test
    void anInterruptThatOthersSentStaysWithTheCallerOfATurn() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        List<ManualTimer.Set> late = new ArrayList<>();
        orders.call("a", () -> {
            late.add(timer.only());
            Thread.currentThread().interrupt();
            return 1;
        });
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        late.get(0).fire();
        assertThat(Thread.interrupted()).isTrue();
    }

    // ---------------------------------------------------------------- the timer

    /** An attempt that could run without its limit would run without a word about it. */
    @Test
    void aTimerThatIsRefusedFailsTheAttemptAndCostsNoPermit() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        timer.refuse(2);
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        executor.runAll();
        assertThatThrownBy(future::join).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> orders.call("a", () -> ran.add("never"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(ran).isEmpty();
        StructuralCheck.assertIdle(orders);
        assertThat(orders.<Boolean>call("a", () -> ran.add("third"))).isTrue();
    }

    /** Half of the bodies never end but by the interrupt; the others are short, and nobody disturbs them. */
    @Test
    void bodiesThatNeverEndAreEndedAndShortOnesAreNotDisturbed() {
        StripedCoordinator<Integer> orders = coordinators.add(
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(4).runTimeout(LIMIT), timer);
        AtomicInteger strayed = new AtomicInteger();
        List<OperationFuture<String>> endless = new ArrayList<>();
        List<OperationFuture<Integer>> quick = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            endless.add(orders.submit(i, () -> {
                new CountDownLatch(1).await();
                return "never";
            }));
            for (int j = 0; j < 500; j++) {
                quick.add(orders.submit(i, () -> Thread.interrupted() ? strayed.incrementAndGet() : 0));
            }
        }
        Eventually.until("the endless ones run", () -> timer.pending().size() == 4);
        timer.fireAll();
        Eventually.idle(orders);
        assertThat(strayed).hasValue(0);
        assertThat(endless)
                .allSatisfy(each -> assertThatThrownBy(each::join).hasCauseInstanceOf(TimeoutException.class));
        assertThat(quick).allSatisfy(each -> assertThat(each.join()).isZero());
        assertThat(orders.stats().failed()).isEqualTo(4);
        StructuralCheck.assertIdle(orders);
    }
}
