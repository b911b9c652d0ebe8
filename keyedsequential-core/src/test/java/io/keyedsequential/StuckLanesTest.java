package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which lanes are said to be stuck. Zero is the time after which every lane is that does not move at all. */
@Timeout(600)
class StuckLanesTest {

    private static final Duration LONG = Duration.ofDays(1);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();

    private KeyedCoordinator<String> orders() {
        return coordinators.add(Coordinators.orders().executor(executor).maxConcurrency(2));
    }

    @Test
    void whatOnlyWaitsForAPermitIsNotStuckHoweverLong() {
        KeyedCoordinator<String> orders = orders();
        for (String key : new String[] {"a", "a", "b", "c"}) {
            orders.execute(key, () -> {});
        }
        assertThat(orders.lane("c").orElseThrow().state()).isEqualTo(LaneState.READY);
        assertThat(orders.oldestWait()).isPositive();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).isEmpty();
        executor.runAll();
    }

    @Test
    void aHeadThatIsHeldIsStuckWhenItHasWaitedLongEnough() {
        KeyedCoordinator<String> orders = orders();
        orders.pause();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).isEmpty();
        orders.execute("a", () -> {});
        orders.execute("a", () -> {});
        assertThat(orders.stuckLanes(LONG, 10)).isEmpty();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).singleElement().satisfies(lane -> {
            assertThat(lane.key()).isEqualTo("a");
            assertThat(lane.queued()).isEqualTo(2);
            assertThat(lane.explanation().operation().id()).isOne();
        });
        orders.resume();
        executor.runAll();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).isEmpty();
    }

    @Test
    void theLongestComeFirstAndTheOthersAreLeftOut() {
        KeyedCoordinator<String> orders = orders();
        orders.pause();
        for (String key : new String[] {"d", "b", "c", "a"}) {
            orders.execute(key, () -> {});
        }
        assertThat(orders.stuckLanes(Duration.ZERO, 10))
                .extracting(LaneSnapshot::key)
                .containsExactly("d", "b", "c", "a");
        assertThat(orders.stuckLanes(Duration.ZERO, 2))
                .extracting(LaneSnapshot::key)
                .containsExactly("d", "b");
        orders.resume();
        executor.runAll();
    }

    @Test
    void anOperationThatRunsIsWhatItsLaneIsStuckOn() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        Gate gate = new Gate();
        orders.execute("waits", (Runnable) gate);
        gate.awaitEntered();
        Gate second = new Gate();
        orders.execute("runs", (Runnable) second);
        orders.execute("runs", () -> {});
        gate.open();
        second.awaitEntered();
        orders.execute("waits for a permit", () -> {});
        assertThat(orders.stuckLanes(LONG, 10)).isEmpty();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).singleElement().satisfies(lane -> {
            assertThat(lane.key()).isEqualTo("runs");
            assertThat(lane.state()).isEqualTo(LaneState.RUNNING);
            assertThat(lane.explanation().operation().id()).isEqualTo(2);
            assertThat(lane.explanation().stack()).isEmpty();
        });
        second.open();
    }

    @Test
    void whatIsParkedIsStuckAtOnceWhatAwaitsItsStageOrBacksOffAfterAWhile() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .executor(executor)
                .closeTimeout(Duration.ZERO)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(LONG)
                        .retryIf(failure -> failure instanceof IllegalStateException)
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK));
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.submitAsync("awaits", () -> stage);
        executor.runAll();
        orders.execute("parked", () -> {
            throw new IllegalArgumentException();
        });
        executor.runAll();
        orders.execute("backs off", () -> {
            throw new IllegalStateException();
        });
        executor.runAll();
        assertThat(orders.stuckLanes(LONG, 10)).extracting(LaneSnapshot::key).containsExactly("parked");
        assertThat(orders.stuckLanes(Duration.ZERO, 1))
                .extracting(LaneSnapshot::key)
                .containsExactly("parked");
        assertThat(orders.stuckLanes(Duration.ZERO, 10))
                .extracting(LaneSnapshot::key, LaneSnapshot::state)
                .containsExactly(
                        tuple("parked", LaneState.PARKED),
                        tuple("awaits", LaneState.RUNNING),
                        tuple("backs off", LaneState.BACKING_OFF));
        stage.complete("");
        orders.purge("parked");
        orders.purge("backs off");
    }

    @Test
    void aPausedKeyIsStuckOnlyIfItHoldsAnOperation() {
        KeyedCoordinator<String> orders = orders();
        orders.pauseKey("a");
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).isEmpty();
        orders.execute("a", () -> {});
        executor.runAll();
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).singleElement().satisfies(lane -> {
            assertThat(lane.state()).isEqualTo(LaneState.PAUSED);
            assertThat(lane.explanation().sentence()).startsWith("an operator paused the key");
        });
        orders.resumeKey("a");
        executor.runAll();
    }

    @Test
    void whatGathersIsNotStuck() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().executor(executor).closeTimeout(Duration.ZERO));
        orders.submitLatest("a", Coalescing.latest("refresh").quiet(LONG, LONG), () -> "");
        assertThat(orders.stuckLanes(Duration.ZERO, 10)).isEmpty();
        orders.purge("a");
    }

    @Test
    void badInputIsRefused() {
        KeyedCoordinator<String> orders = orders();
        assertThatThrownBy(() -> orders.stuckLanes(Duration.ofMillis(-1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders: after must be zero or more and at most 292 years, was PT-0.001S");
        assertThatThrownBy(() -> orders.stuckLanes(Duration.ZERO, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: limit must be between 1");
    }

    @Test
    void theLanesThatHaveWaitedLongestComeFirstHoweverShortTheyAre() {
        KeyedCoordinator<String> orders = orders();
        for (String key : new String[] {"a", "b", "c", "d"}) {
            orders.execute(key, () -> {});
        }
        for (int i = 0; i < 5; i++) {
            orders.execute("d", () -> {});
        }
        assertThat(orders.oldestLanes(10)).extracting(LaneSnapshot::key).containsExactly("a", "b", "c", "d");
        assertThat(orders.oldestLanes(2)).extracting(LaneSnapshot::key).containsExactly("a", "b");
        assertThat(orders.lanes(1)).extracting(LaneSnapshot::key).containsExactly("d");
        executor.runAll();
        assertThat(orders.oldestLanes(10)).isEmpty();
    }

    @Test
    void pausedLanesAreFoundWithAndWithoutOperations() {
        KeyedCoordinator<String> orders = orders();
        for (String key : new String[] {"a", "b", "c"}) {
            orders.execute(key, () -> {});
        }
        orders.pauseKey("b");
        orders.pauseKey("z");
        assertThat(orders.pausedLanes(10))
                .extracting(LaneSnapshot::key, LaneSnapshot::queued)
                .containsExactlyInAnyOrder(tuple("b", 1), tuple("z", 0));
        assertThat(orders.pausedLanes(1)).hasSize(1);
        orders.resumeKey("z");
        orders.resumeKey("b");
        assertThat(orders.pausedLanes(10)).isEmpty();
        executor.runAll();
    }

    @Test
    void whatRunsForLongestIsListedFirst() {
        KeyedCoordinator<String> orders = orders();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        for (String key : new String[] {"a", "b", "c", "d"}) {
            CompletableFuture<Void> unused = orders.submitAsync(key, () -> stage);
            executor.runAll();
        }
        assertThat(orders.running(3)).extracting(OperationSnapshot::key).containsExactly("a", "b", "c");
        stage.complete(null);
        executor.runAll();
    }
}
