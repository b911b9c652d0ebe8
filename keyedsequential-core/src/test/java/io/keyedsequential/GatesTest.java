package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.signal.Signal;
import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GatesTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final SignalSink signals = new SignalSink();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator.Builder<String> orders() {
        return KeyedCoordinator.<String>builder("orders")
                .maxConcurrency(2)
                .capacity(4)
                .executor(executor)
                .closeTimeout(Duration.ZERO)
                .signals(signals);
    }

    private KeyedCoordinator<String> guarded() {
        return coordinators.add(orders().deferOn("breaker.open").resumeOn("breaker.closed"));
    }

    @Test
    void nothingStartsBetweenASignalThatDefersAndOneThatResumes() {
        KeyedCoordinator<String> orders = guarded();
        signals.raise("breaker.open");
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        assertThat(orders.lane("a").orElseThrow().explanation().sentence()).contains("a signal holds the atom");
        StructuralCheck.assertSound(orders);
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(ran).containsExactly("a");
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void whatRunsEndsAndNothingOfItsLaneFollows() {
        KeyedCoordinator<String> orders = guarded();
        orders.execute("a", () -> {
            ran.add("first");
            signals.raise("breaker.open"); // from inside an operation of the atom
        });
        orders.execute("a", () -> ran.add("second"));
        executor.runAll();
        assertThat(ran).containsExactly("first");
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(ran).containsExactly("first", "second");
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void anAtomThatIsBuiltWhileTheGateOughtToBeClosedBeginsClosed() {
        signals.raise("breaker.closed");
        signals.raise("breaker.open");
        KeyedCoordinator<String> orders = guarded();
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).isEmpty();
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void anAtomThatIsBuiltAfterTheGateWasOpenedBeginsOpen() {
        signals.raise("breaker.open");
        signals.raise("breaker.closed");
        KeyedCoordinator<String> orders = guarded();
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aSignalThatIsBothKeepsTheGateClosed() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().deferOn("breaker.*").resumeOn("breaker.closed"));
        signals.raise("breaker.closed");
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).isEmpty();
        endAll(orders);
    }

    @Test
    void theGateAndAnOperatorsPauseAreIndependent() {
        KeyedCoordinator<String> orders = guarded();
        orders.execute("a", () -> ran.add("a"));
        signals.raise("breaker.open");
        orders.pause();
        orders.resume();
        executor.runAll();
        assertThat(ran).as("resume() does not open the gate").isEmpty();
        assertThat(orders.isPaused()).isFalse();
        orders.pause();
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(ran).as("the gate does not end a pause").isEmpty();
        orders.resume();
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void noAttemptIsBurnedWhileTheGateIsClosed() {
        KeyedCoordinator<String> orders = coordinators.add(orders().deferOn("breaker.open")
                .resumeOn("breaker.closed")
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ZERO)
                        .build()));
        List<Integer> attempts = new ArrayList<>();
        orders.execute("a", () -> {
            attempts.add(OperationContext.current().orElseThrow().attempt());
            if (attempts.size() == 1) {
                signals.raise("breaker.open");
                throw new IllegalStateException("the other side is down");
            }
        });
        executor.runAll();
        assertThat(attempts).containsExactly(1);
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(attempts).containsExactly(1, 2);
        assertThat(orders.stats().completed()).isOne();
    }

    @Test
    void sheddingCancelsWhatIsQueuedAndRejectsWhatIsNew() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().shedOn("load.high").resumeOn("load.normal"));
        OperationFuture<Boolean> queued = orders.submit("a", () -> ran.add("queued"));
        signals.raise("load.high");
        assertThat(queued).isCancelled();
        assertThat(queued.handle((result, failure) -> failure).join())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("shed by a signal");
        assertThatThrownBy(() -> orders.execute("a", () -> ran.add("new")))
                .isInstanceOfSatisfying(RejectedOperationException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectedOperationException.Reason.SHED))
                .hasMessageContaining("orders: rejected, shed (queued=0");
        assertThat(orders.tryExecute("a", () -> ran.add("new"))).isFalse();
        assertThat(orders.isIntakeOpen()).as("the intake is another thing").isTrue();
        StructuralCheck.assertSound(orders);
        signals.raise("load.normal");
        orders.execute("a", () -> ran.add("later"));
        executor.runAll();
        assertThat(ran).containsExactly("later");
        assertThat(orders.stats().cancelled()).isOne();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void sheddingLetsCallersGoThatWaitForRoom() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().capacity(1).shedOn("load.high").resumeOn("load.normal"));
        orders.execute("a", () -> {});
        TestThread<Long> blocked = TestThread.start(() -> orders.execute("b", () -> {}));
        Eventually.until("a blocked caller", () -> orders.stats().blockedCallers() == 1);
        signals.raise("load.high");
        assertThat(blocked.rejection().reason()).isEqualTo(RejectedOperationException.Reason.SHED);
        assertThat(orders.stats().queued()).isZero();
        StructuralCheck.assertSound(orders);
        endAll(orders);
    }

    @Test
    void whatIsParkedSurvivesShedding() {
        KeyedCoordinator<String> orders = coordinators.add(
                orders().shedOn("load.high").resumeOn("load.normal").exhaustedPolicy(ExhaustedPolicy.PARK));
        orders.execute("a", () -> {
            throw new IllegalStateException("for good");
        });
        executor.runAll();
        orders.execute("a", () -> ran.add("behind"));
        signals.raise("load.high");
        assertThat(orders.stats().parked()).isOne();
        assertThat(orders.stats().queued()).isZero();
        assertThat(orders.skip("a")).isTrue();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void drainingBySignalClosesTheIntakeAndTellsWhenNothingIsLeft() {
        KeyedCoordinator<String> orders = coordinators.add(orders().drainOn("deploy"));
        orders.execute("a", () -> ran.add("a"));
        signals.raise("deploy");
        assertThat(orders.isIntakeOpen()).isFalse();
        assertThat(signals.detect("orders.drained")).isFalse();
        executor.runAll();
        assertThat(ran).containsExactly("a");
        assertThat(signals.sense("orders.drained")).hasSize(1);
        orders.openIntake();
        orders.execute("a", () -> ran.add("b"));
        executor.runAll();
        assertThat(signals.sense("orders.drained")).as("told once").hasSize(1);
    }

    @Test
    void aDrainThatIsOnlyRememberedDrainsNothing() {
        signals.raise("deploy");
        assertThat(coordinators.add(orders().drainOn("deploy")).isIntakeOpen()).isTrue();
    }

    @Test
    void theAtomRaisesItsOwnLife() {
        KeyedCoordinator<String> orders = coordinators.add(orders().exhaustedPolicy(ExhaustedPolicy.PARK));
        long id = orders.execute("a", () -> {
            OperationContext.current().orElseThrow().raise("stock.empty");
            throw new IllegalStateException("personal data");
        });
        executor.runAll();
        orders.pause();
        orders.resume();
        orders.skip("a");
        orders.close();
        assertThat(signals.sense("*").stream().map(Signal::name))
                .containsExactly(
                        "stock.empty",
                        "orders.key.parked",
                        "orders.paused",
                        "orders.resumed",
                        "orders.operation.failed",
                        "orders.key.released",
                        "orders.closed");
        assertThat(signals.last("orders.key.parked").orElseThrow()).satisfies(parked -> {
            assertThat(parked.source()).isEqualTo("orders");
            assertThat(parked.operationId()).isEqualTo(id);
            assertThat(parked.detail()).isEqualTo("java.lang.IllegalStateException");
        });
        assertThat(signals.last("stock.empty").orElseThrow().operationId()).isEqualTo(id);
    }

    @Test
    void aBodyOfAnAtomWithoutASinkIsToldSo() {
        KeyedCoordinator<String> orders =
                coordinators.add(KeyedCoordinator.<String>builder("orders").executor(executor));
        OperationFuture<Object> future = orders.submit("a", () -> {
            OperationContext.current().orElseThrow().raise("stock.empty");
            return "";
        });
        executor.runAll();
        assertThatThrownBy(future::join)
                .hasRootCauseMessage(
                        "orders: operation 1 raises stock.empty, but the atom has no sink: give its builder signals(...)");
    }

    @Test
    void aSlowSubscriberHoldsUpNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Signal> told = new CompletableFuture<>();
        signals.subscribe("orders.*", signal -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.complete(signal);
        });
        KeyedCoordinator<String> orders = guarded();
        orders.pause();
        orders.resume();
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).containsExactly("a");
        assertThat(told).isNotDone();
        release.countDown();
        assertThat(told.get(120, TimeUnit.SECONDS).name()).isEqualTo("orders.paused");
    }

    @Test
    void aClosedAtomListensNoMore() {
        KeyedCoordinator<String> orders = guarded();
        orders.close();
        signals.raise("breaker.open");
        assertThat(signals.detect("orders.deferred")).isFalse();
    }

    @Test
    void gatesThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> KeyedCoordinator.builder("orders").deferOn("x").build())
                .hasMessage("orders: deferOn x needs signals, which is not set: give the sink that raises them");
        assertThatThrownBy(() -> orders().deferOn("x").build())
                .hasMessage("orders: deferOn x needs resumeOn, or nothing would ever end it: say which signals do");
        assertThatThrownBy(() -> orders().resumeOn("x").build())
                .hasMessageStartingWith("orders: resumeOn x ends nothing without deferOn or shedOn");
        assertThatThrownBy(() -> orders().shedOn(" ")).hasMessageStartingWith("orders: shedOn must not be blank");
        assertThatThrownBy(() ->
                        KeyedCoordinator.builder("or*ders").signals(signals).build())
                .hasMessageContaining("must contain neither * nor ?");
    }

    @Test
    void signalsFromManyThreadsLeaveTheGateAsTheLastOneSays() {
        KeyedCoordinator<String> orders = guarded();
        List<TestThread<Object>> raisers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            raisers.add(TestThread.start(() -> {
                for (int round = 0; round < 2_000; round++) {
                    signals.raise("breaker.open");
                    signals.raise("breaker.closed");
                }
                return "";
            }));
        }
        raisers.forEach(TestThread::result);
        signals.raise("breaker.open");
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).isEmpty();
        signals.raise("breaker.closed");
        executor.runAll();
        assertThat(ran).containsExactly("a");
        StructuralCheck.assertIdle(orders);
    }

    /** Takes out what was left on purpose. */
    private void endAll(KeyedCoordinator<String> orders) {
        orders.close();
        executor.runAll();
    }
}
