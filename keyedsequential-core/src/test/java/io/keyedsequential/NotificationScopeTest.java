package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How an operation ended is told before anything else is started, with its key still held. */
@Timeout(600)
class NotificationScopeTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @Test
    void aDependentMayCancelTheNextOperation() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        OperationFuture<Boolean> first = orders.submit("a", () -> ran.add("first"));
        OperationFuture<Boolean> second = orders.submit("a", () -> ran.add("second"));
        first.thenRun(() -> second.cancel(false));
        executor.runAll();
        assertThat(ran).containsExactly("first");
        assertThat(second).isCancelled();
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aDependentMayPauseTheKeyBeforeItsNextOperation() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        CompletableFuture<Void> paused =
                orders.submit("a", () -> ran.add("first")).thenRun(() -> orders.pauseKey("a"));
        orders.execute("a", () -> ran.add("second"));
        executor.runAll();
        assertThat(paused).isCompleted();
        assertThat(ran).containsExactly("first");
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void aFailureThatCannotBeLoggedCostsNoPermit() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(executor));
        orders.execute("a", () -> {
            throw new Unspeakable();
        });
        orders.execute("a", () -> ran.add("next"));
        executor.runAll();
        assertThat(ran).containsExactly("next");
        assertThat(orders.stats().failed()).isEqualTo(1);
        StructuralCheck.assertIdle(orders);
    }

    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("no message");
        }
    }
}
