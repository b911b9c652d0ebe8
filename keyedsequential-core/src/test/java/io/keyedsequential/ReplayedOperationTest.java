package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.FailureDecision.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attempts of operations that are kept elsewhere. */
@Timeout(600)
class ReplayedOperationTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<String> told = new CopyOnWriteArrayList<>();

    private final CoordinatorListener listener = new CoordinatorListener() {
        @Override
        public void operationStarted(String atom, OperationSnapshot operation) {
            tell("started", operation);
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {
            tell("finished", operation);
        }

        @Override
        public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
            told.add("timed " + outcome);
        }

        @Override
        public void operationFailed(String atom, OperationSnapshot operation) {
            tell("failed", operation);
        }

        @Override
        public void operationBackingOff(String atom, OperationSnapshot operation, Duration delay) {
            tell("backs off " + delay, operation);
        }

        @Override
        public void operationParked(String atom, OperationSnapshot operation) {
            tell("parked", operation);
        }

        @Override
        public void atomHalted(String atom, OperationSnapshot operation, Throwable failure) {
            tell("halted", operation);
        }

        private void tell(String event, OperationSnapshot operation) {
            told.add("%s: %d, %s, attempt %d of %d, %s%s"
                    .formatted(
                            event,
                            operation.id(),
                            operation.name(),
                            operation.attempt(),
                            operation.attempts(),
                            operation.state(),
                            operation.finishedAt() == null ? "" : ", over"));
        }
    };

    private final KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
            .listener(listener)
            .maxConcurrency(2)
            // which a replayed operation does not heed: its keeper does
            .retryPolicy(RetryPolicy.attempts(5))
            .exhaustedPolicy(ExhaustedPolicy.PARK));

    private record Attempt(long operationId, int attempt, FailureDecision decision, Callable<String> body)
            implements Callable<String>, ReplayedOperation, NamedOperation {

        @Override
        public String call() throws Exception {
            return body.call();
        }

        @Override
        public FailureDecision decide(Throwable failure) {
            return decision;
        }

        @Override
        public String operationName() {
            return "send";
        }
    }

    private void failing(int attempt, FailureDecision decision) {
        assertThatThrownBy(() -> orders.call("a", new Attempt(4711, attempt, decision, () -> {
                    throw new IOException("no way");
                })))
                .isInstanceOf(IOException.class)
                .hasMessage("no way");
    }

    @Test
    void itHasTheIdAndTheAttemptOfItsKeeper() {
        String seen = orders.call("a", new Attempt(4711, 3, FailureDecision.SKIP, () -> {
            OperationContext context = OperationContext.current().orElseThrow();
            OperationSnapshot running = orders.running(10).get(0);
            LaneExplanation why = orders.lane("a").orElseThrow().explanation();
            assertThat(running.state()).isEqualTo(OperationState.RUNNING);
            assertThat(why.sentence()).startsWith("operation 4711 (send) has been running for");
            return "%d, %d; %d, %d"
                    .formatted(context.operationId(), context.attempt(), running.id(), running.attempt());
        }));
        assertThat(seen).isEqualTo("4711, 3; 4711, 3");
        assertThat(orders.recent()).singleElement().satisfies(operation -> {
            assertThat(operation.id()).isEqualTo(4711);
            assertThat(operation.attempt()).isEqualTo(3);
            assertThat(operation.error()).isNull();
        });
        assertThat(told)
                .containsExactly(
                        "started: 4711, send, attempt 3 of 3, RUNNING",
                        "timed COMPLETED",
                        "finished: 4711, send, attempt 3 of 3, COMPLETED, over");
    }

    @Test
    void anAttemptThatIsTriedAgainIsNoFailure() {
        failing(2, FailureDecision.retryAfter(Duration.ofSeconds(7)));
        assertThat(told)
                .containsExactly(
                        "started: 4711, send, attempt 2 of 2, RUNNING",
                        "backs off PT7S: 4711, send, attempt 2 of 2, BACKING_OFF");
        assertThat(orders.recent()).isEmpty();
        CoordinatorStats stats = orders.stats();
        assertThat(List.of(stats.admitted(), stats.failed(), stats.completed(), stats.cancelled()))
                .containsOnly(0L);
        assertThat(stats.retries()).isEqualTo(1);
        assertThat(stats.lanes()).isZero();
    }

    @Test
    void theKeyGoesOnAtOnce() {
        failing(1, FailureDecision.retryAfter(Duration.ofDays(1)));
        failing(1, FailureDecision.of(ExhaustedPolicy.PARK));
        assertThat(orders.<String>call("a", () -> "next")).isEqualTo("next");
        assertThat(orders.stats().admitted()).isEqualTo(1);
    }

    @Test
    void oneThatIsParkedWhereItIsKeptIsTold() {
        failing(3, FailureDecision.of(ExhaustedPolicy.PARK));
        assertThat(told)
                .containsExactly(
                        "started: 4711, send, attempt 3 of 3, RUNNING", "parked: 4711, send, attempt 3 of 3, PARKED");
        assertThat(orders.stats().retries()).isZero();
        assertThat(orders.stats().parked()).isZero();
    }

    @Test
    void oneThatIsGivenUpHasFailed() {
        failing(3, FailureDecision.of(ExhaustedPolicy.SKIP));
        assertThat(told)
                .containsExactly(
                        "started: 4711, send, attempt 3 of 3, RUNNING",
                        "timed FAILED",
                        "finished: 4711, send, attempt 3 of 3, FAILED, over",
                        "failed: 4711, send, attempt 3 of 3, FAILED, over");
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.stats().admitted()).isEqualTo(1);
    }

    @Test
    void itsKeeperPausesTheAtomAndNotTheCoordinator() {
        failing(1, FailureDecision.of(ExhaustedPolicy.HALT));
        assertThat(told).element(1).asString().startsWith("halted: 4711");
        assertThat(orders.isPaused()).isFalse();
    }

    @Test
    void aKeeperThatCannotDecideGivesUp() {
        Callable<String> broken = new Broken();
        assertThatThrownBy(() -> orders.call("a", broken)).hasMessage("no way");
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    private static final class Broken implements Callable<String>, ReplayedOperation {

        @Override
        public String call() throws IOException {
            throw new IOException("no way");
        }

        @Override
        public long operationId() {
            return 1;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public FailureDecision decide(Throwable failure) {
            throw new IllegalStateException("cannot decide");
        }
    }

    /** The coordinator's own ids go on beside it, from 1. */
    @Test
    void itIsCancelledByTheIdOfItsKeeper() {
        Gate gate = new Gate();
        orders.execute("other", gate);
        gate.awaitEntered();
        List<Action> asked = new CopyOnWriteArrayList<>();
        TestThread<String> caller = TestThread.start(() -> orders.call("a", new Deciding(asked, () -> {
            assertThat(orders.cancel(4711)).isTrue();
            Thread.sleep(Long.MAX_VALUE); // until it is interrupted
            return "";
        })));
        assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
        assertThat(asked).isEmpty();
        assertThat(orders.stats().cancelled()).isEqualTo(1);
        assertThat(orders.cancel(4711)).isFalse();
        gate.open();
    }

    @Test
    void oneThatWaitsForItsTurnIsCancelledByThatIdToo() {
        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        TestThread<String> caller =
                TestThread.start(() -> orders.call("a", new Attempt(4711, 2, FailureDecision.SKIP, () -> "")));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        assertThat(orders.lane("a").orElseThrow().operations())
                .extracting(OperationSnapshot::id)
                .contains(4711L);
        assertThat(orders.cancel(4711)).isTrue();
        assertThat(caller.failure()).isInstanceOf(CancellationException.class);
        gate.open();
    }

    @Test
    void anAbandonedOneIsNotDecidedAbout() {
        List<Action> asked = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> orders.call("a", new Deciding(asked, () -> {
                    assertThat(orders.abandon(4711)).isTrue();
                    throw new IOException("late");
                })))
                .isInstanceOf(OperationAbandonedException.class)
                .hasMessageContaining("operation 4711");
        assertThat(asked).isEmpty();
        assertThat(orders.stats().failed()).isEqualTo(1);
        Thread.interrupted();
    }

    @Test
    void oneThatRunsTooLongIsDecidedAboutOnce() {
        KeyedCoordinator<String> brief =
                coordinators.add(Coordinators.orders().listener(listener).runTimeout(Duration.ofMillis(1)));
        List<Action> asked = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> brief.call("a", new Deciding(asked, () -> {
                    Thread.sleep(Long.MAX_VALUE); // until it is interrupted
                    return "";
                })))
                .hasMessageContaining("operation 4711 ran longer than 1 ms (runTimeout, attempt 2)");
        assertThat(asked).containsExactly(Action.RETRY);
        assertThat(told).last().asString().startsWith("backs off PT1S: 4711");
    }

    /** Writes down that it is asked. */
    private record Deciding(List<Action> asked, Callable<String> body) implements Callable<String>, ReplayedOperation {

        @Override
        public String call() throws Exception {
            return body.call();
        }

        @Override
        public long operationId() {
            return 4711;
        }

        @Override
        public int attempt() {
            return 2;
        }

        @Override
        public FailureDecision decide(Throwable failure) {
            asked.add(Action.RETRY);
            return FailureDecision.retryAfter(Duration.ofSeconds(1));
        }
    }

    @Test
    void manyAtOnceLeaveTheCoordinatorWhole() {
        List<TestThread<Integer>> callers = IntStream.range(0, 8)
                .mapToObj(caller -> TestThread.start(() -> {
                    for (int i = 0; i < 500; i++) {
                        int each = i;
                        FailureDecision decision =
                                switch (i % 3) {
                                    case 0 -> FailureDecision.retryAfter(Duration.ofSeconds(1));
                                    case 1 -> FailureDecision.PARK;
                                    default -> FailureDecision.SKIP;
                                };
                        try {
                            orders.call("k" + i % 5, new Attempt(1000L * caller + i, 1 + i % 4, decision, () -> {
                                if (each % 2 == 0) {
                                    throw new IOException();
                                }
                                return "";
                            }));
                        } catch (Exception e) { // declared or not
                            assertThat(e).isInstanceOf(IOException.class);
                        }
                    }
                    return 0;
                }))
                .toList();
        callers.forEach(TestThread::result);
        CoordinatorStats stats = orders.stats();
        assertThat(stats.admitted()).isEqualTo(stats.completed() + stats.failed());
        assertThat(stats.completed()).isEqualTo(8 * 250);
    }
}
