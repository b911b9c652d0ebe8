package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operation that waits for another one lends its permit, and has it back before it goes on. */
@Timeout(600)
class LentPermitTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final List<ExecutorService> pools = new ArrayList<>();

    private KeyedCoordinator<String> orders(int limit) {
        return coordinators.add(Coordinators.orders().maxConcurrency(limit));
    }

    private KeyedCoordinator<String> ordersOnExactly(int threads) {
        return coordinators.add(Coordinators.orders().maxConcurrency(threads).executor(poolOf(threads)));
    }

    /** The time never passes after which a spare thread runs what the only one has not begun. */
    private KeyedCoordinator<String> ordersOnExactlyOneThreadAndNoSpareOne() {
        CoordinatorOptions options =
                Coordinators.orders().maxConcurrency(1).executor(poolOf(1)).toOptions();
        return coordinators.add(
                new StripedCoordinator<>("orders", options, Clockworks.of(new ManualTimer(), new ManualTimer())));
    }

    private ExecutorService poolOf(int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, body -> {
            Thread thread = new Thread(body, "pool");
            thread.setDaemon(true);
            return thread;
        });
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void stopPools() {
        pools.forEach(ExecutorService::shutdown); // what is queued there still runs
    }

    private KeyedCoordinator<String> stock() {
        return coordinators.add(KeyedCoordinator.<String>builder("stock").maxConcurrency(4));
    }

    private static Permits<?> permits(KeyedCoordinator<?> coordinator) {
        return ((StripedCoordinator<?>) coordinator).lanes().permits;
    }

    private static void lent(KeyedCoordinator<?> coordinator, int count) {
        Eventually.until(count + " lent", () -> permits(coordinator).lent() == count);
    }

    private static void wantedBack(KeyedCoordinator<?> coordinator) {
        Eventually.until("somebody wants it back", () -> permits(coordinator).isAwaited());
    }

    private static Object waitFor(OperationFuture<?> future, String how) throws Exception {
        return switch (how) {
            case "join" -> future.join();
            case "get" -> future.get();
            default -> future.get(1, TimeUnit.HOURS);
        };
    }

    // ---------------------------------------------------------------- lending

    @ParameterizedTest
    @ValueSource(strings = {"join", "get", "get with a time limit"})
    void oneWhoWaitsLeavesItsPermitToTheOneItWaitsFor(String how) {
        KeyedCoordinator<String> orders = orders(1);
        OperationFuture<Object> waiting =
                orders.submit("a", () -> waitFor(orders.submit("b", () -> ran.add("b")), how));
        assertThat(waiting.join()).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsMayNestManyDeepWithOnePermit(boolean call) {
        KeyedCoordinator<String> orders = orders(1);
        assertThat(nest(orders, 0, call).join()).isEqualTo(60);
    }

    private static OperationFuture<Integer> nest(KeyedCoordinator<String> orders, int depth, boolean call) {
        return orders.submit("key-" + depth, () -> {
            if (depth == 60) {
                assertThat(orders.stats().active()).isEqualTo(1);
                return depth;
            }
            return call
                    ? orders.call(
                            "turn-" + depth, () -> nest(orders, depth + 1, true).join())
                    : nest(orders, depth + 1, false).join();
        });
    }

    @Test
    void neverAreMoreAtWorkThanThereArePermitsAndAllOfThemAreUsed() {
        KeyedCoordinator<String> orders = orders(2);
        KeyedCoordinator<String> stock = stock();
        Meter meter = new Meter();
        List<OperationFuture<Boolean>> all = new ArrayList<>();
        CountDownLatch two = new CountDownLatch(2);
        for (int i = 0; i < 400; i++) {
            int number = i;
            all.add(orders.submit("key-" + i % 16, () -> {
                meter.enter();
                if (number < 16) {
                    two.countDown(); // the first of a key
                    Eventually.await(two);
                }
                meter.leave();
                stock.submit("stock-" + number % 3, () -> ran.add("s")).join();
                meter.enter();
                Thread.yield();
                meter.leave();
                return true;
            }));
        }
        all.forEach(CompletableFuture::join);
        assertThat(meter.most()).isEqualTo(2);
    }

    @Test
    void whoGoesOnWaitsForAPermitThatAnotherHasMeanwhile() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        Gate other = new Gate();
        OperationFuture<Boolean> waiting = orders.submit("a", () -> {
            stock.submit("s", inStock).join();
            return ran.add("a goes on");
        });
        inStock.awaitEntered();
        lent(orders, 1);
        orders.execute("b", () -> {
            other.run();
            ran.add("b ends");
        });
        other.awaitEntered();
        orders.execute("b", () -> ran.add("b again"));
        orders.execute("c", () -> ran.add("c"));
        inStock.open();
        wantedBack(orders);
        assertThat(waiting).isNotDone();
        assertThat(orders.stats().active()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        other.open();
        assertThat(waiting.join()).isTrue();
        Eventually.idle(orders);
        assertThat(ran.subList(0, 2))
                .as("it has waited longest, also than the key that is walked")
                .containsExactly("b ends", "a goes on");
    }

    @Test
    void aWaitThatTimesOutTakesThePermitBack() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate never = new Gate();
        OperationFuture<String> held = stock.submit("s", (Callable<String>) never);
        OperationFuture<Integer> waiting = orders.submit("a", () -> {
            assertThatThrownBy(() -> held.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            return permits(orders).lent();
        });
        assertThat(waiting.join()).isZero();
        never.open();
    }

    @Test
    void whatIsCompleteAlreadyIsNotWaitedFor() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(executor));
        OperationFuture<Boolean> first = orders.submit("a", () -> ran.add("a"));
        executor.runAll();
        orders.execute("b", () -> {
            orders.execute("c", () -> ran.add("c"));
            first.join();
            assertThat(executor.size()).as("nobody is woken for a permit").isZero();
            ran.add("b");
        });
        executor.runAll();
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void aThreadOutsideOfOperationsHasNothingToLend() {
        KeyedCoordinator<String> orders = orders(1);
        Gate gate = new Gate();
        OperationFuture<String> running = orders.submit("a", (Callable<String>) gate);
        TestThread<String> outside = TestThread.start(running::join);
        outside.awaitWaiting();
        assertThat(permits(orders).lent()).isZero();
        gate.open();
        assertThat(outside.result()).isEqualTo("through");
    }

    /** A listener is told of the refusal on the thread that has lent its permit for the call that is refused. */
    @Test
    void aPermitIsLentOnlyOnce() {
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> closed =
                coordinators.add(KeyedCoordinator.<String>builder("closed").listener(new Recorder() {
                    @Override
                    public void operationRejected(String atom, Object key, RejectedOperationException rejection) {
                        stock.submit("s", inStock).join();
                    }
                }));
        closed.closeIntake();
        OperationFuture<Boolean> caller = orders.submit("a", () -> closed.call("x", () -> ran.add("never")));
        inStock.awaitEntered();
        Meter meter = new Meter();
        Gate first = new Gate();
        orders.execute("b", () -> {
            meter.enter();
            first.run();
            meter.leave();
        });
        first.awaitEntered();
        orders.execute("c", () -> {
            meter.enter();
            meter.leave();
        });
        assertThat(permits(orders).lent()).isEqualTo(1);
        assertThat(orders.stats().queued()).as("one permit, one operation").isEqualTo(1);
        first.open();
        inStock.open();
        assertThat(catchThrowable(caller::join)).hasCauseInstanceOf(RejectedOperationException.class);
        Eventually.idle(orders);
        assertThat(meter.most()).isEqualTo(1);
        assertThat(permits(orders).lent()).isZero();
    }

    // ---------------------------------------------------------------- what changes meanwhile

    @Test
    void aLimitThatIsLoweredWhileAPermitIsLentHoldsForTheOneWhoTakesItBack() {
        KeyedCoordinator<String> orders = orders(2);
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        Gate b = new Gate();
        Gate c = new Gate();
        OperationFuture<String> waiting = orders.submit("a", () -> {
            String result = stock.submit("s", (Callable<String>) inStock).join();
            assertThat(orders.stats().active()).isEqualTo(1);
            return result;
        });
        lent(orders, 1);
        orders.execute("b", b);
        orders.execute("c", c);
        b.awaitEntered();
        c.awaitEntered();
        orders.setMaxConcurrency(1);
        inStock.open();
        wantedBack(orders);
        b.open();
        Eventually.until("b has ended", () -> orders.stats().active() == 1);
        assertThat(permits(orders).isAwaited()).as("c still runs, and one may").isTrue();
        assertThat(waiting).isNotDone();
        c.open();
        assertThat(waiting.join()).isEqualTo("through");
    }

    @Test
    void aLimitThatIsRaisedLetsTheOneWhoWaitsGoOn() {
        KeyedCoordinator<String> orders = orders(1);
        Gate inStock = new Gate();
        Gate b = new Gate();
        KeyedCoordinator<String> stock = stock();
        OperationFuture<String> waiting = orders.submit(
                "a", () -> stock.submit("s", (Callable<String>) inStock).join());
        lent(orders, 1);
        orders.execute("b", b);
        b.awaitEntered();
        inStock.open();
        wantedBack(orders);
        orders.setMaxConcurrency(2);
        assertThat(waiting.join()).isEqualTo("through");
        b.open();
    }

    @Test
    void whilePausedNothingStartsWithALentPermitAndItsOwnerGoesOn() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        OperationFuture<String> waiting = orders.submit(
                "a", () -> stock.submit("s", (Callable<String>) inStock).join());
        lent(orders, 1);
        orders.pause();
        orders.execute("b", () -> ran.add("b"));
        StructuralCheck.assertSound(orders);
        inStock.open();
        assertThat(waiting.join()).isEqualTo("through");
        assertThat(ran).isEmpty();
        orders.resume();
        Eventually.idle(orders);
        assertThat(ran).containsExactly("b");
    }

    @Test
    void aNestedTurnDoesNotBeginWhileTheAtomIsPaused() {
        KeyedCoordinator<String> orders = orders(1);
        CountDownLatch paused = new CountDownLatch(1);
        OperationFuture<Boolean> waiting = orders.submit("a", () -> {
            Eventually.await(paused);
            return orders.call("b", () -> ran.add("b"));
        });
        Eventually.until("it runs", () -> orders.stats().active() == 1);
        orders.pause();
        paused.countDown();
        Eventually.until("the turn is queued", () -> orders.stats().queued() == 1);
        lent(orders, 1);
        StructuralCheck.assertSound(orders);
        assertThat(ran).isEmpty();
        orders.resume();
        assertThat(waiting.join()).isTrue();
    }

    @Test
    void whoIsInterruptedWhileItWaitsHasItsPermitBack() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate never = new Gate();
        OperationFuture<String> held = stock.submit("s", (Callable<String>) never);
        OperationFuture<Integer> waiting = orders.submit("a", () -> {
            assertThatThrownBy(held::get).isInstanceOf(InterruptedException.class);
            ran.add("interrupted");
            return 1;
        });
        lent(orders, 1);
        Eventually.until("it waits", () -> permits(orders).slots().stream().anyMatch(slot -> slot.waitsFor != null));
        waiting.cancel(true);
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
        assertThat(ran).containsExactly("interrupted");
        never.open();
    }

    @Test
    void anInterruptThatComesWhileItWaitsForThePermitIsKeptForTheBodyWhichGoesOnAtOnce() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        Gate b = new Gate();
        AtomicReference<Thread> thread = new AtomicReference<>();
        OperationFuture<Boolean> waiting = orders.submit("a", () -> {
            thread.set(Thread.currentThread());
            stock.submit("s", inStock).join();
            return Thread.currentThread().isInterrupted();
        });
        lent(orders, 1);
        orders.execute("b", b);
        b.awaitEntered();
        inStock.open();
        wantedBack(orders);
        thread.get().interrupt();
        assertThat(waiting.join()).isTrue();
        orders.execute("c", () -> ran.add("c"));
        assertThat(ran).as("while b has the only permit").isEmpty();
        b.open();
        Eventually.idle(orders);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingEndsTheWaitForWhatWillNotRun(boolean call) {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock =
                coordinators.add(KeyedCoordinator.<String>builder("stock").closeTimeout(Duration.ZERO));
        stock.pauseKey("s");
        OperationFuture<Throwable> waiting = orders.submit(
                "a",
                () -> catchThrowable(() -> {
                    if (call) {
                        stock.call("s", () -> ran.add("never"));
                    } else {
                        stock.submit("s", () -> ran.add("never")).join();
                    }
                }));
        lent(orders, 1);
        Eventually.until("it is queued", () -> stock.stats().queued() == 1);
        stock.close();
        Throwable thrown = waiting.join();
        if (call) {
            assertThat(((RejectedOperationException) thrown).reason()).isEqualTo(Reason.CLOSED);
        } else {
            assertThat(thrown instanceof CompletionException ? thrown.getCause() : thrown)
                    .isInstanceOf(CancellationException.class);
        }
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
        assertThat(ran).isEmpty();
    }

    @Test
    void anAtomThatClosesWhileItsPermitIsLentComesToRest() {
        KeyedCoordinator<String> orders = orders(1);
        KeyedCoordinator<String> stock = stock();
        Gate inStock = new Gate();
        OperationFuture<String> waiting = orders.submit(
                "a", () -> stock.submit("s", (Callable<String>) inStock).join());
        lent(orders, 1);
        orders.execute("b", () -> ran.add("b"));
        TestThread<Object> closer = TestThread.start(() -> {
            orders.close();
            return null;
        });
        Eventually.until("it drains", () -> !orders.isIntakeOpen());
        inStock.open();
        closer.result();
        assertThat(waiting.join()).isEqualTo("through");
        assertThat(ran).containsExactly("b");
    }

    // ---------------------------------------------------------------- executors without a thread to spare

    @Test
    void aNestedTurnOfAFreeKeyNeedsNoThreadThoughOthersWaitForThePermit() {
        KeyedCoordinator<String> orders = ordersOnExactly(1);
        OperationFuture<Boolean> waiting = orders.submit("a", () -> {
            orders.execute("c", () -> ran.add("c"));
            return orders.call("b", () -> ran.add("b"));
        });
        assertThat(waiting.join()).isTrue();
        Eventually.idle(orders);
        assertThat(ran).containsExactly("b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "join", "get with a time limit"})
    void whoHasWaitedForAnotherAtomGoesOnThoughOnlyItsOwnThreadCouldRunTheOnesWhoHaveItsPermit(String how) {
        KeyedCoordinator<String> orders = ordersOnExactlyOneThreadAndNoSpareOne();
        KeyedCoordinator<String> stock = stock();
        OperationFuture<Boolean> waiting = orders.submit("a", () -> {
            for (int i = 0; i < 20; i++) {
                orders.execute("c", () -> ran.add("c"));
                if (how.equals("call")) {
                    stock.call("s", () -> ran.add("s"));
                } else {
                    waitFor(stock.submit("s", () -> ran.add("s")), how);
                }
            }
            return ran.contains("c");
        });
        assertThat(waiting).succeedsWithin(Eventually.DEADLINE).isEqualTo(false);
        Eventually.idle(orders);
        assertThat(ran).hasSize(40);
    }

    @Test
    void asManyThreadsAsPermitsAreEnoughToWaitForAnotherAtom() {
        KeyedCoordinator<String> orders = ordersOnExactly(3);
        KeyedCoordinator<String> stock = stock();
        List<OperationFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String key = "key-" + i % 17;
            String other = "stock-" + i % 5;
            all.add(
                    i % 2 == 0
                            ? orders.submit(key, () -> stock.call(other, () -> true))
                            : orders.submit(
                                    key, () -> stock.submit(other, () -> true).join()));
        }
        all.forEach(
                future -> assertThat(future).succeedsWithin(Eventually.DEADLINE).isEqualTo(true));
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    // ---------------------------------------------------------------- executors that run on the calling thread

    /** Lending wakes somebody, who then runs on this very thread and waits there himself. */
    @Test
    void aWaitOfWhoRunsOnALentPermitOnTheSameThreadDoesNotHideTheOneBelow() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(Runnable::run));
        KeyedCoordinator<String> stock = stock();
        CountDownLatch inB = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Gate other = new Gate();
        OperationFuture<Boolean> b = stock.submit("b", () -> {
            inB.countDown();
            Eventually.await(go);
            return orders.call("a", () -> true);
        });
        Eventually.await(inB);
        OperationFuture<String> brief = stock.submit("other", (Callable<String>) other);
        TestThread<Throwable> below = TestThread.start(() -> {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            orders.execute("a", () -> {
                orders.execute("c", () -> {
                    other.open();
                    brief.join();
                    ran.add("c");
                });
                thrown.set(catchThrowable(b::join));
            });
            return thrown.get();
        });
        Eventually.until("c has run", () -> ran.contains("c"));
        below.awaitWaiting();
        go.countDown();
        assertThat(catchThrowable(() -> b.orTimeout(Eventually.DEADLINE.toSeconds(), TimeUnit.SECONDS)
                        .join()))
                .hasCauseInstanceOf(KeyedDeadlockException.class);
        assertThat(below.result()).hasCauseInstanceOf(KeyedDeadlockException.class);
    }

    @Test
    void callsThatWaitOnOneThreadLeaveNothingBehind() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(Runnable::run));
        orders.execute("a", () -> {
            orders.execute("b", () -> ran.add("b"));
            orders.execute("c", () -> orders.call("d", () -> ran.add("d")));
            orders.call("b", () -> ran.add("turn"));
            ran.add("a");
        });
        assertThat(ran).containsExactlyInAnyOrder("b", "d", "turn", "a");
        assertThat(ran.indexOf("b")).isLessThan(ran.indexOf("turn"));
        StructuralCheck.assertIdle(orders);
    }
}
