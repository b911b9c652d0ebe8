package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thread whose stack is nearly full calls the engine, at many depths: it either gets its StackOverflowError before anything has
 * changed, or what it has asked for is done.
 */
@Timeout(600)
class StackOverflowTest {

    /** The way in is tried at so many depths on, after it has found room. */
    private static final int TRIES_WITH_ROOM = 10;

    /** More than are tried. */
    private static final int STAGES = 3_000;

    /** Between two tries the stack unwinds by so many calls. */
    private static final int STEP = 3;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final KeyedCoordinator<Integer> orders = coordinators.add(
            KeyedCoordinator.<Integer>builder("orders").maxConcurrency(2).closeTimeout(Duration.ZERO));

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Queue<Future<?>> futures = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Integer>> awaited = new ConcurrentLinkedQueue<>();

    /** One call of the engine. */
    private interface WayIn {
        void go(StackOverflowTest test, int key) throws Exception;
    }

    private static final Map<String, WayIn> WAYS_IN = new TreeMap<>(Map.ofEntries(
            Map.entry("execute", (test, key) -> {
                test.orders.execute(key, test.begun::incrementAndGet);
                test.accepted.incrementAndGet();
            }),
            Map.entry("tryExecute", (test, key) -> {
                if (test.orders.tryExecute(key, test.begun::incrementAndGet)) {
                    test.accepted.incrementAndGet();
                }
            }),
            Map.entry("submit", (test, key) -> test.futures.add(test.orders.submit(key, () -> 1))),
            Map.entry(
                    "submitAsync",
                    (test, key) ->
                            test.futures.add(test.orders.submitAsync(key, () -> CompletableFuture.completedFuture(1)))),
            Map.entry(
                    "submitLatest",
                    (test, key) ->
                            test.futures.add(test.orders.submitLatest(key, Coalescing.latest("group"), () -> 1))),
            Map.entry("call", (test, key) -> test.orders.call(key, () -> 1)),
            Map.entry("tryCall", (test, key) -> {
                try {
                    test.orders.tryCall(key, () -> 1);
                } catch (RejectedOperationException e) {
                    assertThat(e.reason()).isEqualTo(RejectedOperationException.Reason.BUSY);
                }
            }),
            Map.entry("reserve", (test, key) -> {
                try (Reservation place = test.orders.reserve(key)) {
                    test.futures.add(place.submit(() -> 1));
                }
            }),
            Map.entry("cancel", (test, key) -> test.orders.submit(key, () -> 1).cancel(true)),
            Map.entry("cancel by id", (test, key) -> {
                OperationFuture<Integer> future = test.orders.submit(key, () -> 1);
                test.futures.add(future);
                test.orders.cancel(future.operationId());
            }),
            Map.entry("join", (test, key) -> test.orders.submit(key, () -> 1).join()),
            Map.entry("get", (test, key) -> {
                try {
                    test.orders.submit(key, () -> 1).get(1, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    test.accepted.get(); // it may have its time
                }
            }),
            Map.entry("pause", (test, key) -> {
                test.orders.pause();
                test.orders.resume();
            }),
            Map.entry("pauseKey", (test, key) -> {
                test.orders.pauseKey(key);
                test.orders.resumeKey(key);
            }),
            Map.entry("purge", (test, key) -> {
                test.futures.add(test.orders.submit(key, () -> 1));
                test.orders.purge(key);
            }),
            Map.entry("complete a stage", (test, key) -> {
                CompletableFuture<Integer> stage = test.awaited.poll();
                assertThat(stage).isNotNull();
                stage.complete(1); // its future loses what overflows there, and says nothing
            }),
            Map.entry("limit", (test, key) -> test.orders.setMaxConcurrency(1 + key)),
            Map.entry("look", (test, key) -> {
                test.orders.lane(key);
                test.orders.snapshot();
                test.orders.stuckLanes(Duration.ZERO, 5);
            })));

    static Stream<String> waysIn() {
        return WAYS_IN.keySet().stream();
    }

    private int calls;
    private int withRoom;

    /** Fills the stack, then tries at every few calls on the way back. */
    private void descend(WayIn way) {
        try {
            descend(way);
        } catch (StackOverflowError e) {
            calls++;
            if (calls % STEP == 0 && withRoom < TRIES_WITH_ROOM) {
                attempt(way);
            }
            throw e;
        }
    }

    private void attempt(WayIn way) {
        try {
            way.go(this, calls & 3);
            withRoom++;
        } catch (StackOverflowError e) {
            withRoom = 0;
        } catch (Exception e) {
            throw new AssertionError("at call " + calls, e);
        }
    }

    private void fillTheStackAndTry(WayIn way) {
        try {
            descend(way);
        } catch (StackOverflowError e) {
            assertThat(withRoom).isEqualTo(TRIES_WITH_ROOM); // and so is the whole of what was to be tried
        }
    }

    @ParameterizedTest
    @MethodSource("waysIn")
    void onAnyThread(String name) throws Exception {
        WayIn way = WAYS_IN.get(name);
        awaitStages(name);
        way.go(this, 0); // what the machine loads at the first call is not what is tested
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        fillTheStackAndTry(way);
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                },
                "deep",
                512 * 1024);
        thread.start();
        done.get(Eventually.DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        nothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("waysIn")
    void insideAnOperation(String name) throws Exception {
        WayIn way = WAYS_IN.get(name);
        awaitStages(name);
        way.go(this, 0);
        KeyedCoordinator<String> others = coordinators.add(KeyedCoordinator.<String>builder("others")
                .maxConcurrency(1)
                .executor(body -> new Thread(null, body, "deep", 512 * 1024).start())
                .closeTimeout(Duration.ZERO));
        others.submit("deep", () -> {
                    fillTheStackAndTry(way);
                    return null;
                })
                .get(Eventually.DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        nothingIsLeft();
    }

    private void awaitStages(String name) {
        if (name.equals("complete a stage")) {
            for (int i = 0; i < STAGES; i++) {
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                awaited.add(stage);
                futures.add(orders.submitAsync(4 + i, () -> stage));
            }
            Eventually.until("all await their stage", () -> orders.stats().awaiting() == STAGES);
        }
    }

    private void nothingIsLeft() {
        awaited.forEach(stage -> stage.complete(1));
        orders.snapshot().stream() // whose stage has lost its end
                .filter(operation -> operation.state() == OperationState.AWAITING)
                .forEach(operation -> orders.abandon(operation.id()));
        orders.setMaxConcurrency(2);
        orders.resume();
        for (int key = 0; key < 4; key++) {
            orders.resumeKey(key);
        }
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
        assertThat(futures).allMatch(Future::isDone);
        assertThat(begun.get()).isGreaterThanOrEqualTo(accepted.get());
        for (int key = 0; key < 4; key++) {
            assertThat(orders.submit(key, () -> 1).join()).isEqualTo(1);
        }
    }
}
