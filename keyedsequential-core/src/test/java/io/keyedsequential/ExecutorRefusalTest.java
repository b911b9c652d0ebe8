package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyedsequential.RejectedOperationException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executors that refuse, late or in an unusual way. */
@Timeout(600)
class ExecutorRefusalTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    @Test
    void whereNobodyRunsTheCallerIsToldAndTheOperationWithdrawn() {
        RejectedExecutionException refusal = new RejectedExecutionException("always");
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().listener(recorder).executor(runner -> {
                    throw refusal;
                }));
        for (int i = 0; i < 10; i++) {
            RejectedOperationException rejection = catchThrowableOfType(
                    RejectedOperationException.class, () -> orders.execute("a", () -> ran.add("never")));
            assertThat(rejection.reason()).isEqualTo(Reason.EXECUTOR);
            assertThat(rejection).hasCause(refusal);
        }
        assertThat(orders.tryExecute("a", () -> ran.add("never"))).isFalse();
        assertThat(orders.stats().queued()).isZero();
        assertThat(orders.stats().rejected()).isEqualTo(11);
        assertThat(orders.stats().lanes()).isZero();
        assertThat(recorder.refused).contains(refusal);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aTurnOfAFreeKeyNeedsNoExecutor() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(runner -> {
            throw new RejectedExecutionException();
        }));
        assertThat(orders.<Integer>call("a", () -> 5)).isEqualTo(5);
    }

    @Test
    void anErrorOfTheExecutorIsARefusalToo() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(runner -> {
            throw new OutOfMemoryError("unable to create native thread");
        }));
        assertThat(catchThrowableOfType(RejectedOperationException.class, () -> orders.submit("a", () -> 1))
                        .reason())
                .isEqualTo(Reason.EXECUTOR);
    }

    @Test
    void afterTheFirstRefusalsItGoesOnAsIfNothingHadHappened() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        executor.refuse(3);
        for (int i = 0; i < 3; i++) {
            assertThat(orders.tryExecute("a", () -> ran.add("refused"))).isFalse();
        }
        assertThat(orders.tryExecute("a", () -> ran.add("taken"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("taken");
    }

    @Test
    void whereSomebodyRunsTheOperationIsAcceptedAndRunByHim() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(2).executor(executor).listener(recorder));
        orders.execute("a", () -> {
            executor.refuse(1);
            orders.execute("b", () -> ran.add("b"));
            assertThat(executor.refused()).isEqualTo(1);
        });
        executor.runOne();
        assertThat(ran).containsExactly("b");
        assertThat(recorder.refused).hasSize(1);
        assertThat(orders.stats().failed()).isZero();
        executor.runAll();
    }

    @Test
    void anAcceptedOperationIsHandedOverAgainLater() {
        ManualTimer timer = new ManualTimer();
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(executor), timer);
        orders.pause();
        orders.execute("a", () -> ran.add("a"));
        executor.refuse(3);
        orders.resume(); // is not told: it brought no operation
        assertThat(executor.refused()).isEqualTo(1);
        for (int millis : new int[] {10, 20, 40}) { // ever later
            assertThat(timer.pending()).hasSize(1);
            assertThat(timer.pending().get(0).nanos).isEqualTo(millis * 1_000_000L);
            timer.pending().get(0).fire();
        }
        assertThat(executor.refused()).isEqualTo(3);
        assertThat(timer.pending()).isEmpty();
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aStageWhoseFollowerIsRefusedIsHandedOverAgainLater() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(executor));
        java.util.concurrent.CompletableFuture<String> stage = new java.util.concurrent.CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        executor.refuse(1);
        stage.complete("x");
        assertThat(executor.refused()).isEqualTo(1);
        Eventually.until("it is handed over", () -> executor.size() == 1);
        executor.runAll();
        assertThat(ran).containsExactly("follower");
    }

    @Test
    void aRunnerThatIsRunTwiceRunsOnce() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(runner -> {
            runner.run();
            runner.run();
        }));
        orders.execute("a", () -> ran.add("a"));
        orders.execute("b", () -> ran.add("b"));
        assertThat(ran).containsExactly("a", "b");
    }

    /** A decorator that fails after it has delegated: the runner ran, so its permit must not be given back twice. */
    @Test
    void anExecutorThatRunsTheRunnerAndThenThrowsHarmsNothing() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().maxConcurrency(2).listener(recorder).executor(runner -> {
                    runner.run();
                    throw new IllegalStateException("after the fact");
                }));
        for (int i = 0; i < 3; i++) {
            assertThat(orders.tryExecute("a", () -> ran.add("a"))).isTrue();
            StructuralCheck.assertIdle(orders);
        }
        assertThat(ran).hasSize(3);
    }

    /** The same, but the runner has been queued: it runs later, without the permit that was taken from it. */
    @Test
    void anExecutorThatTakesTheRunnerAndThenThrowsHarmsNothing() {
        List<Runnable> taken = new ArrayList<>();
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(2).executor(runner -> {
                    taken.add(runner);
                    throw new IllegalStateException("after the fact");
                }));
        assertThat(orders.tryExecute("a", () -> ran.add("never"))).isFalse();
        taken.forEach(Runnable::run);
        StructuralCheck.assertIdle(orders);
        assertThat(ran).isEmpty();
    }
}
