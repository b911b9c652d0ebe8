package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class CancelTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor).listener(recorder);
    }

    @Test
    void cancellingAQueuedFutureWithdrawsItsOperationAndFreesItsRoomAtOnce() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(2));
        OperationFuture<Boolean> first = orders.submit("a", () -> ran.add("first"));
        OperationFuture<Boolean> second = orders.submit("a", () -> ran.add("second"));
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        assertThat(first.cancel(true)).isTrue();
        assertThat(first.cancel(true)).as("it stays cancelled").isTrue();
        assertThat(orders.stats().queued()).isEqualTo(1);
        assertThat(orders.stats().cancelled()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        assertThat(orders.tryExecute("a", () -> ran.add("third"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("second", "third");
        assertThat(second).isCompletedWithValue(true);
        assertThat(recorder.finished.get(0).id()).isEqualTo(first.operationId());
        assertThat(recorder.finished.get(0).state()).isEqualTo(OperationState.CANCELLED);
    }

    @Test
    void cancellingTheLastQueuedOneTakesTheLane() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.submit("a", () -> 1).cancel(false);
        assertThat(orders.stats().lanes()).isZero();
        executor.runAll(); // a runner that finds nothing
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void cancellingARunningFutureLetsTheBodyEndAndHoldsTheKeyUntilThen() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        List<OperationFuture<Boolean>> self = new ArrayList<>();
        self.add(orders.submit("a", () -> {
            assertThat(self.get(0).cancel(false)).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            orders.execute("a", () -> ran.add("next"));
            return ran.add("self");
        }));
        executor.runAll();
        assertThat(ran).containsExactly("self", "next");
        assertThat(self.get(0)).isCancelled();
        assertThat(orders.stats().completed()).isEqualTo(2);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void cancellingAFinishedFutureDoesNothing() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        executor.runAll();
        assertThat(future.cancel(true)).isFalse();
        assertThat(future).isCompletedWithValue(1);
        assertThat(orders.stats().cancelled()).isZero();
    }

    @Test
    void completingAFutureByHandHasNoInfluenceOnTheOperation() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("ran"));
        future.complete(false);
        executor.runAll();
        assertThat(ran).containsExactly("ran");
        assertThat(future).isCompletedWithValue(false);
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    @Test
    void cancellingADependentDoesNotCancelTheOperation() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.submit("a", () -> ran.add("ran")).thenApply(x -> x).cancel(true);
        executor.runAll();
        assertThat(ran).containsExactly("ran");
    }

    /** The room is free at once: also for whoever is told of the cancellation. */
    @Test
    void aDependentOfACancelledFutureFindsTheRoomThatItLeft() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        CompletableFuture<Boolean> instead =
                future.handle((result, error) -> orders.tryExecute("a", () -> ran.add("instead")));
        future.cancel(false);
        assertThat(instead).isCompletedWithValue(true);
        executor.runAll();
        assertThat(ran).containsExactly("instead");
    }

    /** Whoever is told that a queued operation was cancelled may rely on it that its body does not run. */
    @Test
    void aDependentOfACancelledFutureCannotMeetItsBody() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<Boolean> future = orders.submit("a", () -> ran.add("never"));
        future.whenComplete((result, error) -> executor.runAll()); // what another thread may do meanwhile
        future.cancel(false);
        executor.runAll();
        assertThat(ran).isEmpty();
        assertThat(orders.stats().cancelled()).isEqualTo(1);
    }

    @Test
    void aQueuedStageIsWithdrawnToo() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<String> future = orders.submitAsync("a", () -> {
            ran.add("never");
            return new CompletableFuture<>();
        });
        future.cancel(false);
        executor.runAll();
        assertThat(ran).isEmpty();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void cancellingWhileALaneIsWalkedLosesAndDoublesNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(2).capacity(100_000));
        int[] bodies = new int[1];
        int total = 0;
        for (int round = 0; round < 200; round++) {
            List<OperationFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(orders.submit("a", () -> bodies[0]++));
            }
            total += futures.size();
            for (OperationFuture<Integer> future : futures) {
                if (random.nextBoolean()) {
                    future.cancel(false);
                }
            }
            Eventually.idle(orders);
        }
        CoordinatorStats stats = orders.stats();
        assertThat(stats.completed()).as("seed %d", seed).isEqualTo(bodies[0]);
        assertThat(stats.completed() + stats.cancelled()).as("seed %d", seed).isEqualTo(total);
    }
}
