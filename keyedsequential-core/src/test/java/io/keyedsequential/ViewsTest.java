package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is shown while operations are held in their bodies. */
@Timeout(600)
class ViewsTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().maxConcurrency(2));
    private final Gate first = new Gate();
    private final Gate second = new Gate();

    private List<Long> gated() {
        List<Long> ids = new ArrayList<>();
        ids.add(orders.execute("a", first));
        ids.add(orders.execute("b", second));
        first.awaitEntered();
        second.awaitEntered();
        ids.add(orders.execute("a", () -> {}));
        ids.add(orders.execute("a", () -> {}));
        ids.add(orders.execute("c", () -> {}));
        return ids;
    }

    private void open() {
        first.open();
        second.open();
        Eventually.idle(orders);
    }

    @Test
    void statsAreExactWhileNothingMoves() {
        gated();
        StructuralCheck.assertSound(orders);
        assertThat(orders.stats()).isEqualTo(new CoordinatorStats(2, 3, 2, 0, 3, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0));
        open();
        assertThat(orders.stats()).isEqualTo(new CoordinatorStats(2, 0, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void theSnapshotShowsRunningThenQueuedThenFinishedUnderOneId() {
        orders.submit("a", () -> "before").join();
        Eventually.idle(orders);
        List<Long> ids = gated();
        List<OperationSnapshot> shown = orders.snapshot();
        assertThat(shown)
                .extracting(OperationSnapshot::id)
                .doesNotHaveDuplicates()
                .hasSize(6);
        assertThat(shown.subList(0, 2)).allMatch(each -> each.state() == OperationState.RUNNING);
        assertThat(shown.subList(0, 2))
                .extracting(OperationSnapshot::id)
                .containsExactlyInAnyOrder(ids.get(0), ids.get(1));
        assertThat(shown.subList(2, 5)).allMatch(each -> each.state() == OperationState.QUEUED);
        assertThat(shown.subList(2, 5))
                .filteredOn(each -> each.key().equals("a"))
                .extracting(OperationSnapshot::id)
                .containsExactly(ids.get(2), ids.get(3));
        assertThat(shown.get(5).id()).isEqualTo(1);
        assertThat(shown.get(5).state()).isEqualTo(OperationState.COMPLETED);
        open();
    }

    @Test
    void aRunningOperationShowsItsThreadAndItsTimes() {
        gated();
        OperationSnapshot running = orders.snapshot().get(0);
        assertThat(running.thread()).startsWith("orders-");
        assertThat(running.attempt()).isEqualTo(1);
        assertThat(running.startedAt()).isNotNull().isAfterOrEqualTo(running.enqueuedAt());
        assertThat(running.finishedAt()).isNull();
        assertThat(running.error()).isNull();
        OperationSnapshot queued = orders.snapshot().get(2);
        assertThat(queued.thread()).isNull();
        assertThat(queued.attempt()).isZero();
        assertThat(queued.startedAt()).isNull();
        assertThat(queued.runTime()).isEqualTo(Duration.ZERO);
        open();
        assertThat(orders.snapshot()).allSatisfy(finished -> {
            assertThat(finished.state()).isEqualTo(OperationState.COMPLETED);
            assertThat(finished.startedAt()).isNotNull();
            assertThat(finished.finishedAt()).isNotNull().isAfterOrEqualTo(finished.startedAt());
            assertThat(finished.runTime()).isEqualTo(Duration.between(finished.startedAt(), finished.finishedAt()));
            assertThat(finished.thread()).isNull();
        });
    }

    @Test
    void aFailedOperationShowsItsError() {
        IllegalStateException error = new IllegalStateException("no");
        OperationFuture<Object> future = orders.submit("a", () -> {
            throw error;
        });
        Eventually.idle(orders);
        assertThat(orders.snapshot()).singleElement().satisfies(failed -> {
            assertThat(failed.id()).isEqualTo(future.operationId());
            assertThat(failed.state()).isEqualTo(OperationState.FAILED);
            assertThat(failed.error()).isSameAs(error);
        });
    }

    @Test
    void aCancelledOperationIsShownAsNeverStarted() {
        gated();
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        future.cancel(false);
        assertThat(orders.snapshot())
                .filteredOn(each -> each.id() == future.operationId())
                .singleElement()
                .satisfies(cancelled -> {
                    assertThat(cancelled.state()).isEqualTo(OperationState.CANCELLED);
                    assertThat(cancelled.startedAt()).isNull();
                    assertThat(cancelled.finishedAt()).isNotNull();
                    assertThat(cancelled.attempt()).isZero();
                });
        open();
    }

    @Test
    void aLaneShowsItsOperationsInOrder() {
        List<Long> ids = gated();
        assertThat(orders.lane("a").orElseThrow()).satisfies(lane -> {
            assertThat(lane.state()).isEqualTo(LaneState.RUNNING);
            assertThat(lane.running()).isEqualTo(1);
            assertThat(lane.queued()).isEqualTo(2);
            assertThat(lane.oldestWait()).isPositive();
            assertThat(lane.operations())
                    .extracting(OperationSnapshot::id)
                    .containsExactly(ids.get(0), ids.get(2), ids.get(3));
        });
        assertThat(orders.lane("c").orElseThrow().state()).isEqualTo(LaneState.READY);
        assertThat(orders.lane("nobody")).isEmpty();
        open();
        assertThat(orders.lane("a")).isEmpty();
    }

    @Test
    void theBusiestLanesComeFirst() {
        gated();
        assertThat(orders.lanes(10))
                .extracting(LaneSnapshot::key)
                .hasSize(3)
                .first()
                .isEqualTo("a");
        assertThat(orders.lanes(1)).extracting(LaneSnapshot::key).containsExactly("a");
        assertThat(orders.lanes(Integer.MAX_VALUE)).hasSize(3);
        open();
        assertThat(orders.lanes(1)).isEmpty();
    }

    @Test
    void aLaneShowsABoundedNumberOfOperations() {
        gated();
        for (int i = 0; i < 1_500; i++) {
            orders.execute("a", () -> {});
        }
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.operations()).hasSize(LaneViews.MOST_OPERATIONS);
        assertThat(lane.queued()).isEqualTo(1_502);
        assertThat(orders.lanes(1).get(0).operations()).hasSize(LaneViews.FIRST_OPERATIONS);
        open();
    }

    @Test
    void anAwaitingOperationIsShownAsSuch() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        Eventually.until(
                "it awaits",
                () -> orders.stats().awaiting() == 1 && orders.stats().active() == 0);
        assertThat(orders.snapshot()).singleElement().satisfies(awaiting -> {
            assertThat(awaiting.id()).isEqualTo(future.operationId());
            assertThat(awaiting.state()).isEqualTo(OperationState.AWAITING);
            assertThat(awaiting.thread()).isNull();
        });
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.RUNNING);
        stage.complete("x");
    }

    @Test
    void theListsAreImmutable() {
        gated();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> orders.snapshot().clear())
                .isInstanceOf(UnsupportedOperationException.class);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> orders.lanes(1).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        open();
    }

    @Test
    void itsTextSaysItsStateAndNoKey() {
        assertThat(orders).hasToString("orders[queued=0, active=0, lanes=0, maxConcurrency=2]");
        orders.pause();
        orders.execute("secret", () -> {});
        assertThat(orders).hasToString("orders[queued=1, active=0, lanes=1, maxConcurrency=2, paused]");
        orders.resume();
        Eventually.idle(orders);
        orders.closeIntake();
        assertThat(orders).hasToString("orders[queued=0, active=0, lanes=0, maxConcurrency=2, intake closed]");
    }

    @Test
    void theOldestWaitIsThatOfTheOperationWhichWaitsLongest() {
        assertThat(orders.oldestWait()).isZero();
        long before = System.nanoTime();
        gated();
        Duration ofLanes = orders.lanes(10).stream()
                .map(LaneSnapshot::oldestWait)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration oldest = orders.oldestWait();
        assertThat(oldest).isGreaterThanOrEqualTo(ofLanes).isPositive();
        assertThat(oldest).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - before));
        open();
        assertThat(orders.oldestWait()).isZero();
    }

    @Test
    void whatRunsDoesNotWait() {
        orders.execute("a", first);
        first.awaitEntered();
        assertThat(orders.oldestWait()).isZero();
        open();
    }

    @Test
    void whatIsParkedWaits() {
        KeyedCoordinator<String> parking = coordinators.add(
                Coordinators.orders().retryPolicy(RetryPolicy.none()).exhaustedPolicy(ExhaustedPolicy.PARK));
        parking.execute("a", () -> {
            throw new IllegalStateException("broken");
        });
        Eventually.until("it is parked", () -> parking.stats().parked() == 1);
        assertThat(parking.oldestWait()).isPositive();
        parking.purge("a");
        assertThat(parking.oldestWait()).isZero();
    }
}
