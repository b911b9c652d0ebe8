package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of an operation's end must not wait for the atom to be idle: it is not before that has been told. */
@Timeout(600)
class SelfWaitTest {

    /** Over only where something waits for itself. */
    private static final Duration LONG = Duration.ofSeconds(5);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualTimer timer = new ManualTimer();

    private StripedCoordinator<String> paused() {
        StripedCoordinator<String> orders = coordinators.add(
                Coordinators.orders()
                        .maxConcurrency(1)
                        .queueTimeout(Duration.ofNanos(1))
                        .closeTimeout(LONG),
                timer);
        orders.pause();
        return orders;
    }

    private void end(StripedCoordinator<String> orders, OperationFuture<?> future, String how) {
        switch (how) {
            case "cancelled" -> future.cancel(true);
            case "cancelled by id" -> orders.cancel(future.operationId());
            case "purged" -> orders.purge("a");
            case "expired" -> timer.fireAll();
            case "superseded" -> orders.submitLatest("a", Coalescing.latest("g"), () -> 2);
            default -> throw new AssertionError(how);
        }
    }

    private static Throwable tried(Runnable waiting) {
        try {
            waiting.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "cancelled by id", "purged", "expired", "superseded"})
    void aDependentThatWouldWaitForItselfIsToldSo(String how) {
        StripedCoordinator<String> orders = paused();
        OperationFuture<Integer> future = orders.submitLatest("a", Coalescing.latest("g"), () -> 1);
        CompletableFuture<Throwable> idle = new CompletableFuture<>();
        CompletableFuture<Throwable> drained = new CompletableFuture<>();
        future.whenComplete((result, error) -> {
            idle.complete(tried(() -> orders.awaitIdle(LONG)));
            drained.complete(tried(() -> orders.drain(LONG)));
        });
        end(orders, future, how);
        for (CompletableFuture<Throwable> refused : List.of(idle, drained)) {
            assertThat(refused.join())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("orders: ")
                    .hasMessageContaining("would wait for itself");
        }
        orders.resume();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "purged", "expired", "superseded"})
    void aDependentThatClosesDoesNotWaitForItself(String how) {
        StripedCoordinator<String> orders = paused();
        OperationFuture<Integer> future = orders.submitLatest("a", Coalescing.latest("g"), () -> 1);
        future.whenComplete((result, error) -> orders.close());
        end(orders, future, how);
        assertThat(orders.state()).isEqualTo(CoordinatorState.CLOSED);
    }

    @Test
    void aThreadThatHasToldMayWaitAgain() {
        StripedCoordinator<String> orders = paused();
        orders.submit("a", () -> 1).cancel(true);
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
    }

    @Test
    void whatIsToldMayWaitForAnotherAtom() {
        StripedCoordinator<String> orders = paused();
        KeyedCoordinator<String> stock = coordinators.add(KeyedCoordinator.<String>builder("stock"));
        OperationFuture<Integer> future = orders.submit("a", () -> 1);
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        future.whenComplete((result, error) -> idle.complete(stock.awaitIdle(LONG)));
        future.cancel(true);
        assertThat(idle.join()).isTrue();
    }
}
