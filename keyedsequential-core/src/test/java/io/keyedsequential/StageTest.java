package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations that end when a stage does: they hold their key, and neither permit nor thread. */
@Timeout(600)
class StageTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    private final KeyedCoordinator<String> orders = coordinators.add(
            Coordinators.orders().maxConcurrency(1).executor(executor).listener(recorder));

    @Test
    void theKeyIsHeldUntilTheStageCompletesAndOthersRunMeanwhile() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        orders.execute("b", () -> ran.add("other"));
        executor.runAll();
        assertThat(ran).containsExactly("other");
        assertThat(orders.stats().awaiting()).isEqualTo(1);
        assertThat(orders.stats().active()).isZero();
        assertThat(executor.size()).isZero();
        StructuralCheck.assertSound(orders);
        stage.complete("done");
        assertThat(future).isCompletedWithValue("done");
        executor.runAll();
        assertThat(ran).containsExactly("other", "follower");
        assertThat(orders.stats().awaiting()).isZero();
        assertThat(recorder.finished).extracting(OperationSnapshot::state).containsOnly(OperationState.COMPLETED);
    }

    @Test
    void aNullStageFailsTheOperation() {
        OperationFuture<String> future = orders.submitAsync("a", () -> null);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThatThrownBy(future::join).hasCauseInstanceOf(NullPointerException.class);
        assertThat(ran).containsExactly("follower");
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    @Test
    void anAlreadyCompletedStageEndsTheOperationAtOnce() {
        OperationFuture<String> future = orders.submitAsync("a", () -> CompletableFuture.completedFuture("x"));
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(future).isCompletedWithValue("x");
        assertThat(ran).containsExactly("follower");
    }

    @Test
    void anAlreadyFailedStageFailsTheOperationAtOnce() {
        IllegalStateException error = new IllegalStateException();
        OperationFuture<String> future = orders.submitAsync("a", () -> CompletableFuture.failedFuture(error));
        executor.runAll();
        assertThatThrownBy(future::join).hasCause(error);
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    @Test
    void aStageThatFailsLaterFailsTheOperationWithTheCause() {
        IllegalStateException error = new IllegalStateException();
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage.thenApply(x -> x));
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        stage.completeExceptionally(error); // the dependent stage wraps it
        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(error);
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        assertThat(orders.snapshot())
                .filteredOn(each -> each.id() == future.operationId())
                .singleElement()
                .satisfies(each -> assertThat(each.error()).isSameAs(error));
    }

    @Test
    void aBodyThatThrowsInsteadOfReturningAStageFailsTheOperation() {
        IllegalStateException error = new IllegalStateException();
        OperationFuture<String> future = orders.submitAsync("a", () -> {
            throw error;
        });
        executor.runAll();
        assertThatThrownBy(future::join).hasCause(error);
    }

    @Test
    void aStageThatRefusesDependentsFailsTheOperation() {
        CompletableFuture<String> hostile = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                throw new UnsupportedOperationException("no dependents");
            }
        };
        OperationFuture<String> future = orders.submitAsync("a", () -> hostile);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThatThrownBy(future::join).hasCauseInstanceOf(UnsupportedOperationException.class);
        assertThat(ran).containsExactly("follower");
    }

    @Test
    void aStageThatTellsTwiceEndsTheOperationOnce() {
        List<BiConsumer<? super String, ? super Throwable>> actions = new ArrayList<>();
        CompletableFuture<String> hostile = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                actions.add(action);
                return this;
            }
        };
        OperationFuture<String> future = orders.submitAsync("a", () -> hostile);
        executor.runAll();
        actions.get(0).accept("first", null);
        actions.get(0).accept("second", null);
        assertThat(future).isCompletedWithValue("first");
        assertThat(orders.stats().completed()).isEqualTo(1);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void cancellingAnAwaitingFutureLeavesTheKeyHeldUntilTheStageEnds() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> future = orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        assertThat(future.cancel(true)).isTrue();
        executor.runAll();
        assertThat(ran).isEmpty();
        StructuralCheck.assertSound(orders);
        stage.complete("late");
        executor.runAll();
        assertThat(ran).containsExactly("follower");
        assertThat(future).isCancelled();
    }

    @Test
    void aPausedKeyStaysPausedWhenItsStageEnds() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        executor.runAll();
        orders.pauseKey("a");
        stage.complete("x");
        executor.runAll();
        assertThat(ran).isEmpty();
        StructuralCheck.assertSound(orders);
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).containsExactly("follower");
    }

    @Test
    void aStageMayEndAfterTheCoordinatorIsClosed() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        KeyedCoordinator<String> closed =
                coordinators.add(Coordinators.orders().executor(executor).closeTimeout(java.time.Duration.ZERO));
        OperationFuture<String> future = closed.submitAsync("a", () -> stage);
        executor.runAll();
        closed.close();
        assertThat(future).isNotDone();
        stage.complete("late");
        assertThat(future).isCompletedWithValue("late");
        StructuralCheck.assertIdle(closed);
    }

    @Test
    void perKeyConcurrencyCountsAwaitingOperations() {
        KeyedCoordinator<String> two = coordinators.add(
                Coordinators.orders().maxConcurrency(4).perKeyConcurrency(2).executor(executor));
        List<CompletableFuture<String>> stages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.add(stage);
            two.submitAsync("a", () -> {
                ran.add("begun");
                return stage;
            });
        }
        executor.runAll();
        assertThat(ran).hasSize(2);
        StructuralCheck.assertSound(two);
        for (int i = 0; i < 4; i++) {
            stages.get(i).complete("x");
            executor.runAll();
            assertThat(ran).hasSize(Math.min(4, i + 3));
            StructuralCheck.assertSound(two);
        }
    }

    /** The runner leaves the operation to its stage while another thread completes that: both orders, many times. */
    @Test
    void whoeverMeetsLastEndsTheOperation() {
        ExecutorService completer = Executors.newSingleThreadExecutor(body -> {
            Thread thread = new Thread(body, "completer");
            thread.setDaemon(true);
            return thread;
        });
        KeyedCoordinator<String> racing = coordinators.add(Coordinators.orders().maxConcurrency(2));
        int[] plain = new int[1];
        List<OperationFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            futures.add(racing.submitAsync("a", () -> {
                int seen = plain[0];
                return CompletableFuture.supplyAsync(
                        () -> {
                            plain[0] = seen + 1; // after the body, before the follower
                            return seen;
                        },
                        completer);
            }));
        }
        Eventually.idle(racing);
        assertThat(plain[0]).isEqualTo(8_000);
        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).join()).isEqualTo(i);
        }
        completer.shutdown();
    }

    @Test
    void aLongChainOfStagesThatCompleteEachOtherUsesNoStack() {
        KeyedCoordinator<Integer> orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders"));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> last = first;
        for (int i = 0; i < 3_000; i++) {
            CompletableFuture<String> before = last;
            last = orders.submitAsync(i, () -> before);
        }
        Eventually.until("all await", () -> orders.stats().awaiting() == 3_000);
        first.complete("end");
        assertThat(last.join()).isEqualTo("end");
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void whatAwaitsItsStageNeedsRoom() {
        KeyedCoordinator<Integer> orders =
                coordinators.add(KeyedCoordinator.<Integer>builder("orders").capacity(2));
        CompletableFuture<Void> stage = new CompletableFuture<>();
        orders.submitAsync(1, () -> stage);
        Eventually.until("one awaits", () -> orders.stats().awaiting() == 1);
        orders.submitAsync(2, () -> stage);
        Eventually.until("both await", () -> orders.stats().awaiting() == 2);
        assertThat(orders.tryExecute(3, () -> {})).isFalse();
        stage.complete(null);
        Eventually.idle(orders);
        assertThat(orders.tryExecute(3, () -> {})).isTrue();
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void drainingFromADependentOfAStageIsRefusedAtOnce() {
        KeyedCoordinator<Integer> orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders"));
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Boolean> drained =
                orders.submitAsync(1, () -> stage).thenApply(done -> orders.awaitIdle(java.time.Duration.ofMinutes(1)));
        Eventually.until("it awaits", () -> orders.stats().awaiting() == 1);
        stage.complete(null);
        assertThat(drained).isCompletedExceptionally();
        assertThat(drained.handle((value, error) -> error.getCause()).join()).isInstanceOf(IllegalStateException.class);
    }
}
