package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stage that completes after its operation has begun to await it and before the runner has left it. */
@Timeout(600)
class StageThatComesFirstTest {

    /** Far longer than the test takes: a caller that is told by nobody waits that long. */
    private static final Duration LONG = Duration.ofMinutes(10);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final ManualTimer timer = new ManualTimer();

    private StripedCoordinator<String> full(RetryPolicy retries) {
        return coordinators.add(
                Coordinators.orders()
                        .maxConcurrency(1)
                        .capacity(1)
                        .blockTimeout(LONG)
                        .retryPolicy(retries)
                        .executor(executor),
                timer);
    }

    /** Does something between the two steps of the runner. */
    private static final class Met extends StageOperation<String, String> {

        private final Runnable between;

        Met(StripedCoordinator<String> coordinator, CompletableFuture<String> stage, Runnable between) {
            super(coordinator.crew.owner(), "a", (Supplier<CompletableFuture<String>>) () -> stage, 0);
            this.between = between;
        }

        @Override
        boolean leaveToStage() {
            between.run();
            return super.leaveToStage();
        }
    }

    /** They come while the operation that seems to await its stage takes all the room. */
    private static List<TestThread<Object>> blocked(KeyedCoordinator<String> orders, int count) {
        List<TestThread<Object>> callers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String key = "caller-" + i;
            callers.add(TestThread.start(() -> orders.submit(key, () -> key).join()));
            int now = i;
            Eventually.until("it is blocked", () -> orders.stats().blockedCallers() == now);
        }
        return callers;
    }

    @Test
    void aCallerThatWasBlockedMeanwhileIsLetIn() {
        StripedCoordinator<String> orders = full(RetryPolicy.none());
        CompletableFuture<String> stage = new CompletableFuture<>();
        List<TestThread<Object>> callers = new ArrayList<>();
        Met met = new Met(orders, stage, () -> {
            callers.addAll(blocked(orders, 1));
            stage.complete("first");
        });
        OperationFuture<String> future = met.future();
        orders.intake.admit(met);
        executor.runAll();
        assertThat(future).isCompletedWithValue("first");
        Eventually.until("the caller is let in", () -> orders.stats().blockedCallers() == 0);
        Eventually.until("its operation has run", () -> {
            executor.runAll();
            return orders.stats().completed() == 2;
        });
        assertThat(callers.get(0).result()).isEqualTo("caller-1");
    }

    @Test
    void aStageThatFailsLikeThatLetsItInAsWell() {
        StripedCoordinator<String> orders = full(RetryPolicy.none());
        CompletableFuture<String> stage = new CompletableFuture<>();
        List<TestThread<Object>> callers = new ArrayList<>();
        Met met = new Met(orders, stage, () -> {
            callers.addAll(blocked(orders, 2));
            stage.completeExceptionally(new IllegalStateException("failed"));
        });
        OperationFuture<String> future = met.future();
        orders.intake.admit(met);
        executor.runAll();
        assertThat(future).isCompletedExceptionally();
        Eventually.until("one of two is let in", () -> orders.stats().blockedCallers() < 2);
        Eventually.until("all have run", () -> {
            executor.runAll();
            return orders.stats().completed() == 2;
        });
        callers.forEach(TestThread::result);
    }
}
