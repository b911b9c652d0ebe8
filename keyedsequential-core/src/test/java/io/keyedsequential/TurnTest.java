package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code call}: the caller's thread takes its turn. */
@Timeout(600)
class TurnTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<String> ran = new CopyOnWriteArrayList<>();

    @Test
    void aCallFromAnotherThreadWaitsItsTurnInOrder() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        orders.execute("a", () -> ran.add("before"));
        TestThread<Boolean> caller = TestThread.start(() -> orders.call("a", () -> ran.add("turn")));
        Eventually.until("it is queued", () -> orders.stats().queued() == 2);
        orders.execute("a", () -> ran.add("after"));
        caller.awaitWaiting();
        StructuralCheck.assertSound(orders);
        gate.open();
        caller.result();
        Eventually.idle(orders);
        assertThat(ran).containsExactly("before", "turn", "after");
    }

    @Test
    void aCallerThatMustNotWaitRunsAtOnceOrIsRejected() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        assertThat(orders.<String>tryCall("a", () -> "free")).isEqualTo("free");
        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        assertThatThrownBy(() -> orders.tryCall("a", () -> ran.add("busy")))
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.BUSY))
                .hasMessageStartingWith("orders: rejected, busy (queued=0, active=1");
        assertThat(orders.<Boolean>tryCall("b", () -> ran.add("other key"))).isTrue();
        orders.pauseKey("b");
        assertThatThrownBy(() -> orders.tryCall("b", () -> ran.add("paused")))
                .isInstanceOf(RejectedOperationException.class);
        orders.resumeKey("b");
        gate.open();
        Eventually.idle(orders);
        orders.closeIntake();
        assertThatThrownBy(() -> orders.tryCall("c", () -> ran.add("closed")))
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.CLOSED));
        assertThat(ran).containsExactly("other key");
        assertThat(orders.stats().rejected()).isEqualTo(3);
        StructuralCheck.assertSound(orders);
    }

    @Test
    void aCallerThatMustNotWaitDoesNotWaitForFurtherAttempts() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().retryPolicy(RetryPolicy.attempts(3)));
        assertThatThrownBy(() -> orders.tryCall("a", () -> {
                    ran.add("attempt");
                    throw new IOException();
                }))
                .isInstanceOf(IOException.class);
        assertThat(ran).containsExactly("attempt");
        assertThat(orders.stats().failed()).isOne();
    }

    @Test
    void whatTheBodyThrowsIsThrownOnUnchanged() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        IOException error = new IOException("checked");
        assertThatThrownBy(() -> orders.call("a", () -> {
                    throw error;
                }))
                .isSameAs(error);
        AssertionError serious = new AssertionError();
        assertThatThrownBy(() -> orders.call("a", () -> {
                    throw serious;
                }))
                .isSameAs(serious);
        assertThat(orders.stats().failed()).isEqualTo(2);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aNestedCallOfTheSameKeyRunsInline() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        assertThat(orders.<String>call("a", () -> orders.call("a", () -> orders.call("a", () -> "inner"))))
                .isEqualTo("inner");
        assertThat(orders.submit("a", () -> orders.<String>call("a", () -> "inner"))
                        .join())
                .isEqualTo("inner");
        Eventually.idle(orders);
        assertThat(orders.stats().admitted())
                .as("an inline call is part of its operation")
                .isEqualTo(2);
    }

    @Test
    void aNestedCallOfAnotherKeyTakesItsOwnTurn() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        List<Optional<Object>> keys = orders.call("a", () -> {
            Optional<Object> inner = orders.call("b", TurnTest::currentKey);
            return List.of(inner, currentKey());
        });
        assertThat(keys).containsExactly(Optional.of("b"), Optional.of("a"));
        assertThat(orders.stats().completed()).isEqualTo(2);
    }

    @Test
    void aCallBackToAnOuterKeyRunsInline() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        String result = orders.call("a", () -> orders.call("b", () -> orders.call("a", () -> "back")));
        assertThat(result).isEqualTo("back");
    }

    @Test
    void theSameKeyOfAnotherAtomIsAnotherLane() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        KeyedCoordinator<String> other =
                coordinators.add(KeyedCoordinator.<String>builder("other").maxConcurrency(1));
        assertThat(orders.<Integer>call("a", () -> other.call("a", () -> 3))).isEqualTo(3);
        assertThat(other.stats().completed()).isEqualTo(1);
    }

    private static Optional<Object> currentKey() {
        return OperationContext.current().map(OperationContext::key);
    }

    @Test
    void aCallTakesAPermit() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        Gate gate = new Gate();
        TestThread<String> first = TestThread.start(() -> orders.call("a", gate));
        gate.awaitEntered();
        orders.execute("b", () -> ran.add("b"));
        TestThread<Boolean> second = TestThread.start(() -> orders.call("c", () -> ran.add("c")));
        Eventually.until("both are queued", () -> orders.stats().queued() == 2);
        assertThat(orders.stats().active()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        gate.open();
        assertThat(first.result()).isEqualTo("through");
        second.result();
        Eventually.idle(orders);
        assertThat(ran).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void aCallerInterruptedWhileItWaitsIsTurnedAwayWithItsFlagSet() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        TestThread<Boolean> caller = TestThread.start(() -> {
            try {
                return orders.call("a", () -> ran.add("never"));
            } finally {
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        caller.thread().interrupt();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(flag).hasValue(true);
        assertThat(orders.stats().queued()).isZero();
        StructuralCheck.assertSound(orders);
        gate.open();
        Eventually.idle(orders);
        assertThat(ran).isEmpty();
    }

    @Test
    void anInterruptedCallerThatNeedNotWaitRunsWithItsFlagSet() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        Thread.currentThread().interrupt();
        assertThat(orders.<Boolean>call("a", () -> Thread.currentThread().isInterrupted()))
                .isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptInTheBodyIsTheCallersOwn() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.call("a", () -> {
            Thread.currentThread().interrupt();
            return null;
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    /** In a dependent of its future an operation has ended, and its key may be somebody else's already. */
    @Test
    void aCallInADependentIsExclusiveToo() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(2).executor(executor));
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        CompletableFuture<Optional<LaneSnapshot>> laneDuringCall =
                future.thenApply(one -> orders.call("a", () -> orders.lane("a")));
        executor.runAll();
        assertThat(laneDuringCall.join()).hasValueSatisfying(lane -> assertThat(lane.running())
                .as("somebody must hold the key while a call of it runs")
                .isEqualTo(1));
    }

    @Test
    void callsFromManyThreadsExcludeEachOther() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(3));
        int[] plain = new int[2];
        List<TestThread<Object>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(TestThread.start(() -> {
                for (int i = 0; i < 3_000; i++) {
                    int key = i % 2;
                    if (i % 3 == 0) {
                        orders.execute("key-" + key, () -> plain[key]++);
                    } else {
                        orders.call("key-" + key, () -> plain[key]++);
                    }
                }
                return null;
            }));
        }
        threads.forEach(TestThread::result);
        Eventually.idle(orders);
        assertThat(plain).containsOnly(6_000);
    }

    @Test
    void callersThatAreInterruptedAtRandomLeaveTheEngineWhole() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        int[] plain = new int[1];
        List<TestThread<Integer>> callers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            callers.add(TestThread.start(() -> {
                int done = 0;
                for (int i = 0; i < 2_000; i++) {
                    try {
                        orders.call("a", () -> plain[0]++);
                        done++;
                    } catch (RejectedOperationException e) {
                        assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED);
                    }
                    Thread.interrupted();
                }
                return done;
            }));
        }
        while (!callers.stream().allMatch(TestThread::isDone)) {
            callers.forEach(caller -> caller.thread().interrupt());
            Thread.yield();
        }
        int done = callers.stream().mapToInt(TestThread::result).sum();
        assertThat(plain[0]).isEqualTo(done);
    }

    @Test
    void aCallOfAnotherKeyFromInsideNeedsNoSecondPermit() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        orders.submit("a", () -> orders.call("b", () -> ran.add("b"))).join();
        assertThat(ran).containsExactly("b");
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void whileACallFromInsideWaitsItsPermitIsLentToOthers() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        CompletableFuture<Void> stage = new CompletableFuture<>();
        OperationFuture<Void> holder = orders.submitAsync("b", () -> stage);
        Eventually.until("the key is held by a stage", () -> orders.stats().awaiting() == 1);
        OperationFuture<Boolean> waiting = orders.submit("a", () -> orders.call("b", () -> ran.add("turn")));
        Eventually.until("the call is queued", () -> orders.stats().queued() == 1);
        orders.submit("c", () -> ran.add("other")).join();
        Eventually.until("its lane is gone", () -> orders.stats().lanes() == 2);
        StructuralCheck.assertSound(orders);
        assertThat(orders.stats().active()).isZero();
        assertThat(waiting).isNotDone();
        stage.complete(null);
        waiting.join();
        holder.join();
        assertThat(ran).containsExactly("other", "turn");
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    /** A runner that has handed its permit over to a caller has nothing in hand, and must look whether there is more. */
    @Test
    void aTurnOnACallersThreadKeepsNoOtherKeyWaitingWhereTheExecutorHasNoThreads() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(2).fairScheduling(true).executor(Runnable::run));
        Gate gate = new Gate();
        orders.pause();
        TestThread<String> caller = TestThread.start(() -> orders.call("a", (Callable<String>) gate));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        orders.execute("b", () -> ran.add("b"));
        orders.resume();
        assertThat(ran).containsExactly("b");
        gate.awaitEntered();
        StructuralCheck.assertSound(orders);
        gate.open();
        assertThat(caller.result()).isEqualTo("through");
    }

    @Test
    void aNestedTurnThatFailsGivesThePermitBackToTheOneAroundIt() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        OperationFuture<Integer> outer = orders.submit("a", () -> {
            assertThatThrownBy(() -> orders.call("b", () -> {
                        throw new IOException("in b");
                    }))
                    .isInstanceOf(IOException.class);
            return orders.stats().active();
        });
        assertThat(outer.join()).isEqualTo(1);
        Eventually.idle(orders);
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void aNestedTurnThatIsTriedAgainHoldsNoPermitInBetween() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .maxConcurrency(1)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ofHours(1))
                        .maxBackoff(Duration.ofHours(1))
                        .build()));
        OperationFuture<Integer> outer = orders.submit("a", () -> {
            int[] attempts = new int[1];
            return orders.call("b", () -> {
                if (++attempts[0] == 1) {
                    throw new IllegalStateException("the first attempt");
                }
                return attempts[0];
            });
        });
        Eventually.until("it backs off", () -> orders.stats().backingOff() == 1);
        orders.submit("c", () -> ran.add("c")).join();
        Eventually.until("its lane is gone", () -> orders.stats().lanes() == 2);
        StructuralCheck.assertSound(orders);
        assertThat(orders.retry("b")).isTrue();
        assertThat(outer.join()).isEqualTo(2);
    }

    @Test
    void aCallerInsideThatIsInterruptedWhileItWaitsHasItsPermitBack() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        orders.pauseKey("b");
        OperationFuture<Integer> outer = orders.submit("a", () -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> orders.call("b", () -> ran.add("never")))
                    .isInstanceOfSatisfying(
                            RejectedOperationException.class,
                            rejection -> assertThat(rejection.reason()).isEqualTo(Reason.INTERRUPTED));
            assertThat(Thread.interrupted()).isTrue();
            return orders.stats().active();
        });
        assertThat(outer.join()).isEqualTo(1);
        orders.resumeKey("b");
        assertThat(ran).isEmpty();
    }
}
