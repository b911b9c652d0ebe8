package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is shown of an atom without a look at every queued operation. */
@Timeout(600)
class OverviewTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    @Test
    void whatRunsOrAwaitsItsStageIsShownAndWhatWaitsIsNot() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        CompletableFuture<String> stage = new CompletableFuture<>();
        long awaiting = orders.submitAsync("a", () -> stage).operationId();
        Eventually.until("the stage is awaited", () -> orders.stats().awaiting() == 1);
        Gate gate = new Gate();
        long running = orders.execute("b", gate);
        gate.awaitEntered();
        orders.execute("b", () -> {});
        orders.execute("c", () -> {});
        assertThat(orders.running(10)).extracting(OperationSnapshot::id).containsExactly(awaiting, running);
        assertThat(orders.running(10).get(1).thread()).isNotNull();
        assertThat(orders.running(1)).extracting(OperationSnapshot::id).containsExactly(awaiting);
        assertThat(orders.recent()).isEmpty();
        assertThat(orders.keys()).containsExactlyInAnyOrder("a", "b", "c");
        gate.open();
        stage.complete("done");
    }

    @Test
    void theLongestRunIsThatOfAnOperationBehindWhichNothingWaits() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        assertThat(orders.longestRun()).isZero();
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        Eventually.until("the stage is awaited", () -> orders.stats().awaiting() == 1);
        Duration awaited = orders.longestRun();
        assertThat(awaited).isPositive();
        Gate gate = new Gate();
        orders.execute("b", gate);
        gate.awaitEntered();
        assertThat(orders.longestRun()).as("the stage was there before").isGreaterThan(awaited);
        stage.complete("done");
        Eventually.until("the stage is done", () -> orders.stats().awaiting() == 0);
        Duration running = orders.running(1).get(0).runTime();
        assertThat(orders.longestRun()).isGreaterThanOrEqualTo(running);
        assertThat(orders.oldestWait()).as("nothing waits").isZero();
        gate.open();
    }

    @Test
    void whatHasEndedIsShownNewestFirst() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        long first = orders.submit("a", () -> "done").operationId();
        long second = orders.submit("a", () -> "done").operationId();
        assertThat(orders.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(orders.recent()).extracting(OperationSnapshot::id).containsExactly(second, first);
        assertThat(orders.running(10)).isEmpty();
        assertThat(orders.keys()).isEmpty();
    }

    @Test
    void parkedLanesAreShownHoweverManyOthersHaveMoreOperations() {
        KeyedCoordinator<String> orders = coordinators.add(parking());
        park(orders, "b");
        park(orders, "a");
        orders.pauseKey("busy");
        for (int i = 0; i < 5; i++) {
            orders.execute("busy", () -> {});
        }
        assertThat(orders.lanes(1)).extracting(LaneSnapshot::key).containsExactly("busy");
        assertThat(orders.stuckLanes(Duration.ofDays(1), 10))
                .extracting(LaneSnapshot::key)
                .containsExactly("b", "a");
        assertThat(orders.stuckLanes(Duration.ofDays(1), 1)).singleElement().satisfies(lane -> {
            assertThat(lane.key()).isEqualTo("b");
            assertThat(lane.state()).isEqualTo(LaneState.PARKED);
            assertThat(lane.heldBack()).isOne();
            assertThat(lane.queued()).isZero();
        });
        assertThatThrownBy(() -> orders.stuckLanes(Duration.ofDays(1), 0)).isInstanceOf(IllegalArgumentException.class);
        orders.skip("a");
        orders.skip("b");
        orders.resumeKey("busy");
        assertThat(orders.stuckLanes(Duration.ofDays(1), 10)).isEmpty();
    }

    @Test
    void theStateSaysWhatKeepsTheAtomFromRunning() {
        SignalSink sink = new SignalSink();
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .signals(sink)
                .deferOn("hold")
                .shedOn("shed")
                .resumeOn("go"));
        assertThat(orders.state()).isEqualTo(CoordinatorState.RUNNING);
        orders.closeIntake();
        assertThat(orders.state()).isEqualTo(CoordinatorState.INTAKE_CLOSED);
        sink.raise("shed");
        assertThat(orders.state()).isEqualTo(CoordinatorState.SHEDDING);
        sink.raise("hold");
        assertThat(orders.state()).isEqualTo(CoordinatorState.HELD);
        orders.pause();
        assertThat(orders.state()).isEqualTo(CoordinatorState.PAUSED);
        orders.resume();
        sink.raise("go");
        orders.openIntake();
        assertThat(orders.state()).isEqualTo(CoordinatorState.RUNNING);
        orders.close();
        assertThat(orders.state()).isEqualTo(CoordinatorState.CLOSED);
    }

    private static KeyedCoordinator.Builder<String> parking() {
        return Coordinators.orders().maxConcurrency(1).exhaustedPolicy(ExhaustedPolicy.PARK);
    }

    private static void park(KeyedCoordinator<String> orders, String key) {
        orders.execute(key, () -> {
            throw new IllegalStateException("meant to fail");
        });
        Eventually.until(
                key + " is parked", () -> orders.lane(key).orElseThrow().state() == LaneState.PARKED);
    }
}
