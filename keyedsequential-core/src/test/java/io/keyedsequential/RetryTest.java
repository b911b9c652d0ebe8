package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.FailureHarness.Body;
import io.keyedsequential.RejectedOperationException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations that are tried again on their lane. */
@Timeout(600)
class RetryTest {

    @RegisterExtension
    final FailureHarness h = new FailureHarness();

    // ---------------------------------------------------------------- the course of a retry

    @Test
    void anOperationIsTriedAgainAfterItsBackoffAndBeforeItsFollowers() {
        StripedCoordinator<String> orders = h.make(o -> {});
        OperationFuture<String> future = orders.submit("a", h.failing("first", 2));
        orders.execute("a", h.good("second"));
        h.run();
        assertThat(h.ran).containsExactly("first#1");
        assertThat(future).isNotDone();
        h.elapse();
        assertThat(h.ran).containsExactly("first#1", "first#2");
        h.elapse();
        assertThat(h.ran).containsExactly("first#1", "first#2", "first#3", "second#1");
        assertThat(h.timer.delays).containsExactly(100L, 200L);
        assertThat(future).isCompletedWithValue("first");
        assertThat(h.events.told)
                .containsExactly(
                        "started 1#1",
                        "backingOff 1#1 100",
                        "started 1#2",
                        "backingOff 1#2 200",
                        "started 1#3",
                        "finished 1#3 COMPLETED",
                        "started 2#1",
                        "finished 2#1 COMPLETED");
        assertThat(orders.stats().retries()).isEqualTo(2);
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void aFollowerHasAllItsOwnAttempts() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.broken("first"));
        OperationFuture<String> second = orders.submit("a", h.failing("second", 2));
        h.run();
        for (int i = 0; i < 4; i++) {
            h.elapse();
        }
        assertThat(h.ran).containsExactly("first#1", "first#2", "first#3", "second#1", "second#2", "second#3");
        assertThat(second).isCompletedWithValue("second");
    }

    @Test
    void whileOneKeyBacksOffOthersUseItsPermit() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 1));
        h.run();
        assertThat(orders.stats().active()).isZero();
        assertThat(orders.call("b", h.good("b"))).isEqualTo("b");
        orders.execute("c", h.good("c"));
        orders.execute("d", h.good("d"));
        h.run();
        assertThat(h.ran).startsWith("a#1", "b#1").contains("c#1", "d#1").hasSize(4);
        StructuralCheck.assertSound(orders);
        h.elapse();
        assertThat(h.ran).endsWith("a#2");
    }

    @Test
    void whatBacksOffIsSeenWithItsAttemptAndItsError() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.broken("first");
        orders.execute("a", body);
        orders.execute("a", h.good("second"));
        h.run();
        h.elapse();
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.BACKING_OFF);
        assertThat(lane.queued()).isOne().isEqualTo((int) orders.stats().queued());
        assertThat(lane.heldBack()).isOne();
        assertThat(lane.running()).isZero();
        OperationSnapshot head = lane.operations().get(0);
        assertThat(head.state()).isEqualTo(OperationState.BACKING_OFF);
        assertThat(head.attempt()).isEqualTo(2);
        assertThat(head.error()).isSameAs(body.error);
        assertThat(head.thread()).isNull();
        assertThat(head.finishedAt()).isNull();
        assertThat(orders.snapshot()).extracting(OperationSnapshot::id).containsExactly(1L, 2L);
        CoordinatorStats stats = orders.stats();
        assertThat(stats.backingOff()).isEqualTo(1);
        assertThat(stats.parked()).isZero();
        assertThat(stats.queued()).isEqualTo(1);
        assertThat(stats.retries()).isEqualTo(2);
        h.elapse();
        OperationSnapshot ended = h.events.shown.stream()
                .filter(each -> each.state() == OperationState.FAILED)
                .findFirst()
                .orElseThrow();
        assertThat(ended.attempt()).isEqualTo(3);
        assertThat(ended.error()).isSameAs(body.error);
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    /** What an operation did not fail with must not be shown as if it had. */
    @Test
    void anOperationThatSucceedsInTheEndHasNoError() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 1));
        h.run();
        h.elapse();
        OperationSnapshot shown = orders.snapshot().get(0);
        assertThat(shown.state()).isEqualTo(OperationState.COMPLETED);
        assertThat(shown.attempt()).isEqualTo(2);
        assertThat(shown.error()).isNull();
    }

    /** It does not run while it backs off, however long that is. */
    @Test
    void theTimeBetweenTwoAttemptsIsNotRunTime() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 1));
        h.run();
        Duration first = orders.snapshot().get(0).runTime();
        Eventually.until(
                "time goes by", () -> !orders.snapshot().get(0).waitTime().isNegative());
        assertThat(orders.snapshot().get(0).runTime()).isEqualTo(first);
        orders.skip("a");
        assertThat(orders.snapshot().get(0).runTime()).isEqualTo(first);
    }

    @Test
    void theErrorOfTheLastAttemptReachesTheFuture() {
        StripedCoordinator<String> orders = h.make(o -> {});
        int[] attempts = {0};
        OperationFuture<String> future = orders.submit("a", () -> {
            throw new IOException("attempt " + ++attempts[0]);
        });
        h.run();
        h.elapse();
        h.elapse();
        assertThatThrownBy(future::join).cause().isInstanceOf(IOException.class).hasMessage("attempt 3");
        assertThat(h.timer.size()).isZero();
    }

    @Test
    void whatThePolicyDoesNotRetryEndsAtOnce() {
        StripedCoordinator<String> orders = h.make(o -> {});
        OperationFuture<String> future = orders.submit("a", () -> {
            throw new StackOverflowError("no exception");
        });
        h.run();
        assertThat(future).isCompletedExceptionally();
        assertThat(orders.stats().retries()).isZero();
    }

    @Test
    void aRetryWithoutDelayNeedsNoTimerAndLetsOthersRunBetween() {
        StripedCoordinator<String> orders = h.make(o -> o.fairScheduling(true)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build()));
        orders.execute("a", h.broken("a"));
        orders.execute("b", h.good("b"));
        h.run();
        assertThat(h.ran).containsExactly("a#1", "b#1", "a#2", "a#3");
        assertThat(h.timer.delays).isEmpty();
    }

    @Test
    void aRetryWithoutDelayOnTheThreadThatHandsOverEnds() {
        StripedCoordinator<String> orders = h.make(o -> o.maxConcurrency(2)
                .executor(Runnable::run)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(1_000)
                        .backoff(Duration.ZERO)
                        .build()));
        OperationFuture<String> future = orders.submit("a", h.failing("a", 999));
        assertThat(future).isCompletedWithValue("a");
        assertThat(h.ran).hasSize(1_000).endsWith("a#1000");
    }

    @Test
    void aTimerThatIsOutOfThreadsCostsTheDelayAndNotTheOperation() {
        KeyedCoordinator.Builder<String> builder =
                Coordinators.orders().maxConcurrency(1).executor(h.executor).retryPolicy(FailureHarness.attempts(3));
        Timer outOfThreads = (nanos, action) -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        StripedCoordinator<String> orders =
                new StripedCoordinator<>("orders", builder.toOptions(), Clockworks.of(outOfThreads));
        OperationFuture<String> future = orders.submit("a", h.failing("a", 2));
        h.run();
        assertThat(future).isCompletedWithValue("a");
        StructuralCheck.assertIdle(orders);
        orders.close();
    }

    // ---------------------------------------------------------------- every way in

    @Test
    void everyWayInIsRetried() throws Exception {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.tryExecute("a", h.failing("tried", 1));
        orders.executor("a").execute(h.failing("executed", 1));
        orders.submitLatest("a", Coalescing.latest("group"), h.failing("latest", 1));
        h.run();
        for (int i = 0; i < 3; i++) {
            h.elapse();
        }
        assertThat(h.ran).containsExactly("tried#1", "tried#2", "executed#1", "executed#2", "latest#1", "latest#2");
        assertThat(orders.stats().completed()).isEqualTo(3);
    }

    @Test
    void theTypedAtomRetries() {
        List<String> seen = new ArrayList<>();
        try (KeyedSequentialAtom<String, String> atom = KeyedSequentialAtom.<String, String>builder(
                        item -> item.substring(0, 1), item -> {
                            seen.add(item
                                    + OperationContext.current().orElseThrow().attempt());
                            if (seen.size() < 3) {
                                throw new IOException(item);
                            }
                        })
                .executor(Runnable::run)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ZERO)
                        .build())
                .build()) {
            assertThatThrownBy(() -> atom.submit("ab").join()).hasCauseInstanceOf(IOException.class);
            atom.enqueue("ac");
            StructuralCheck.assertIdle(atom.coordinator());
        }
        assertThat(seen).containsExactly("ab1", "ab2", "ac1");
    }

    @Test
    void aStageThatFailsIsAskedForAnew() {
        StripedCoordinator<String> orders = h.make(o -> {});
        List<CompletableFuture<String>> stages = new ArrayList<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
        orders.execute("a", h.good("second"));
        h.run();
        stages.get(0).completeExceptionally(new IOException("first"));
        StructuralCheck.assertSound(orders);
        assertThat(orders.stats().awaiting()).isZero();
        assertThat(orders.stats().backingOff()).isEqualTo(1);
        assertThat(orders.lane("a").orElseThrow().operations().get(0).attempt()).isEqualTo(1);
        h.run();
        assertThat(h.ran).isEmpty();
        h.elapse();
        assertThat(stages).hasSize(2);
        assertThat(orders.lane("a").orElseThrow().operations().get(0).attempt()).isEqualTo(2);
        assertThat(stages.get(0).completeExceptionally(new IOException("again")))
                .isFalse();
        stages.get(1).complete("done");
        h.run();
        assertThat(future).isCompletedWithValue("done");
        assertThat(h.ran).containsExactly("second#1");
        assertThat(h.events.told)
                .startsWith("started 1#1", "backingOff 1#1 100", "started 1#2", "finished 1#2 COMPLETED");
    }

    @Test
    void aStageThatHasFailedBeforeItIsReturnedAndABodyThatThrowsAreRetriedAlike() {
        StripedCoordinator<String> orders = h.make(o -> {});
        int[] attempts = {0};
        OperationFuture<String> future = orders.submitAsync("a", () -> switch (++attempts[0]) {
            case 1 -> CompletableFuture.failedFuture(new IOException("returned"));
            case 2 -> throw new IllegalStateException("thrown");
            default -> CompletableFuture.completedFuture("done");
        });
        h.run();
        StructuralCheck.assertSound(orders);
        h.elapse();
        StructuralCheck.assertSound(orders);
        h.elapse();
        assertThat(future).isCompletedWithValue("done");
        assertThat(orders.stats().retries()).isEqualTo(2);
    }

    @Test
    void aCallerWaitsForItsOwnRetriesWithoutAPermit() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.failing("call", 2);
        TestThread<String> caller = TestThread.start(() -> orders.call("a", body));
        Eventually.until("it backs off", () -> orders.stats().backingOff() == 1);
        caller.awaitWaiting();
        assertThat(orders.call("b", h.good("other"))).isEqualTo("other");
        orders.execute("a", h.good("behind"));
        for (int attempt = 2; attempt <= 3; attempt++) {
            int ran = attempt;
            Eventually.until("the timer is set", () -> h.timer.size() == 1);
            h.elapse();
            Eventually.until(
                    "it ran",
                    () -> orders.stats().retries() == ran || orders.stats().backingOff() == 0);
        }
        assertThat(caller.result()).isEqualTo("call");
        h.run();
        Eventually.until("the last", () -> h.ran.contains("behind#1"));
        assertThat(h.ran).containsExactly("call#1", "other#1", "call#2", "call#3", "behind#1");
        Eventually.idle(orders);
    }

    @Test
    void aCallerGetsTheErrorOfItsLastAttempt() {
        StripedCoordinator<String> orders = h.make(o -> o.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build())
                .executor(Runnable::run));
        Body body = h.broken("call");
        assertThatThrownBy(() -> orders.call("a", body)).isSameAs(body.error);
        assertThat(h.ran).containsExactly("call#1", "call#2", "call#3");
    }

    @Test
    void anInlineCallIsPartOfTheOutermostOperationAndRetriedWithIt() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body inner = h.failing("inner", 1);
        orders.execute("a", () -> {
            h.ran.add("outer");
            orders.call("a", inner);
        });
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("outer", "inner#1", "outer", "inner#2");
    }

    @Test
    void aCallerThatIsInterruptedWhileItBacksOffLeavesAndTheKeyGoesOn() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.broken("call");
        TestThread<String> caller = TestThread.start(() -> orders.call("a", body));
        Eventually.until("it backs off", () -> orders.stats().backingOff() == 1);
        orders.execute("a", h.good("behind"));
        caller.thread().interrupt();
        RejectedOperationException rejection = caller.rejection();
        assertThat(rejection.reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(rejection).as("what its attempt failed with is not lost").hasCause(body.error);
        h.run();
        assertThat(h.ran).containsExactly("call#1", "behind#1");
        h.elapse();
    }

    /** Whoever interrupts a caller wants it to come back, and not to try again. */
    @Test
    void aBodyThatIsInterruptedOnItsCallersThreadIsNotTriedAgain() {
        StripedCoordinator<String> orders = h.make(o -> {});
        CountDownLatch entered = new CountDownLatch(1);
        TestThread<String> caller = TestThread.start(() -> orders.call("a", () -> {
            h.ran.add("call");
            entered.countDown();
            new CountDownLatch(1).await();
            return "never";
        }));
        Eventually.await(entered);
        caller.thread().interrupt();
        assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
        assertThat(h.ran).containsExactly("call");
    }

    // ---------------------------------------------------------------- operators and the future

    @Test
    void anOperatorRetriesAtOnceWithAllAttemptsAnew() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 4));
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1", "a#2");
        assertThat(orders.retry("a")).isTrue();
        h.run();
        assertThat(h.timer.size()).as("the old timer is still there").isEqualTo(2);
        h.elapse();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1", "a#2", "a#1", "a#2", "a#3");
        assertThat(h.events.told).noneMatch(line -> line.startsWith("released"));
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void nothingIsRetriedOrSkippedThatIsNotHeldBack() {
        StripedCoordinator<String> orders = h.make(o -> {});
        assertThat(orders.retry("a")).isFalse();
        assertThat(orders.skip("a")).isFalse();
        assertThat(orders.purge("a")).isEmpty();
        orders.execute("a", () -> {
            assertThat(orders.retry("a")).isFalse();
            assertThat(orders.skip("a")).isFalse();
            h.ran.add("ran");
        });
        assertThat(orders.retry("a")).isFalse();
        assertThat(orders.skip("a")).isFalse();
        h.run();
        assertThat(h.ran).containsExactly("ran");
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void skippingWhileItBacksOffFailsItWithItsLastErrorAndLetsTheNextOneRun() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.broken("a");
        OperationFuture<String> future = orders.submit("a", body);
        orders.execute("a", h.good("next"));
        h.run();
        assertThat(orders.skip("a")).isTrue();
        assertThatThrownBy(future::join).hasCause(body.error);
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1", "next#1");
        assertThat(orders.stats().failed()).isEqualTo(1);
        OperationSnapshot failed = h.events.shown.get(2);
        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(failed.attempt()).as("no attempt failed with the skip").isEqualTo(1);
    }

    @Test
    void cancellingTheFutureWhileItBacksOffWithdrawsItForGood() {
        StripedCoordinator<String> orders = h.make(o -> {});
        OperationFuture<String> future = orders.submit("a", h.broken("a"));
        orders.execute("a", h.good("next"));
        h.run();
        assertThat(future.cancel(false)).isTrue();
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1", "next#1");
        assertThat(orders.stats().cancelled()).isEqualTo(1);
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void cancellingByIdWhileItBacksOffCancelsTheFuture() {
        StripedCoordinator<String> orders = h.make(o -> {});
        OperationFuture<String> future = orders.submit("a", h.broken("a"));
        h.run();
        assertThat(orders.cancel(future.operationId())).isTrue();
        assertThat(orders.cancel(future.operationId())).isFalse();
        assertThat(future).isCancelled();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1");
    }

    @Test
    void anOperatorThatCancelsOrSkipsACallersRetrySendsTheCallerBack() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.broken("call");
        TestThread<String> skipped = TestThread.start(() -> orders.call("a", body));
        Eventually.until("it backs off", () -> orders.stats().backingOff() == 1);
        assertThat(orders.skip("a")).isTrue();
        assertThat(skipped.failure()).isSameAs(body.error);
        TestThread<String> cancelled = TestThread.start(() -> orders.call("a", body));
        Eventually.until("it backs off", () -> orders.stats().backingOff() == 1);
        assertThat(orders.cancel(orders.snapshot().get(0).id())).isTrue();
        assertThat(cancelled.failure()).isInstanceOf(CancellationException.class);
        Eventually.idle(orders);
    }

    @Test
    void aListenerThatRetriesAtOnceDoesNotMakeTheTimerRetryAgain() {
        StripedCoordinator<String> orders = h.make(o -> {});
        h.events.then = line -> {
            if (line.startsWith("backingOff")) {
                orders.retry("a");
            }
        };
        orders.execute("a", h.failing("a", 5));
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1", "a#1", "a#1", "a#1", "a#1", "a#1");
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- holding and closing

    @Test
    void aPausedAtomOrKeyStartsNoAttempt() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 2));
        h.run();
        orders.pause();
        h.elapse();
        StructuralCheck.assertSound(orders);
        assertThat(h.ran).containsExactly("a#1");
        orders.resume();
        h.run();
        assertThat(h.ran).containsExactly("a#1", "a#2");
        orders.pauseKey("a");
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.BACKING_OFF);
        h.elapse();
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        assertThat(h.ran).containsExactly("a#1", "a#2");
        orders.resumeKey("a");
        h.run();
        assertThat(h.ran).containsExactly("a#1", "a#2", "a#3");
    }

    @Test
    void aDrainReportsWhatBacksOff() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.failing("a", 1));
        orders.execute("a", h.good("next"));
        h.run();
        assertThat(orders.awaitIdle(Duration.ZERO)).isFalse();
        DrainReport report = orders.drain(Duration.ZERO);
        assertThat(report.complete()).isFalse();
        assertThat(report.remaining()).isEqualTo(2);
        assertThat(report.remainingByKey().get("a"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.BACKING_OFF, OperationState.QUEUED);
        h.elapse();
        assertThat(h.ran).as("a closed intake does not stop a retry").containsExactly("a#1", "a#2", "next#1");
        assertThat(orders.drain(Duration.ZERO).complete()).isTrue();
    }

    @Test
    void closingCancelsWhatBacksOffAndTheTimerFindsNothing() {
        StripedCoordinator<String> orders = h.make(o -> {});
        Body body = h.broken("a");
        OperationFuture<String> future = orders.submit("a", body);
        OperationFuture<String> next = orders.submit("a", h.good("next"));
        h.run();
        orders.close();
        assertThat(future).isCancelled();
        assertThat(next).isCancelled();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1");
        assertThat(h.events.told).endsWith("finished 1#1 CANCELLED", "finished 2#0 CANCELLED");
    }

    @Test
    void aBodyThatFailsAfterTheCloseIsNotTriedAgain() {
        StripedCoordinator<String> orders = h.make(o -> {});
        OperationFuture<String> future = orders.submit("a", () -> {
            TestThread.start(() -> {
                        orders.close();
                        return null;
                    })
                    .result();
            throw new IOException("late");
        });
        h.run();
        assertThatThrownBy(future::join).hasCauseInstanceOf(IOException.class);
        assertThat(h.timer.size()).isZero();
    }

    @Test
    void closingWaitsForAnAttemptThatIsStillDue() {
        StripedCoordinator<String> orders = h.make(o -> o.closeTimeout(Eventually.DEADLINE));
        OperationFuture<String> future = orders.submit("a", h.failing("a", 1));
        h.run();
        TestThread<Object> closer = TestThread.start(() -> {
            orders.close();
            return null;
        });
        closer.awaitWaiting();
        h.elapse();
        closer.result();
        assertThat(future).isCompletedWithValue("a");
    }

    // ---------------------------------------------------------------- other shapes of an atom

    @Test
    void withTwoOfAKeyAtOnceAFailureClosesTheKeyForThoseBehind() {
        StripedCoordinator<String> orders = h.make(o -> o.maxConcurrency(2).perKeyConcurrency(2));
        List<CompletableFuture<String>> stages = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        OperationFuture<String> first = orders.submitAsync("a", () -> stages.get(0));
        OperationFuture<String> second = orders.submitAsync("a", h.failingStage("second", stages.get(1)));
        orders.execute("a", h.good("third"));
        h.run();
        assertThat(orders.stats().awaiting()).isEqualTo(2);
        stages.get(1).completeExceptionally(new IOException("second"));
        h.run();
        StructuralCheck.assertSound(orders);
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.RUNNING);
        assertThat(lane.operations())
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.AWAITING, OperationState.BACKING_OFF, OperationState.QUEUED);
        assertThat(h.ran).containsExactly("second");
        stages.get(0).complete("first");
        h.run();
        assertThat(first).isCompletedWithValue("first");
        assertThat(h.ran).containsExactly("second");
        h.elapse();
        assertThat(second).isCompletedWithValue("second");
        assertThat(h.ran).containsExactly("second", "second", "third#1");
    }

    @Test
    void aRetryKeepsThePriorityOfItsKeyAndTheKeyIsAskedOnce() {
        int[] asked = {0};
        StripedCoordinator<String> orders = h.make(o -> o.priority(key -> {
            asked[0]++;
            return key.equals("high") ? 7 : 0;
        }));
        orders.execute("high", h.failing("high", 1));
        h.run();
        orders.execute("low", h.good("low"));
        int before = asked[0];
        h.elapse();
        assertThat(h.ran).containsExactly("high#1", "high#2", "low#1");
        assertThat(asked[0]).as("not for a retry").isEqualTo(before);
    }
}
