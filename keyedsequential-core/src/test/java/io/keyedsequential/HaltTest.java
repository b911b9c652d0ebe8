package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.FailureHarness.Body;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Atoms that an exhausted operation pauses. */
@Timeout(600)
class HaltTest {

    @RegisterExtension
    final FailureHarness h = new FailureHarness();

    private StripedCoordinator<String> halting(Consumer<KeyedCoordinator.Builder<String>> options) {
        return h.make(o -> {
            o.exhaustedPolicy(ExhaustedPolicy.HALT);
            options.accept(o);
        });
    }

    @Test
    void anExhaustedOperationFailsAndNothingStartsOnAnyKeyUntilResumed() {
        StripedCoordinator<String> orders =
                halting(o -> o.retryPolicy(RetryPolicy.none()).fairScheduling(true));
        Body body = h.broken("bad");
        OperationFuture<String> future = orders.submit("a", body);
        orders.execute("a", h.good("next"));
        orders.execute("b", h.good("other"));
        h.run();
        assertThat(h.ran).containsExactly("bad#1");
        assertThat(orders.isPaused()).isTrue();
        assertThatThrownBy(future::join).hasCause(body.error);
        assertThat(orders.stats().failed()).isEqualTo(1);
        assertThat(orders.lane("a").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        assertThat(h.events.told).containsExactly("started 1#1", "halted 1#1 bad", "finished 1#1 FAILED");
        StructuralCheck.assertSound(orders);
        orders.resume();
        h.run();
        assertThat(h.ran).containsExactlyInAnyOrder("bad#1", "next#1", "other#1");
    }

    @Test
    void attemptsThatAreLeftDoNotHalt() {
        StripedCoordinator<String> orders = halting(o -> {});
        orders.execute("a", h.broken("bad"));
        h.run();
        h.elapse();
        assertThat(orders.isPaused()).isFalse();
        orders.execute("b", h.good("b"));
        h.elapse();
        assertThat(orders.isPaused()).isTrue();
        assertThat(h.ran).contains("b#1");
        orders.resume();
    }

    @Test
    void whatRunsElsewhereEndsNormally() {
        StripedCoordinator<String> orders = halting(o -> o.maxConcurrency(2));
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> under = orders.submitAsync("b", () -> stage);
        orders.execute("a", () -> {
            throw new AssertionError("halts at once");
        });
        h.run();
        assertThat(orders.isPaused()).isTrue();
        stage.complete("done");
        assertThat(under).isCompletedWithValue("done");
    }

    @Test
    void aStageAndACallHaltToo() {
        StripedCoordinator<String> orders = halting(o -> o.retryPolicy(RetryPolicy.none()));
        OperationFuture<String> staged =
                orders.submitAsync("a", () -> CompletableFuture.failedFuture(new IOException("staged")));
        h.run();
        assertThat(staged).isCompletedExceptionally();
        assertThat(orders.isPaused()).isTrue();
        orders.resume();
        Body body = h.broken("call");
        assertThatThrownBy(() -> orders.call("b", body)).isSameAs(body.error);
        assertThat(orders.isPaused()).isTrue();
        assertThat(h.events.told).containsSubsequence("halted 1#1 staged", "finished 1#1 FAILED", "halted 2#1 call");
    }

    @Test
    void aRetryThatIsDueInAHaltedAtomWaitsForResume() {
        StripedCoordinator<String> orders = halting(o -> o.maxConcurrency(1));
        orders.execute("a", h.failing("a", 1));
        h.run();
        orders.execute("b", () -> {
            throw new AssertionError("halts");
        });
        h.run();
        h.elapse();
        assertThat(h.ran).containsExactly("a#1");
        orders.resume();
        h.run();
        assertThat(h.ran).containsExactly("a#1", "a#2");
    }

    @Test
    void closingAnAtomThatHaltsWhileItDrainsDoesNotWaitForTheRest() {
        StripedCoordinator<String> orders = halting(o -> o.fairScheduling(true).closeTimeout(Duration.ofMinutes(5)));
        Gate gate = new Gate();
        orders.execute("a", () -> {
            gate.run();
            throw new AssertionError("halts");
        });
        OperationFuture<String> rest = orders.submit("b", h.good("b"));
        TestThread<Object> runner = TestThread.start(() -> {
            h.executor.runOne();
            return null;
        });
        gate.awaitEntered();
        TestThread<Object> closer = TestThread.start(() -> {
            orders.close();
            return null;
        });
        closer.awaitWaiting();
        gate.open();
        closer.result();
        runner.result();
        assertThat(rest).isCancelled();
    }
}
