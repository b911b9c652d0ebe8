package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class WaysInTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().executor(executor).listener(recorder));
    private final List<String> ran = new ArrayList<>();

    @Test
    void executeRunsTheBodyAndItsIdIsThatOfTheListenerAndTheSnapshot() {
        long first = orders.execute("a", () -> ran.add("first"));
        long second = orders.execute("a", () -> ran.add("second"));
        executor.runAll();
        assertThat(ran).containsExactly("first", "second");
        assertThat(recorder.startedIds()).containsExactly(first, second);
        assertThat(recorder.finishedIds()).containsExactly(first, second);
        assertThat(orders.snapshot()).extracting(OperationSnapshot::id).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void tryExecuteRunsTheBody() {
        assertThat(orders.tryExecute("a", () -> ran.add("a"))).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void submitCompletesWithWhatTheBodyReturns() {
        OperationFuture<String> future = orders.submit("a", () -> "result");
        assertThat(future).isNotDone();
        executor.runAll();
        assertThat(future).isCompletedWithValue("result");
        assertThat(recorder.finishedIds()).containsExactly(future.operationId());
    }

    @Test
    void submitCompletesWithNullIfTheBodyReturnsNull() {
        OperationFuture<String> future = orders.submit("a", () -> null);
        executor.runAll();
        assertThat(future).isCompletedWithValue(null);
    }

    @Test
    void submitFailsWithWhatTheBodyThrows() {
        IOException thrown = new IOException("disk");
        OperationFuture<String> future = orders.submit("a", () -> {
            throw thrown;
        });
        executor.runAll();
        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(thrown);
    }

    @Test
    void submitAsyncCompletesWithTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        executor.runAll();
        assertThat(future).isNotDone();
        stage.complete("late");
        assertThat(future).isCompletedWithValue("late");
    }

    @Test
    void callRunsTheBodyOnTheCallersThreadAndReturnsItsResult() {
        Thread here = Thread.currentThread();
        assertThat(orders.<Thread>call("a", Thread::currentThread)).isSameAs(here);
        assertThat(executor.size()).isZero();
        assertThat(recorder.finished).singleElement().satisfies(operation -> {
            assertThat(operation.state()).isEqualTo(OperationState.COMPLETED);
            assertThat(operation.key()).isEqualTo("a");
        });
    }

    @Test
    void anExecutorOfOneKeyKeepsItsOrder() {
        Executor lane = orders.executor("a");
        lane.execute(() -> ran.add("1"));
        orders.execute("a", () -> ran.add("2"));
        lane.execute(() -> ran.add("3"));
        executor.runAll();
        assertThat(ran).containsExactly("1", "2", "3");
    }

    @Test
    void allWaysInShareOneOrderPerKey() {
        orders.execute("a", () -> ran.add("execute"));
        orders.tryExecute("a", () -> ran.add("tryExecute"));
        orders.submit("a", () -> ran.add("submit"));
        orders.submitAsync("a", () -> CompletableFuture.completedFuture(ran.add("submitAsync")));
        orders.executor("a").execute(() -> ran.add("executor"));
        TestThread<Boolean> call = TestThread.start(() -> orders.call("a", () -> ran.add("call")));
        Eventually.until("the call is queued", () -> orders.stats().queued() == 6);
        orders.execute("a", () -> ran.add("last"));
        while (!call.isDone() || orders.stats().completed() < 7) {
            executor.runAll(); // the turn ends on its own thread, which then hands over the next runner
            Thread.yield();
        }
        assertThat(ran).containsExactly("execute", "tryExecute", "submit", "submitAsync", "executor", "call", "last");
    }

    @Test
    void anOperationThatWaitsForItsKeyTakesNoRunner() {
        orders.execute("a", () -> {});
        orders.execute("a", () -> {});
        orders.execute("a", () -> {});
        assertThat(executor.size()).isEqualTo(1);
        executor.runAll();
        assertThat(orders.stats().completed()).isEqualTo(3);
    }

    @Test
    void anOperationSeesTheInterruptOfNobodyElse() {
        List<Boolean> interrupted = new ArrayList<>();
        orders.execute("a", () -> interrupted.add(Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        executor.runAll();
        assertThat(Thread.interrupted())
                .as("the thread's own interrupt is given back")
                .isTrue();
        assertThat(interrupted).containsExactly(false);
    }

    @Test
    void aNamedBodyShowsItsName() {
        class Charge implements Runnable, NamedOperation {
            @Override
            public void run() {}

            @Override
            public String operationName() {
                return "charge";
            }
        }
        orders.execute("a", new Charge());
        assertThat(orders.snapshot())
                .singleElement()
                .extracting(OperationSnapshot::name)
                .isEqualTo("charge");
        executor.runAll();
        assertThat(orders.snapshot())
                .singleElement()
                .extracting(OperationSnapshot::name)
                .isEqualTo("charge");
    }
}
