package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class ParallelismTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ExecutorService threads = Executors.newCachedThreadPool(body -> {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        return thread;
    });
    private final Meter meter = new Meter();
    private final List<Gate> gates = new ArrayList<>();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private void executeGated(KeyedCoordinator<String> orders, int from, int to) {
        for (int i = from; i < to; i++) {
            Gate gate = new Gate();
            gates.add(gate);
            orders.execute("key-" + i, () -> {
                meter.enter();
                gate.run();
                meter.leave();
            });
        }
    }

    private void openAll() {
        gates.forEach(Gate::open);
    }

    @Test
    void exactlyTheLimitRunsInParallelOnTheOwnedPool() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(5));
        executeGated(orders, 0, 8);
        Eventually.until("five run", () -> meter.inside() == 5);
        assertThat(orders.stats().active()).isEqualTo(5);
        assertThat(orders.stats().queued()).isEqualTo(3);
        StructuralCheck.assertSound(orders);
        openAll();
        Eventually.idle(orders);
        assertThat(meter.most()).isEqualTo(5);
    }

    @Test
    void exactlyTheLimitRunsInParallelOnAForeignExecutor() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(3).executor(threads));
        executeGated(orders, 0, 9);
        Eventually.until("three run", () -> meter.inside() == 3);
        openAll();
        Eventually.idle(orders);
        assertThat(meter.most()).isEqualTo(3);
    }

    @Test
    void theLimitIsReachedAgainAndAgain() {
        int limit = 4;
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(limit));
        for (int round = 0; round < 200; round++) {
            CyclicBarrier all = new CyclicBarrier(limit); // broken unless all are inside at once
            List<OperationFuture<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                futures.add(orders.submit("key-" + round + "-" + i, () -> meets(all)));
            }
            assertThat(futures).allMatch(OperationFuture::join);
        }
    }

    private static boolean meets(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await(120, TimeUnit.SECONDS);
            return true;
        } catch (BrokenBarrierException | TimeoutException e) {
            return false;
        }
    }

    @Test
    void aRaisedLimitIsReachedUnderLoad() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        executeGated(orders, 0, 10);
        Eventually.until("two run", () -> meter.inside() == 2);
        orders.setMaxConcurrency(6);
        Eventually.until("six run", () -> meter.inside() == 6);
        assertThat(orders.stats().maxConcurrency()).isEqualTo(6);
        StructuralCheck.assertSound(orders);
        openAll();
        Eventually.idle(orders);
        assertThat(meter.most()).isEqualTo(6);
    }

    @Test
    void afterTheLimitIsLoweredNothingStartsAboveItAndTheNewOneIsReached() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(4));
        executeGated(orders, 0, 12);
        Eventually.until("four run", () -> meter.inside() == 4);
        orders.setMaxConcurrency(2);
        List<Gate> running = gates.stream().filter(Gate::isEntered).toList();
        assertThat(running).hasSize(4);
        running.get(0).open();
        running.get(1).open();
        Eventually.until("two have left", () -> orders.stats().active() == 2);
        assertThat(gates.stream().filter(Gate::isEntered)).hasSize(4);
        Eventually.until("their slots are free", () -> taken(orders) == 2);
        StructuralCheck.assertSound(orders);
        running.get(2).open();
        Eventually.until(
                "one more started", () -> gates.stream().filter(Gate::isEntered).count() == 5);
        assertThat(orders.stats().active()).isEqualTo(2);
        for (Gate gate : gates) {
            Meter lowered = meter;
            assertThat(lowered.inside()).isLessThanOrEqualTo(2);
            gate.open();
        }
        Eventually.idle(orders);
    }

    @Test
    void theLimitMayBeChangedManyTimesUnderLoad() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).capacity(100_000));
        for (int i = 0; i < 20_000; i++) {
            orders.execute("key-" + i % 50, () -> {
                meter.enter();
                meter.leave();
            });
            if (i % 100 == 0) {
                orders.setMaxConcurrency(1 + i / 100 % 8);
            }
        }
        orders.setMaxConcurrency(3);
        Eventually.idle(orders);
        assertThat(meter.most()).isLessThanOrEqualTo(8);
        executeGated(orders, 0, 6);
        Eventually.until("three run", () -> meter.inside() == 3);
        assertThat(orders.stats().active()).isEqualTo(3);
        openAll();
    }

    /** Two operators at once: whoever wins, the pool must have as many threads as there are permits. */
    @Test
    void theLimitThatWonAmongConcurrentChangesIsReached() {
        for (int round = 0; round < 300; round++) {
            KeyedCoordinator<String> orders =
                    Coordinators.orders().maxConcurrency(1).build();
            CyclicBarrier both = new CyclicBarrier(2);
            TestThread<Object> raising = TestThread.start(() -> {
                both.await();
                orders.setMaxConcurrency(4);
                return null;
            });
            TestThread<Object> lowering = TestThread.start(() -> {
                both.await();
                orders.setMaxConcurrency(2);
                return null;
            });
            raising.result();
            lowering.result();
            int limit = orders.stats().maxConcurrency();
            CyclicBarrier all = new CyclicBarrier(limit);
            List<OperationFuture<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                futures.add(orders.submit("key-" + i, () -> meetsSoon(all)));
            }
            assertThat(futures).as("round %d, limit %d", round, limit).allMatch(OperationFuture::join);
            orders.close();
        }
    }

    private static boolean meetsSoon(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await(120, TimeUnit.SECONDS);
            return true;
        } catch (BrokenBarrierException | TimeoutException e) {
            return false;
        }
    }

    private static int taken(KeyedCoordinator<?> orders) {
        return ((StripedCoordinator<?>) orders).lanes().permits.taken();
    }
}
