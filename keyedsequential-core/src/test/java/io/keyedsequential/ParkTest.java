package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.FailureHarness.Body;
import io.keyedsequential.RejectedOperationException.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that an exhausted operation closes until an operator decides. */
@Timeout(600)
class ParkTest {

    @RegisterExtension
    final FailureHarness h = new FailureHarness();

    /** An atom that parks at the first failure. */
    private StripedCoordinator<String> parking(Consumer<KeyedCoordinator.Builder<String>> options) {
        return h.make(o -> {
            o.retryPolicy(RetryPolicy.none()).exhaustedPolicy(ExhaustedPolicy.PARK);
            options.accept(o);
        });
    }

    private StripedCoordinator<String> parking() {
        return parking(o -> {});
    }

    // ---------------------------------------------------------------- parking

    @Test
    void anExhaustedOperationClosesItsKeyAndOthersGoOn() {
        StripedCoordinator<String> orders = h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK));
        OperationFuture<String> head = orders.submit("a", h.broken("head"));
        OperationFuture<String> follower = orders.submit("a", h.good("follower"));
        h.run();
        h.elapse();
        h.elapse();
        orders.execute("b", h.good("b"));
        h.run();
        assertThat(h.ran).containsExactly("head#1", "head#2", "head#3", "b#1");
        assertThat(head).isNotDone();
        assertThat(follower).isNotDone();
        assertThat(h.timer.size()).isZero();
        CoordinatorStats stats = orders.stats();
        assertThat(stats.parked()).isEqualTo(1);
        assertThat(stats.backingOff()).isZero();
        assertThat(stats.retries()).isEqualTo(2);
        assertThat(stats.queued()).isEqualTo(1);
        assertThat(stats.failed()).isZero();
        StructuralCheck.assertSound(orders);
        orders.purge("a");
    }

    @Test
    void theAttemptsBeforeAnOperatorRetriedItAreTold() {
        StripedCoordinator<String> orders = h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK));
        orders.execute("a", h.broken("head"));
        for (int attempts = 3; attempts <= 9; attempts += 3) {
            h.run();
            h.elapse();
            h.elapse();
            LaneSnapshot lane = orders.lane("a").orElseThrow();
            assertThat(lane.operations().get(0).attempts()).isEqualTo(attempts);
            assertThat(lane.operations().get(0).attempt()).as("begins anew").isEqualTo(3);
            assertThat(lane.explanation().sentence()).contains("in all %d attempts".formatted(attempts));
            if (attempts < 9) {
                orders.retry("a");
            }
        }
        assertThat(h.ran).hasSize(9);
        orders.purge("a");
    }

    @Test
    void aParkedKeyIsSeenWithItsHeadItsAttemptAndItsError() {
        StripedCoordinator<String> orders = h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK));
        Body body = h.broken("head");
        orders.execute("a", body);
        orders.execute("a", h.good("follower"));
        h.run();
        h.elapse();
        h.elapse();
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.PARKED);
        assertThat(lane.operations())
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.PARKED, OperationState.QUEUED);
        OperationSnapshot head = lane.operations().get(0);
        assertThat(head.attempt()).isEqualTo(3);
        assertThat(head.error()).isSameAs(body.error);
        assertThat(head.finishedAt()).isNull();
        assertThat(orders.lanes(5)).extracting(LaneSnapshot::state).containsExactly(LaneState.PARKED);
        orders.pauseKey("a");
        assertThat(orders.lane("a").orElseThrow().state())
                .as("it would not go on if it were resumed")
                .isEqualTo(LaneState.PARKED);
        assertThat(orders.lane("a").orElseThrow().paused()).isTrue();
        orders.resumeKey("a");
        orders.pause();
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PARKED);
        orders.resume();
        h.run();
        assertThat(h.ran).hasSize(3);
        Duration runTime = orders.snapshot().get(0).runTime();
        orders.purge("a");
        assertThat(h.events.shown.get(h.events.shown.size() - 1).runTime())
                .as("being parked is not running")
                .isEqualTo(runTime);
    }

    @Test
    void theTypeOfTheFailureRefinesThePolicy() {
        StripedCoordinator<String> orders = h.make(o -> o.retryPolicy(RetryPolicy.none())
                .exhaustedPolicy(ExhaustedPolicy.SKIP)
                .exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.SKIP)
                .exhaustedPolicy(Error.class, ExhaustedPolicy.HALT));
        orders.submit("skipped", () -> {
            throw new IllegalStateException();
        });
        orders.submit("also skipped", () -> {
            throw new FileNotFoundException();
        });
        orders.submit("parked", () -> {
            throw new IOException();
        });
        h.run();
        assertThat(orders.stats().failed()).isEqualTo(2);
        assertThat(orders.lane("parked").orElseThrow().state()).isEqualTo(LaneState.PARKED);
        assertThat(orders.isPaused()).isFalse();
        orders.submit("halted", () -> {
            throw new AssertionError("halts");
        });
        h.run();
        assertThat(orders.isPaused()).isTrue();
        orders.purge("parked");
    }

    @Test
    void aStageThatFailsParks() {
        StripedCoordinator<String> orders = parking();
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", h.failingStage("a", stage));
        orders.execute("a", h.good("follower"));
        h.run();
        stage.completeExceptionally(new IOException("stage"));
        h.run();
        assertThat(orders.stats().parked()).isEqualTo(1);
        assertThat(orders.stats().awaiting()).isZero();
        assertThat(orders.snapshot().get(0).error()).isInstanceOf(IOException.class);
        assertThat(h.ran).containsExactly("a");
        StructuralCheck.assertSound(orders);
        orders.retry("a");
        h.run();
        assertThat(future).isCompletedWithValue("a");
        assertThat(h.ran).containsExactly("a", "a", "follower#1");
    }

    @Test
    void aCallThatFailsDoesNotPark() {
        StripedCoordinator<String> orders = parking();
        Body body = h.broken("call");
        assertThatThrownBy(() -> orders.call("a", body)).isSameAs(body.error);
        assertThat(orders.stats().parked()).isZero();
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.call("a", h.good("next"))).isEqualTo("next");
    }

    @Test
    void aCallWaitsBehindAParkedHead() {
        StripedCoordinator<String> orders = parking();
        orders.execute("a", h.broken("head"));
        h.run();
        TestThread<String> caller = TestThread.start(() -> orders.call("a", h.good("call")));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        caller.awaitWaiting();
        orders.skip("a");
        h.run();
        assertThat(caller.result()).isEqualTo("call");
        Eventually.idle(orders);
    }

    @Test
    void theTypedAtomParks() {
        try (KeyedSequentialAtom<String, String> atom = KeyedSequentialAtom.<String, String>builder(
                        item -> "key", item -> {
                            if (item.equals("bad")) {
                                throw new IOException(item);
                            }
                            h.ran.add(item);
                        })
                .executor(Runnable::run)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .closeTimeout(Duration.ofMinutes(5))
                .build()) {
            atom.enqueue("bad");
            atom.enqueue("good");
            assertThat(atom.stats().parked()).isEqualTo(1);
            assertThat(h.ran).isEmpty();
            assertThat(atom.coordinator().skip("key")).isTrue();
            assertThat(h.ran).containsExactly("good");
            StructuralCheck.assertIdle(atom.coordinator());
        }
    }

    // ---------------------------------------------------------------- the operator's verbs

    @Test
    void aRetriedKeyGoesOnInItsOldOrderWithAllAttemptsAnew() {
        StripedCoordinator<String> orders = h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK));
        OperationFuture<String> future = orders.submit("a", h.failing("head", 5));
        orders.execute("a", h.good("second"));
        h.run();
        h.elapse();
        h.elapse();
        orders.execute("a", h.good("third"));
        h.ran.clear();
        assertThat(orders.retry("a")).isTrue();
        assertThat(orders.retry("a")).as("it is queued").isFalse();
        assertThat(orders.lane("a").orElseThrow().operations())
                .extracting(OperationSnapshot::id)
                .containsExactly(1L, 2L, 3L);
        h.run();
        h.elapse();
        h.elapse();
        assertThat(h.ran).containsExactly("head#1", "head#2", "head#3", "second#1", "third#1");
        assertThat(future).isCompletedWithValue("head");
        assertThat(h.events.told)
                .containsSubsequence(
                        "backingOff 1#2 200",
                        "started 1#3",
                        "parked 1#3",
                        "released 1#0",
                        "started 1#1",
                        "backingOff 1#1 100",
                        "finished 1#3 COMPLETED",
                        "started 2#1");
    }

    @Test
    void aRetryThatFailsParksAgainAndIsReleasedAgain() {
        StripedCoordinator<String> orders = parking();
        orders.execute("a", h.failing("head", 2));
        h.run();
        orders.retry("a");
        h.run();
        assertThat(orders.stats().parked()).isEqualTo(1);
        orders.retry("a");
        h.run();
        assertThat(h.events.told)
                .containsExactly(
                        "started 1#1",
                        "parked 1#1",
                        "released 1#0",
                        "started 1#1",
                        "parked 1#1",
                        "released 1#0",
                        "started 1#1",
                        "finished 1#1 COMPLETED");
    }

    /** On an executor that starts at once, too, and while the released operation may be taken by anybody. */
    @Test
    void theReleaseIsToldBeforeTheOperationStarts() {
        StripedCoordinator<String> orders = parking(o -> o.executor(Runnable::run));
        orders.execute("a", h.failing("head", 1));
        h.events.then = line -> {
            if (line.startsWith("released")) {
                LaneSnapshot lane = orders.lane("a").orElseThrow();
                assertThat(lane.operations().get(0).state()).isEqualTo(OperationState.BACKING_OFF);
                h.ran.add("told");
                assertThat(orders.retry("a"))
                        .as("another operator, who is quicker")
                        .isTrue();
            }
        };
        assertThat(orders.retry("a")).isTrue();
        assertThat(h.ran).containsExactly("head#1", "told", "head#1");
        assertThat(h.events.told)
                .filteredOn(line -> line.startsWith("released"))
                .hasSize(1);
    }

    @Test
    void skippingFailsTheHeadWithItsErrorAndTheNextOneRuns() {
        StripedCoordinator<String> orders = parking();
        Body body = h.broken("head");
        OperationFuture<String> future = orders.submit("a", body);
        orders.execute("a", h.good("next"));
        h.run();
        assertThat(orders.skip("a")).isTrue();
        assertThat(orders.skip("a")).isFalse();
        assertThatThrownBy(future::join).hasCause(body.error);
        h.run();
        assertThat(h.ran).containsExactly("head#1", "next#1");
        assertThat(h.events.told)
                .containsExactly(
                        "started 1#1",
                        "parked 1#1",
                        "finished 1#1 FAILED",
                        "released 1#1",
                        "started 2#1",
                        "finished 2#1 COMPLETED");
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().parked()).isZero();
    }

    @Test
    void purgingReturnsWhatItRemovedInOrderAndCancelsTheirFutures() {
        StripedCoordinator<String> orders = parking();
        Body body = h.broken("head");
        List<OperationFuture<String>> futures =
                List.of(orders.submit("a", body), orders.submit("a", h.good("2")), orders.submit("a", h.good("3")));
        orders.submit("b", h.good("b"));
        h.run();
        List<OperationSnapshot> purged = orders.purge("a");
        assertThat(purged).extracting(OperationSnapshot::id).containsExactly(1L, 2L, 3L);
        assertThat(purged).extracting(OperationSnapshot::state).containsOnly(OperationState.CANCELLED);
        assertThat(purged).extracting(OperationSnapshot::attempt).containsExactly(1, 0, 0);
        assertThat(purged.get(0).error()).isSameAs(body.error);
        assertThat(purged.get(0).finishedAt()).isNotNull();
        assertThat(futures).allSatisfy(future -> assertThat(
                        future.handle((result, failure) -> failure).join())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("purged"));
        assertThat(orders.purge("a")).isEmpty();
        assertThat(orders.lane("a")).isEmpty();
        assertThat(orders.stats().cancelled()).isEqualTo(3);
        assertThat(h.events.told)
                .as("the key is open again")
                .endsWith("finished 1#1 CANCELLED", "finished 2#0 CANCELLED", "finished 3#0 CANCELLED", "released 1#1");
    }

    @Test
    void purgingAKeyThatWasNotParkedReleasesNothing() {
        StripedCoordinator<String> orders = parking();
        orders.execute("a", h.good("a"));
        assertThat(orders.purge("a")).hasSize(1);
        assertThat(h.events.told).containsExactly("finished 1#0 CANCELLED");
        h.run();
    }

    @Test
    void cancellingTheHeadByIdOrByItsFutureOpensTheKeyAndSaysSo() {
        for (boolean byId : new boolean[] {true, false}) {
            h.events.told.clear();
            h.ran.clear();
            StripedCoordinator<String> orders = parking();
            OperationFuture<String> future = orders.submit("a", h.broken("head"));
            orders.execute("a", h.good("next"));
            h.run();
            assertThat(byId ? orders.cancel(future.operationId()) : future.cancel(true))
                    .isTrue();
            assertThat(future).isCancelled();
            h.run();
            assertThat(h.ran).containsExactly("head#1", "next#1");
            assertThat(h.events.told)
                    .containsExactly(
                            "started 1#1",
                            "parked 1#1",
                            "finished 1#1 CANCELLED",
                            "released 1#1",
                            "started 2#1",
                            "finished 2#1 COMPLETED");
        }
    }

    @Test
    void cancellingAFollowerLeavesTheKeyParked() {
        StripedCoordinator<String> orders = parking();
        orders.execute("a", h.broken("head"));
        long follower = orders.execute("a", h.good("follower"));
        h.run();
        assertThat(orders.cancel(follower)).isTrue();
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PARKED);
        assertThat(h.events.told).noneMatch(line -> line.startsWith("released"));
        orders.skip("a");
    }

    @Test
    void aListenerThatSkipsAtOnceOpensTheKey() {
        StripedCoordinator<String> orders = parking();
        h.events.then = line -> {
            if (line.startsWith("parked")) {
                orders.skip("a");
            }
        };
        for (int i = 0; i < 50; i++) {
            orders.execute("a", h.broken("head" + i));
        }
        h.run();
        assertThat(h.ran).hasSize(50);
        assertThat(orders.stats().failed()).isEqualTo(50);
    }

    // ---------------------------------------------------------------- room

    @Test
    void aParkedKeyIsFullAtHalfOfTheRoomAndOthersAreLetIn() {
        StripedCoordinator<String> orders = parking(o -> o.capacity(6).overflowPolicy(OverflowPolicy.REJECT));
        orders.execute("a", h.broken("head"));
        h.run();
        orders.execute("a", h.good("2"));
        orders.execute("a", h.good("3"));
        assertThatThrownBy(() -> orders.execute("a", h.good("4")))
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.KEY_FULL));
        for (int i = 0; i < 3; i++) {
            orders.execute("b", h.good("b"));
        }
        assertThat(orders.tryExecute("b", h.good("b"))).isFalse();
        orders.retry("a");
        orders.purge("a");
        h.run();
        assertThat(h.ran).containsExactly("head#1", "b#1", "b#1", "b#1");
    }

    @Test
    void aParkedKeyKeepsWhatItHeldWithinItsOwnBound() {
        StripedCoordinator<String> orders = parking(o -> o.capacity(100).capacityPerKey(3));
        orders.execute("a", h.broken("head"));
        orders.execute("a", h.good("2"));
        orders.execute("a", h.good("3"));
        h.run();
        assertThat(orders.tryExecute("a", h.good("4"))).isFalse();
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.heldBack() + lane.queued()).isEqualTo(3);
        assertThat(lane.queued()).as("as the atom counts").isEqualTo((int)
                orders.stats().queued());
        orders.skip("a");
        assertThat(orders.tryExecute("a", h.good("4"))).as("one place is free").isTrue();
        h.run();
        assertThat(h.ran).containsExactly("head#1", "2#1", "3#1", "4#1");
    }

    @Test
    void aCallerThatWaitsForRoomOfAParkedKeyIsLetInByTheOperatorAlsoInAPausedAtom() {
        for (String verb : List.of("retry", "skip", "purge")) {
            h.ran.clear();
            StripedCoordinator<String> orders = parking(o -> o.capacity(4));
            orders.execute("a", h.failing("head", 1));
            h.run();
            orders.execute("a", h.good("second"));
            TestThread<Long> caller = TestThread.start(() -> orders.execute("a", h.good("third")));
            Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
            caller.awaitWaiting();
            orders.pause();
            assertThat(orders.tryExecute("b", h.good("b")))
                    .as("others are let in")
                    .isTrue();
            switch (verb) {
                case "retry" -> orders.retry("a");
                case "skip" -> orders.skip("a");
                default -> orders.purge("a");
            }
            caller.result();
            orders.resume();
            h.run();
            assertThat(h.ran).contains("third#1");
            Eventually.idle(orders);
        }
    }

    // ---------------------------------------------------------------- drain and close

    @Test
    void aDrainReportsTheParkedHeadAndItsFollowers() {
        StripedCoordinator<String> orders = parking();
        Body body = h.broken("head");
        orders.execute("a", body);
        orders.execute("a", h.good("follower"));
        orders.execute("b", h.good("b"));
        h.run();
        DrainReport report = orders.drain(Duration.ofMillis(1));
        assertThat(report.complete()).isFalse();
        assertThat(report.remaining()).isEqualTo(2);
        assertThat(report.remainingByKey()).containsOnlyKeys("a");
        assertThat(report.remainingByKey().get("a"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.PARKED, OperationState.QUEUED);
        assertThat(report.remainingByKey().get("a").get(0).error()).isSameAs(body.error);
        assertThat(orders.retry("a")).as("an operator may still decide").isTrue();
        body.mend();
        h.run();
        assertThat(orders.drain(Duration.ZERO).complete()).isTrue();
    }

    @Test
    void closingDoesNotWaitForAnOperator() {
        StripedCoordinator<String> orders = parking(o -> o.closeTimeout(Duration.ofMinutes(5)));
        OperationFuture<String> head = orders.submit("a", h.broken("head"));
        OperationFuture<String> follower = orders.submit("a", h.good("follower"));
        h.run();
        orders.pauseKey("b");
        OperationFuture<String> paused = orders.submit("b", h.good("paused"));
        orders.close();
        assertThat(head).isCancelled();
        assertThat(follower).isCancelled();
        assertThat(paused).isCancelled();
        assertThat(h.events.told).doesNotContain("released 1#1");
    }

    @Test
    void closingWaitsForWhatRunsAndNotForWhatThenParks() {
        StripedCoordinator<String> orders = parking(o -> o.maxConcurrency(2).closeTimeout(Duration.ofMinutes(5)));
        Gate gate = new Gate();
        OperationFuture<String> last = orders.submit("a", () -> {
            gate.run();
            throw new IOException("at last");
        });
        orders.submit("b", h.good("b"));
        TestThread<Object> runner = TestThread.start(() -> {
            h.executor.runOne();
            return null;
        });
        gate.awaitEntered();
        h.run();
        TestThread<Object> closer = TestThread.start(() -> {
            orders.close();
            return null;
        });
        Eventually.until("the intake is closed", () -> !orders.isIntakeOpen());
        closer.awaitWaiting();
        assertThat(closer.isDone()).isFalse();
        gate.open();
        closer.result();
        runner.result();
        assertThat(last).isCancelled();
    }

    @Test
    void closingWaitsForAStageAndNotForWhatThenParks() {
        StripedCoordinator<String> orders = parking(o -> o.closeTimeout(Duration.ofMinutes(5)));
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        h.run();
        TestThread<Object> closer = TestThread.start(() -> {
            orders.close();
            return null;
        });
        closer.awaitWaiting();
        stage.completeExceptionally(new TimeoutException("remote"));
        closer.result();
        assertThat(future).isCancelled();
    }

    // ---------------------------------------------------------------- other shapes of an atom

    @Test
    void withTwoOfAKeyAtOnceEachParkedOneIsDecidedInTurn() {
        StripedCoordinator<String> orders = parking(o -> o.maxConcurrency(2).perKeyConcurrency(2));
        List<CompletableFuture<String>> stages = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        orders.submitAsync("a", h.failingStage("first", stages.get(0)));
        orders.submitAsync("a", h.failingStage("second", stages.get(1)));
        orders.execute("a", h.good("third"));
        h.run();
        stages.get(1).completeExceptionally(new IOException());
        stages.get(0).completeExceptionally(new IOException());
        h.run();
        assertThat(orders.stats().parked()).isEqualTo(2);
        assertThat(orders.lane("a").orElseThrow().operations())
                .extracting(OperationSnapshot::id)
                .containsExactly(1L, 2L, 3L);
        orders.skip("a");
        h.run();
        assertThat(orders.stats().parked()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        orders.retry("a");
        h.run();
        assertThat(h.ran).containsExactly("first", "second", "second", "third#1");
    }

    @Test
    void aFairAtomAndOneWithPrioritiesParkAndGoOn() {
        for (boolean fair : new boolean[] {true, false}) {
            h.ran.clear();
            StripedCoordinator<String> orders = parking(o -> {
                if (fair) {
                    o.fairScheduling(true);
                } else {
                    o.priority(key -> key.equals("a") ? 7 : 0);
                }
            });
            Body head = h.broken("head");
            orders.execute("a", head);
            orders.execute("a", h.good("follower"));
            orders.execute("b", h.good("b"));
            h.run();
            assertThat(h.ran).containsExactly("head#1", "b#1");
            StructuralCheck.assertSound(orders);
            head.mend();
            orders.retry("a");
            h.run();
            assertThat(h.ran).containsExactly("head#1", "b#1", "head#1", "follower#1");
        }
    }
}
