package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExplanationTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();

    private KeyedCoordinator.Builder<String> orders() {
        return KeyedCoordinator.<String>builder("orders").maxConcurrency(1).closeTimeout(Duration.ZERO);
    }

    private static LaneExplanation explain(KeyedCoordinator<String> orders, String key) {
        return orders.lane(key).orElseThrow().explanation();
    }

    @Test
    void anOperationThatRunsShowsItsThreadAndWhatItDoes() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        Gate gate = new Gate();
        long id = orders.execute("a", (Runnable) gate);
        gate.awaitEntered();
        orders.execute("a", () -> {});
        orders.execute("b", () -> {});
        LaneExplanation explanation = explain(orders, "a");
        assertThat(explanation.sentence())
                .matches(
                        "operation " + id
                                + " has been running for \\d+ ms on thread orders-1; 1 operation waits behind it; if it never ends, it can be abandoned");
        assertThat(explanation.operation().id()).isEqualTo(id);
        assertThat(explanation.thread()).isEqualTo("orders-1");
        assertThat(explanation.stack()).anyMatch(frame -> frame.getClassName().contains("Gate"));
        assertThat(explanation.age()).isPositive();
        assertThat(explain(orders, "b").sentence()).matches("operation 3 waits for a permit: 1 of 1 are taken");
        gate.open();
        Eventually.idle(orders);
    }

    @Test
    void anOperationThatWaitsForAnotherOneSaysForWhich() {
        KeyedCoordinator<String> orders = coordinators.add(orders().maxConcurrency(2));
        Gate gate = new Gate();
        orders.execute("b", (Runnable) gate);
        gate.awaitEntered();
        orders.execute("a", () -> orders.call("b", () -> 1));
        Eventually.until("a waiting operation", () -> orders.lane("a")
                .map(lane -> "operation 3 of orders".equals(lane.explanation().waitsFor()))
                .orElse(false));
        assertThat(explain(orders, "a").sentence()).contains("and waits for operation 3 of orders; if");
        gate.open();
        Eventually.idle(orders);
    }

    @Test
    void anOperationThatAwaitsItsStage() {
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor));
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        executor.runAll();
        assertThat(explain(orders, "a").sentence())
                .matches(
                        "operation 1 has awaited its stage for \\d+ ms; if the stage never ends, the operation can be abandoned");
        stage.complete("");
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void anOperationThatBacksOffSaysWhenItIsTriedAgain() {
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofHours(1))
                        .jitter(0)
                        .build()));
        orders.execute("a", () -> {
            throw new IllegalStateException("personal data");
        });
        orders.execute("a", () -> {});
        executor.runAll();
        LaneExplanation explanation = explain(orders, "a");
        assertThat(explanation.sentence())
                .matches("attempt 1 of operation 1 failed with java.lang.IllegalStateException; the next one is due in"
                        + " \\d+\\.\\d s; 1 operation waits behind it");
        assertThat(explanation.nextAttemptIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(explanation.operation().attempt()).isOne();
        assertThat(explanation.operation().error()).hasMessage("personal data");
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.BACKING_OFF);
        endAll(orders);
    }

    @Test
    void anOperationThatIsParkedSaysWhatAnOperatorCanDo() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders().executor(executor).exhaustedPolicy(ExhaustedPolicy.PARK));
        orders.execute("a", () -> {
            throw new IllegalStateException("personal data");
        });
        executor.runAll();
        assertThat(explain(orders, "a").sentence())
                .isEqualTo(
                        "operation 1 is parked: it failed with java.lang.IllegalStateException in its only attempt, and the"
                                + " key is closed until an operator retries, skips or purges it");
        endAll(orders);
    }

    @Test
    void aPauseSaysWhoPaused() {
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor));
        orders.pauseKey("a");
        assertThat(explain(orders, "a").sentence()).isEqualTo("an operator paused the key; it has no operation");
        orders.execute("a", () -> {});
        orders.execute("b", () -> {});
        assertThat(explain(orders, "a").sentence()).isEqualTo("an operator paused the key; operation 1 is next");
        assertThat(explain(orders, "b").sentence()).isEqualTo("operation 2 is about to start");
        orders.pause();
        assertThat(explain(orders, "b").sentence()).isEqualTo("the atom is paused; operation 2 is next");
        endAll(orders);
    }

    @Test
    void anOperationThatWaitsForAQuietMoment() {
        KeyedCoordinator<String> orders = coordinators.add(orders().executor(executor));
        orders.submitLatest(
                "a", Coalescing.latest("refresh").quiet(Duration.ofHours(1), Duration.ofHours(1)), () -> "");
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.GATHERING);
        assertThat(lane.queued()).isOne();
        assertThat(lane.explanation().sentence())
                .isEqualTo("operation 1 waits for a quiet moment: newer calls may still replace it");
        endAll(orders);
    }

    @Test
    void aListOfLanesStopsNoThreads() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        Gate gate = new Gate();
        orders.execute("a", (Runnable) gate);
        gate.awaitEntered();
        LaneExplanation explanation = orders.lanes(1).get(0).explanation();
        assertThat(explanation.stack()).isEmpty();
        assertThat(explanation.thread()).isEqualTo("orders-1");
        gate.open();
        Eventually.idle(orders);
    }

    /** Takes out what was left on purpose. */
    private void endAll(KeyedCoordinator<String> orders) {
        orders.close();
        executor.runAll();
    }
}
