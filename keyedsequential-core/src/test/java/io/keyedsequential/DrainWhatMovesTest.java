package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A drain with a limit of hours comes back as soon as nothing that is left moves within it. */
@Timeout(600)
class DrainWhatMovesTest {

    private static final Duration HOURS = Duration.ofHours(5);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private static void fail() {
        throw new IllegalStateException("no stock");
    }

    private KeyedCoordinator<String> parking() {
        return coordinators.add(Coordinators.orders().maxConcurrency(2).exhaustedPolicy(ExhaustedPolicy.PARK));
    }

    @Test
    void itWaitsForWhatRunsAndNotForWhatIsParkedOrStandsBehindIt() {
        KeyedCoordinator<String> orders = parking();
        CountDownLatch go = new CountDownLatch(1);
        orders.execute("stuck", DrainWhatMovesTest::fail);
        orders.execute("stuck", () -> {});
        Eventually.until("parked", () -> orders.stats().parked() == 1);
        OperationFuture<Void> runs = orders.submit("free", () -> {
            Eventually.await(go);
            return null;
        });
        FutureTask<DrainReport> drain = new FutureTask<>(() -> orders.drainWhatMoves(HOURS));
        new Thread(drain).start();
        Eventually.until("drains", () -> !orders.isIntakeOpen());
        assertThat(drain).isNotDone();
        go.countDown();
        DrainReport report = get(drain);
        assertThat(runs).isCompleted();
        assertThat(report.complete()).isFalse();
        assertThat(report.remainingByKey()).containsOnlyKeys("stuck");
        assertThat(report.remainingByKey().get("stuck"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.PARKED, OperationState.QUEUED);
        orders.purge("stuck");
    }

    @Test
    void itDoesNotWaitForAPausedKeyNorForAPausedAtomNorForABackoffBeyondItsTime() {
        KeyedCoordinator<String> orders = parking();
        orders.pauseKey("a");
        orders.execute("a", () -> {});
        assertThat(orders.drainWhatMoves(HOURS).remaining()).isEqualTo(1);
        orders.resumeKey("a");
        assertThat(orders.drainWhatMoves(HOURS).complete()).isTrue();
        orders.openIntake();
        orders.pause();
        orders.execute("b", () -> {});
        assertThat(orders.drainWhatMoves(HOURS).remaining()).isEqualTo(1);
        orders.resume();
        KeyedCoordinator<String> slow = coordinators.add(KeyedCoordinator.<String>builder("slow")
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ofHours(9))
                        .jitter(0)
                        .build()));
        slow.execute("c", DrainWhatMovesTest::fail);
        assertThat(slow.drainWhatMoves(HOURS).remainingByKey().get("c"))
                .extracting(OperationSnapshot::state)
                .containsExactly(OperationState.BACKING_OFF);
        slow.purge("c");
    }

    @Test
    void aPauseEndsADrainThatIsUnderWay() {
        KeyedCoordinator<String> orders = parking();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        orders.execute("a", () -> {
            begun.countDown();
            Eventually.await(go);
        });
        orders.execute("a", () -> {});
        Eventually.await(begun);
        FutureTask<DrainReport> drain = new FutureTask<>(() -> orders.drainWhatMoves(HOURS));
        new Thread(drain).start();
        Eventually.until("drains", () -> !orders.isIntakeOpen());
        orders.pauseKey("a");
        go.countDown();
        assertThat(get(drain).remaining()).isEqualTo(1);
        orders.resumeKey("a");
    }

    private static DrainReport get(FutureTask<DrainReport> drain) {
        try {
            return drain.get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
