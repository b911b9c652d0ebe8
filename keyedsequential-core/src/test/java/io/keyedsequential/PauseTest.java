package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class PauseTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final AtomicInteger ran = new AtomicInteger();

    @Test
    void nothingStartsWhilePausedAndEverythingAfterwards() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.pause();
        assertThat(orders.isPaused()).isTrue();
        for (int i = 0; i < 10; i++) {
            orders.execute("key-" + i, ran::incrementAndGet);
        }
        executor.runAll();
        assertThat(ran).hasValue(0);
        assertThat(orders.stats().queued()).isEqualTo(10);
        assertThat(orders.lane("key-1").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        assertThat(orders.lane("key-1").orElseThrow().paused()).as("by itself").isFalse();
        StructuralCheck.assertSound(orders);
        orders.resume();
        assertThat(orders.isPaused()).isFalse();
        executor.runAll();
        assertThat(ran).hasValue(10);
    }

    @Test
    void aRunnerThatIsAlreadyOnItsWayStartsNothing() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.execute("a", ran::incrementAndGet);
        orders.pause();
        executor.runAll();
        assertThat(ran).hasValue(0);
        StructuralCheck.assertSound(orders);
        orders.resume();
        executor.runAll();
        assertThat(ran).hasValue(1);
    }

    @Test
    void whatRunsEndsAndItsFollowerDoesNotStart() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.execute("a", () -> {
            ran.incrementAndGet();
            orders.pause();
        });
        orders.execute("a", ran::incrementAndGet);
        executor.runAll();
        assertThat(ran).hasValue(1);
        StructuralCheck.assertSound(orders);
        orders.resume();
        executor.runAll();
        assertThat(ran).hasValue(2);
    }

    @Test
    void aPausedKeyStandsStillAndOthersGoOn() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.pauseKey("a");
        orders.execute("a", () -> ran.addAndGet(100));
        orders.execute("b", ran::incrementAndGet);
        executor.runAll();
        assertThat(ran).hasValue(1);
        assertThat(orders.lane("a").orElseThrow()).satisfies(lane -> {
            assertThat(lane.state()).isEqualTo(LaneState.PAUSED);
            assertThat(lane.paused()).isTrue();
            assertThat(lane.queued()).isEqualTo(1);
        });
        StructuralCheck.assertSound(orders);
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).hasValue(101);
    }

    @Test
    void aPausedEmptyLaneIsShownUntilItIsResumed() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.pauseKey("a");
        assertThat(orders.lane("a")).isPresent();
        assertThat(orders.stats().lanes()).isEqualTo(1);
        assertThat(orders.awaitIdle(java.time.Duration.ZERO))
                .as("a paused lane is no operation")
                .isTrue();
        orders.resumeKey("a");
        assertThat(orders.lane("a")).isEmpty();
        assertThat(orders.stats().lanes()).isZero();
    }

    @Test
    void resumingTheAtomLeavesAPausedKeyPaused() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.pauseKey("a");
        orders.pause();
        orders.execute("a", ran::incrementAndGet);
        orders.resume();
        executor.runAll();
        assertThat(ran).hasValue(0);
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).hasValue(1);
    }

    @Test
    void resumingAKeyOfAPausedAtomStartsNothing() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.pauseKey("a");
        orders.pause();
        orders.execute("a", ran::incrementAndGet);
        orders.resumeKey("a");
        executor.runAll();
        assertThat(ran).hasValue(0);
        orders.resume();
        executor.runAll();
        assertThat(ran).hasValue(1);
    }

    @Test
    void aTurnWaitsForAPausedKey() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.pauseKey("a");
        TestThread<Integer> caller = TestThread.start(() -> orders.call("a", ran::incrementAndGet));
        Eventually.until("it is queued", () -> orders.stats().queued() == 1);
        caller.awaitWaiting();
        assertThat(ran).hasValue(0);
        orders.resumeKey("a");
        assertThat(caller.result()).isEqualTo(1);
    }

    @Test
    void afterPauseHasReturnedNothingStartsUnderLoad() {
        KeyedCoordinator<Integer> orders = coordinators.add(
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(3).capacity(1_000));
        AtomicInteger starts = new AtomicInteger();
        boolean[] stop = new boolean[1];
        TestThread<Integer> producer = TestThread.start(() -> {
            int i = 0;
            while (true) {
                synchronized (stop) {
                    if (stop[0]) {
                        return i;
                    }
                }
                orders.execute(i++ % 5, starts::incrementAndGet);
            }
        });
        for (int round = 0; round < 1_000; round++) {
            orders.pause();
            Eventually.until("what runs has ended", () -> orders.stats().active() == 0);
            int before = starts.get();
            for (int look = 0; look < 20; look++) {
                assertThat(orders.stats().active()).isZero();
                Thread.yield();
            }
            assertThat(starts).hasValue(before);
            orders.resume();
            Eventually.until("it goes on", () -> starts.get() > before);
        }
        synchronized (stop) {
            stop[0] = true;
        }
        producer.result();
    }

    @Test
    void afterPauseKeyHasReturnedNothingOfItStartsUnderLoad() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(2).capacity(200_000));
        AtomicInteger hot = new AtomicInteger();
        AtomicInteger cold = new AtomicInteger();
        for (int i = 0; i < 60_000; i++) {
            orders.execute("hot", hot::incrementAndGet);
            orders.execute("cold", cold::incrementAndGet);
        }
        for (int round = 0; round < 200 && hot.get() < 60_000; round++) {
            orders.pauseKey("hot");
            Eventually.until(
                    "what runs has ended",
                    () -> orders.lane("hot").orElseThrow().running() == 0);
            int before = hot.get();
            for (int look = 0; look < 10; look++) {
                Thread.yield();
            }
            assertThat(hot).hasValue(before);
            orders.resumeKey("hot");
            Eventually.until("it goes on", () -> hot.get() > before || before == 60_000);
        }
        Eventually.idle(orders);
        assertThat(List.of(hot.get(), cold.get())).containsOnly(60_000);
    }
}
