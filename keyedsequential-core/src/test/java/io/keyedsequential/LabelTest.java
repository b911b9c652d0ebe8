package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A body that has a label is found by it wherever it is shown, and one whose label is no good runs all the same. */
class LabelTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().executor(executor).listener(recorder));

    /** One body for every way in. */
    private record Labeled(Supplier<@Nullable String> label)
            implements Runnable, Callable<String>, Supplier<CompletionStage<String>>, LabeledOperation {

        static Labeled as(@Nullable String label) {
            return new Labeled(() -> label);
        }

        @Override
        public void run() {}

        @Override
        public String call() {
            return "done";
        }

        @Override
        public CompletionStage<String> get() {
            return CompletableFuture.completedFuture("done");
        }

        @Override
        public @Nullable String operationLabel() {
            return label.get();
        }
    }

    private List<String> labels() {
        return orders.snapshot().stream().map(OperationSnapshot::label).toList();
    }

    @Test
    void theLabelIsSeenWhileItWaitsInTheDrainReportAndAfterItsEndForEveryWayIn() {
        orders.execute("a", Labeled.as("1"));
        orders.tryExecute("a", Labeled.as("2"));
        orders.submit("a", (Callable<String>) Labeled.as("3"));
        orders.submitAsync("a", Labeled.as("4"));
        orders.submitLatest("a", Coalescing.latest("g"), Labeled.as("5"));
        assertThat(labels()).containsExactly("1", "2", "3", "4", "5");
        assertThat(orders.drain(Duration.ZERO).remainingByKey().get("a"))
                .extracting(OperationSnapshot::label)
                .containsExactly("1", "2", "3", "4", "5");
        orders.openIntake();
        executor.runAll();
        assertThat(orders.recent())
                .extracting(OperationSnapshot::label)
                .containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    }

    @Test
    void theCallersTurnHasItToo() {
        orders.call("a", () -> orders.call("b", Labeled.as("7")));
        assertThat(orders.recent()).extracting(OperationSnapshot::label).containsExactlyInAnyOrder("7", null);
    }

    @Test
    void itIsPutOnOneLineAndCut() {
        orders.execute("a", Labeled.as("4711\nERROR forged" + "x".repeat(1_000)));
        String label = labels().get(0);
        assertThat(label)
                .startsWith("4711\\nERROR forgedx")
                .endsWith("x…")
                .hasSize(LabeledOperation.MOST_CHARACTERS + 2);
        executor.runAll();
        assertThat(labels()).containsExactly(label);
    }

    @Test
    void oneThatThrowsOrIsNullIsNone() {
        orders.execute("a", Labeled.as(null));
        orders.execute("a", new Labeled(() -> {
            throw new StackOverflowError();
        }));
        assertThat(labels()).containsExactly(null, null);
        executor.runAll();
        assertThat(labels()).containsExactly(null, null);
        assertThat(orders.stats().completed()).isEqualTo(2);
    }

    @Test
    void theExplanationNamesIt() {
        orders.execute("a", Labeled.as("order 4711"));
        assertThat(orders.lane("a").orElseThrow().explanation().sentence()).startsWith("operation 1 ('order 4711') ");
        executor.runAll();
    }

    private record Traced(@Nullable String label, Supplier<@Nullable String> trace)
            implements Runnable, LabeledOperation {

        @Override
        public void run() {}

        @Override
        public @Nullable String operationLabel() {
            return label;
        }

        @Override
        public @Nullable String operationTrace() {
            return trace.get();
        }
    }

    @Test
    void theTraceStandsBesideTheLabelWhileItWaitsAndAfterItsEnd() {
        orders.execute("a", new Traced("7", () -> "5f0c"));
        orders.execute("a", new Traced(null, () -> "5f0d\n"));
        orders.execute("a", new Traced("8", () -> null));
        orders.execute("a", new Traced("9", () -> {
            throw new IllegalStateException();
        }));
        orders.execute("a", () -> {});
        assertThat(orders.snapshot())
                .extracting(OperationSnapshot::trace)
                .containsExactly("5f0c", "5f0d\\n", null, null, null);
        executor.runAll();
        assertThat(orders.recent())
                .extracting(OperationSnapshot::trace)
                .containsExactly(null, null, null, "5f0d\\n", "5f0c");
        assertThat(orders.recent()).extracting(OperationSnapshot::label).containsExactly(null, "9", "8", null, "7");
    }
}
