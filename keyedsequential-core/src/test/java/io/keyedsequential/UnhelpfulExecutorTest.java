package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Executors that make their caller wait, lose what they took, or have no thread left because operations keep them. */
@Timeout(600)
class UnhelpfulExecutorTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<ExecutorService> pools = new ArrayList<>();

    private <E extends ExecutorService> E pool(E pool) {
        pools.add(pool);
        return pool;
    }

    private ExecutorService fixed(int threads) {
        return pool(Executors.newFixedThreadPool(threads, body -> {
            Thread thread = new Thread(body, "pool");
            thread.setDaemon(true);
            return thread;
        }));
    }

    @AfterEach
    void stopPools() {
        pools.forEach(ExecutorService::shutdown);
    }

    // ---------------------------------------------------------------- that make their caller wait

    /** As many at a time as there are places; a caller waits for one. */
    private Executor withPlaces(int places) {
        ExecutorService pool = fixed(10);
        Semaphore free = new Semaphore(places);
        return body -> {
            free.acquireUninterruptibly();
            pool.execute(() -> {
                try {
                    body.run();
                } finally {
                    free.release();
                }
            });
        };
    }

    /** The same by its policy. */
    private Executor thatBlocksByItsPolicy(int threads) {
        return pool(new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), (body, full) -> {
                    try {
                        full.getQueue().put(body);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
    }

    private void everythingRunsOn(Executor executor) {
        KeyedCoordinator<Integer> orders = coordinators.add(
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(10).executor(executor));
        AtomicInteger done = new AtomicInteger();
        TestThread<Object> producer = TestThread.start(() -> {
            for (int i = 0; i < 500; i++) {
                int key = i;
                orders.execute(i % 50, () -> orders.execute(1_000 + key % 50, done::incrementAndGet));
            }
            return null;
        });
        producer.result();
        Eventually.idle(orders);
        assertThat(done).hasValue(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void aRunnerThatWakesTheNextDoesNotWaitForItself(int places) {
        everythingRunsOn(withPlaces(places));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void norWhereThePolicyOfAPoolBlocksItsCaller(int threads) {
        everythingRunsOn(thatBlocksByItsPolicy(threads));
    }

    @Test
    void norDoesAThreadOfTheExecutorThatCompletesAStage() {
        Executor bounded = withPlaces(1);
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(4).executor(bounded));
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> staged = orders.submitAsync("a", () -> stage);
        OperationFuture<String> behind = orders.submit("a", () -> "ran");
        Eventually.until("it awaits its stage", () -> orders.stats().awaiting() == 1);
        TestThread.start(() -> {
            bounded.execute(() -> stage.complete("done"));
            return null;
        });
        assertThat(staged.join()).isEqualTo("done");
        assertThat(behind.join()).isEqualTo("ran");
    }

    // ---------------------------------------------------------------- that lose what they took

    private final ManualTimer watch = new ManualTimer();

    private StripedCoordinator<String> watched(Executor executor) {
        KeyedCoordinator.Builder<String> builder =
                Coordinators.orders().maxConcurrency(8).executor(executor);
        return coordinators.add(
                new StripedCoordinator<>("orders", builder.toOptions(), Clockworks.of(new ManualTimer(), watch)));
    }

    @Test
    void aRunnerThatWasLostIsHandedOverAgain() {
        List<Runnable> taken = new CopyOnWriteArrayList<>();
        StripedCoordinator<String> orders = watched(taken::add);
        OperationFuture<String> first = orders.submit("a", () -> "a");
        OperationFuture<String> second = orders.submit("b", () -> "b");
        assertThat(taken).hasSize(1);
        taken.clear(); // lost
        watch.only().fire();
        Eventually.until("it is handed over again", () -> taken.size() == 1);
        taken.get(0).run();
        taken.forEach(Runnable::run); // another one that it has woken
        assertThat(first).isCompletedWithValue("a");
        assertThat(second).isCompletedWithValue("b");
        watch.only().fire();
        assertThat(watch.pending()).isEmpty();
    }

    @Test
    void aRunnerThatIsOnlyLateRunsOnce() {
        ManualExecutor executor = new ManualExecutor();
        StripedCoordinator<String> orders = watched(executor);
        AtomicInteger ran = new AtomicInteger();
        orders.execute("a", ran::incrementAndGet);
        watch.only().fire();
        Eventually.until("it is handed over again", () -> executor.size() == 2);
        assertThat(watch.only().nanos).isEqualTo(TimeUnit.SECONDS.toNanos(2)); // ever later
        executor.runAll();
        assertThat(ran).hasValue(1);
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aRunnerThatIsTakenBackIsNotLookedFor() {
        ManualExecutor executor = new ManualExecutor();
        StripedCoordinator<String> orders = watched(executor);
        orders.execute("a", () -> {});
        executor.runAll();
        watch.only().fire();
        assertThat(watch.pending()).isEmpty();
        assertThat(executor.size()).isZero();
    }

    @Test
    void anExecutorThatWasStoppedWithARunnerInItsQueueIsFoundToRefuse() {
        ExecutorService pool = fixed(1);
        Gate gate = new Gate();
        pool.execute(gate);
        StripedCoordinator<String> orders = watched(pool);
        OperationFuture<String> lost = orders.submit("a", () -> "a");
        gate.awaitEntered();
        assertThat(pool.shutdownNow()).hasSize(1);
        watch.only().fire();
        Eventually.until("the permit is free", () -> orders.lanes().permits.taken() == 0);
        assertThat(orders.stats().queued()).isEqualTo(1);
        assertThat(orders.tryExecute("b", () -> {})).isFalse(); // is told
        assertThat(lost.cancel(false)).isTrue();
        gate.open();
    }

    // ---------------------------------------------------------------- whose threads operations keep

    private static Object waitFor(KeyedCoordinator<String> orders, String key, String how) throws Exception {
        return switch (how) {
            case "call" -> orders.call(key, () -> 1);
            case "join" -> orders.submit(key, () -> 1).join();
            case "get" -> orders.submit(key, () -> 1).get();
            case "get with a time limit" -> orders.submit(key, () -> 1).get(1, TimeUnit.HOURS);
            case "a dependent" ->
                orders.submit(key, () -> 1).handle((x, e) -> x).join();
            case "all of them" -> {
                OperationFuture.allOf(orders.submit(key, () -> 1)).join();
                yield 1;
            }
            default -> throw new AssertionError(how);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "join", "get", "get with a time limit", "a dependent", "all of them"})
    void bodiesThatKeepAllThreadsAndWaitForOtherKeysGoOn(String how) {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(8).executor(fixed(2)));
        waitOnAllThreads(orders, orders, how);
    }

    @ParameterizedTest
    @CsvSource({"join", "a dependent", "call"})
    void soDoTheyIfTheyWaitForAnotherAtomOnTheSameExecutor(String how) {
        ExecutorService shared = fixed(2);
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(8).executor(shared));
        KeyedCoordinator<String> stock = coordinators.add(
                KeyedCoordinator.<String>builder("stock").maxConcurrency(8).executor(shared));
        waitOnAllThreads(orders, stock, how);
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "join", "a dependent"})
    void soDoTheyOnAForkJoinPool(String how) {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(8).executor(pool(new ForkJoinPool(2))));
        waitOnAllThreads(orders, orders, how);
    }

    private static void waitOnAllThreads(KeyedCoordinator<String> orders, KeyedCoordinator<String> other, String how) {
        CyclicBarrier both = new CyclicBarrier(2);
        List<OperationFuture<Object>> futures = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            futures.add(orders.submit(key, () -> {
                both.await(120, TimeUnit.SECONDS);
                return waitFor(other, "other-" + key, how);
            }));
        }
        futures.forEach(future -> assertThat(future.join()).isEqualTo(1));
        Eventually.idle(orders);
        assertThat(((StripedCoordinator<String>) orders).crew.dispatcher().isAwaited())
                .isFalse();
        assertThat(((StripedCoordinator<String>) other).crew.dispatcher().isAwaited())
                .isFalse();
    }

    @Test
    void anExecutorThatIsOnlyBusyIsWaitedFor() {
        ExecutorService pool = pool(new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(9)));
        StripedCoordinator<String> orders = watched(pool);
        Gate gate = new Gate();
        pool.execute(gate);
        OperationFuture<String> late =
                orders.submit("a", () -> Thread.currentThread().getName());
        gate.awaitEntered();
        assertThat(watch.pending()).hasSize(1); // no grace is given where nobody waits
        gate.open();
        assertThat(late.join()).startsWith("pool-");
    }
}
