package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that change while they are in use: what is enqueued under them can still be reached, by the id of an operation. */
@Timeout(600)
class ChangedKeyTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new ArrayList<>();

    private final KeyedCoordinator<Object> orders = coordinators.add(KeyedCoordinator.<Object>builder("orders")
            .executor(executor)
            .retryPolicy(RetryPolicy.none())
            .exhaustedPolicy(ExhaustedPolicy.PARK));

    private final OddKey key = new OddKey("a");
    private boolean broken = true;
    private OperationFuture<String> head;
    private OperationFuture<String> follower;

    private void park() {
        head = orders.submit(key, () -> {
            ran.add("head");
            if (broken) {
                throw new IllegalStateException("broken");
            }
            return "head";
        });
        follower = orders.submit(key, () -> {
            ran.add("follower");
            return "follower";
        });
        executor.runAll();
        assertThat(orders.stats().parked()).isEqualTo(1);
    }

    private void parkAndChange() {
        park();
        key.change();
        assertThat(orders.retry(key)).as("by its key it is not found").isFalse();
    }

    @Test
    void aParkedOperationIsRetriedByItsId() {
        parkAndChange();
        broken = false;
        assertThat(orders.retryOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "head", "follower");
        assertThat(head.join()).isEqualTo("head");
        assertThat(orders.retryOperation(head.operationId())).as("it has ended").isFalse();
    }

    @Test
    void aParkedOperationIsSkippedByItsId() {
        parkAndChange();
        assertThat(orders.skipOperation(follower.operationId()))
                .as("it closes no key")
                .isFalse();
        assertThat(orders.skipOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "follower");
        assertThat(head).isCompletedExceptionally();
        assertThat(orders.skipOperation(head.operationId())).as("it has ended").isFalse();
    }

    @Test
    void theLaneOfAnOperationIsPurgedByItsId() {
        parkAndChange();
        assertThat(orders.purgeOperation(head.operationId()))
                .extracting(OperationSnapshot::id)
                .containsExactly(head.operationId(), follower.operationId());
        assertThat(head).isCancelled();
        assertThat(follower).isCancelled();
        assertThat(orders.purgeOperation(head.operationId())).isEmpty();
        assertThat(orders.purgeOperation(4711)).isEmpty();
    }

    @Test
    void aParkedOperationAndItsFollowersAreCancelled() {
        parkAndChange();
        assertThat(orders.cancel(follower.operationId())).isTrue();
        assertThat(head.cancel(true)).isTrue();
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(orders.stats().lanes()).isZero();
    }

    @Test
    void anOperationIsAddressedByItsIdWhetherItsKeyHasChangedOrNot() {
        park();
        broken = false;
        assertThat(orders.retryOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "head", "follower");
    }

    /** Each of them is asked by its own caller only; an operator who looks, and other keys, are not. */
    @Test
    void aKeyWhoseMethodsThrowHidesNeitherItselfNorOthersFromWhoLooks() {
        OddKey neighbour = OddKey.colliding("b");
        OddKey evil = OddKey.colliding("a");
        KeyedCoordinator<Object> watched = coordinators.add(
                KeyedCoordinator.<Object>builder("watched").maxConcurrency(4).listener(new Recorder()));
        Gate gate = new Gate();
        Gate innocent = new Gate();
        CompletableFuture<String> stage = new CompletableFuture<>();
        watched.execute(evil, gate);
        watched.execute(evil, () -> {});
        watched.execute(neighbour, innocent);
        watched.submitAsync("stage", () -> stage);
        gate.awaitEntered();
        innocent.awaitEntered();
        Eventually.until("the stage is awaited", () -> watched.stats().awaiting() == 1);
        evil.throwing(new StackOverflowError());
        assertThat(watched.lane("stage").orElseThrow().running()).isEqualTo(1);
        assertThat(watched.lanes(10)).hasSize(3);
        assertThat(watched.stuckLanes(Duration.ZERO, 10)).hasSize(3);
        assertThat(watched.snapshot()).hasSize(4);
        assertThat(watched.keys()).hasSize(3);
        assertThat(watched.running(10)).hasSize(3);
        DrainReport report = watched.drain(Duration.ZERO);
        assertThat(report.remaining()).isEqualTo(4);
        assertThat(report.remainingByKey()).hasSize(3).containsKeys(neighbour, "stage", Keys.describe(evil));
        assertThat(report.remainingByKey().get(Keys.describe(evil))).hasSize(2);
        gate.open();
        innocent.open();
        stage.complete("done");
        Eventually.idle(watched);
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class})
    void aKeyThatThrowsWhileItBacksOffIsPausedOrAwaitsItsStageHoldsUpNobody(Class<? extends Error> type)
            throws Exception {
        ManualTimer timer = new ManualTimer();
        KeyedCoordinator<Object> retrying = coordinators.add(
                KeyedCoordinator.<Object>builder("retrying")
                        .maxConcurrency(1)
                        .executor(executor)
                        .fairScheduling(true)
                        .retryPolicy(RetryPolicy.attempts(2)),
                timer);
        OddKey backing = OddKey.colliding("backing off");
        OddKey paused = OddKey.colliding("paused");
        OddKey awaiting = OddKey.colliding("awaiting");
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> first = retrying.submit(backing, () -> {
            if (broken) {
                broken = false;
                throw new IllegalStateException("broken");
            }
            return "retried";
        });
        OperationFuture<String> staged = retrying.submitAsync(awaiting, () -> stage);
        executor.runAll();
        retrying.pauseKey(paused);
        OperationFuture<String> third = retrying.submit(paused, () -> "cancelled by hand");
        Error thrown = type.getDeclaredConstructor().newInstance();
        List.of(backing, paused, awaiting).forEach(each -> each.throwing(thrown));
        OperationFuture<String> innocent = retrying.submit("innocent", () -> "innocent");
        timer.only().fire();
        stage.complete("staged");
        executor.runAll();
        assertThat(innocent).isCompletedWithValue("innocent");
        assertThat(first).isCompletedWithValue("retried");
        assertThat(staged).isCompletedWithValue("staged");
        assertThat(third.cancel(false)).isTrue();
        assertThat(retrying.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(retrying.stats().lanes()).as("the paused one").isEqualTo(1);
        paused.throwing(null);
    }
}
