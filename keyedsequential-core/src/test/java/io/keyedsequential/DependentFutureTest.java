package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waits for what has been made of an operation's future. */
@Timeout(600)
class DependentFutureTest {

    private interface Made {
        CompletableFuture<?> of(OperationFuture<Integer> first, OperationFuture<Integer> second);
    }

    /** Those that do not complete by themselves before the first operation ends. */
    private static final Map<String, Made> AFTER_THE_FIRST = new LinkedHashMap<>();

    /** The others. */
    private static final Map<String, Made> OTHERS = new LinkedHashMap<>();

    static {
        AFTER_THE_FIRST.put("itself", (f, g) -> f);
        AFTER_THE_FIRST.put("thenApply", (f, g) -> f.thenApply(x -> x));
        AFTER_THE_FIRST.put("thenAccept", (f, g) -> f.thenAccept(x -> {}));
        AFTER_THE_FIRST.put("thenRunAsync", (f, g) -> f.thenRunAsync(() -> {}));
        AFTER_THE_FIRST.put("handle", (f, g) -> f.handle((x, e) -> x));
        AFTER_THE_FIRST.put("whenComplete", (f, g) -> f.whenComplete((x, e) -> {}));
        AFTER_THE_FIRST.put("exceptionally", (f, g) -> f.exceptionally(e -> 0));
        AFTER_THE_FIRST.put("copy", (f, g) -> f.copy());
        AFTER_THE_FIRST.put("toCompletableFuture", (f, g) -> f.toCompletableFuture());
        AFTER_THE_FIRST.put(
                "minimalCompletionStage", (f, g) -> f.minimalCompletionStage().toCompletableFuture());
        AFTER_THE_FIRST.put(
                "a dependent of a minimal stage",
                (f, g) -> f.minimalCompletionStage().thenApply(x -> x).toCompletableFuture());
        AFTER_THE_FIRST.put("thenCombine", (f, g) -> f.thenCombine(g, Integer::sum));
        AFTER_THE_FIRST.put("thenCompose", (f, g) -> f.thenCompose(x -> g));
        AFTER_THE_FIRST.put("runAfterBoth", (f, g) -> f.runAfterBoth(g, () -> {}));
        AFTER_THE_FIRST.put(
                "a dependent of a dependent",
                (f, g) -> f.thenApply(x -> x).handle((x, e) -> x).copy());
        OTHERS.put("acceptEither", (f, g) -> f.acceptEither(g, x -> {}));
        OTHERS.put(
                "applyToEither of a minimal stage",
                (f, g) -> f.minimalCompletionStage().applyToEither(g, x -> x).toCompletableFuture());
        OTHERS.put("applyToEitherAsync", (f, g) -> f.applyToEitherAsync(g, x -> x));
        OTHERS.put("orTimeout", (f, g) -> f.orTimeout(1, TimeUnit.HOURS));
        OTHERS.put("completeOnTimeout", (f, g) -> f.thenApply(x -> x).completeOnTimeout(3, 1, TimeUnit.HOURS));
        OTHERS.put("allOf", (f, g) -> OperationFuture.allOf(f, g));
        OTHERS.put("anyOf", (f, g) -> OperationFuture.anyOf(f, g));
        OTHERS.put("lending(allOf)", (f, g) -> OperationFuture.lending(CompletableFuture.allOf(f, g)));
    }

    private static final Map<String, Function<CompletableFuture<?>, Object>> WAYS = Map.of(
            "join", CompletableFuture::join,
            "get", DependentFutureTest::get,
            "get with a time limit", DependentFutureTest::getInAnHour);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private static Object get(CompletableFuture<?> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static Object getInAnHour(CompletableFuture<?> future) {
        try {
            return future.get(1, TimeUnit.HOURS);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    static Stream<String> all() {
        return Stream.concat(AFTER_THE_FIRST.keySet().stream(), OTHERS.keySet().stream());
    }

    static Stream<String> afterTheFirst() {
        return AFTER_THE_FIRST.keySet().stream();
    }

    private static Made made(String name) {
        Made made = AFTER_THE_FIRST.get(name);
        return made == null ? OTHERS.get(name) : made;
    }

    @ParameterizedTest
    @MethodSource("all")
    void anOperationThatWaitsForItLendsItsOnlyPermit(String what) {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        WAYS.forEach((name, way) -> {
            OperationFuture<Object> waiting = orders.submit("a", () -> {
                way.apply(made(what).of(orders.submit("b", () -> 1), orders.submit("c", () -> 2)));
                return name;
            });
            assertThat(waiting.join()).isEqualTo(name);
        });
    }

    @Test
    void whatAnExecutorOfAKeyCompletesIsWaitedForThroughLending() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(1));
        OperationFuture<Integer> waiting = orders.submit(
                "a", () -> OperationFuture.lending(CompletableFuture.supplyAsync(() -> 1, orders.executor("b")))
                        .join());
        assertThat(waiting.join()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("afterTheFirst")
    void aCircleThroughItIsRefused(String what) {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(4));
        OperationFuture<Integer> third = orders.submit("c", () -> 1);
        CyclicBarrier both = new CyclicBarrier(2);
        List<OperationFuture<Object>> futures = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            String other = key.equals("a") ? "b" : "a";
            futures.add(orders.submit(key, () -> {
                both.await(120, TimeUnit.SECONDS);
                return made(what).of(orders.submit(other, () -> 1), third).join();
            }));
        }
        List<Throwable> failures =
                futures.stream().map(future -> catchThrowable(future::join)).toList();
        assertThat(failures)
                .anySatisfy(failure -> assertThat(failure).hasCauseInstanceOf(KeyedDeadlockException.class));
    }

    @Test
    void oneWithATimeLimitOfItsOwnIsWaitedForUntilThen() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        CyclicBarrier both = new CyclicBarrier(2);
        List<OperationFuture<Throwable>> futures = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            String other = key.equals("a") ? "b" : "a";
            futures.add(orders.submit(key, () -> {
                both.await(120, TimeUnit.SECONDS);
                return catchThrowable(() -> orders.submit(other, () -> 1)
                        .orTimeout(50, TimeUnit.MILLISECONDS)
                        .join());
            }));
        }
        // The second may find that the first has gone, and its key open.
        assertThat(futures)
                .extracting(OperationFuture::join)
                .doesNotHaveAnyElementsOfTypes(KeyedDeadlockException.class)
                .anySatisfy(failure -> assertThat(failure).hasCauseInstanceOf(TimeoutException.class));
    }

    @Test
    void whatEitherOfTwoCompletesIsNoCircle() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        OperationFuture<Object> waiting = orders.submit("a", () -> {
            OperationFuture<Integer> own = orders.submit("a", () -> 1); // behind this one: it waits for us
            return own.applyToEither(orders.submit("b", () -> 2), x -> x).join();
        });
        assertThat(waiting.join()).isEqualTo(2);
    }

    @Test
    void aMinimalStageIsAStageAndNothingMore() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        Gate gate = new Gate();
        OperationFuture<String> future = orders.submit("a", (Callable<String>) gate);
        CompletionStage<String> minimal = future.minimalCompletionStage();
        CompletableFuture<String> cast = (CompletableFuture<String>) minimal;
        assertThat(List.<Runnable>of(
                        cast::join,
                        cast::isDone,
                        cast::isCancelled,
                        cast::isCompletedExceptionally,
                        cast::getNumberOfDependents,
                        () -> cast.getNow("x"),
                        () -> cast.complete("x"),
                        () -> cast.completeExceptionally(new IllegalStateException()),
                        () -> cast.completeAsync(() -> "x"),
                        () -> cast.completeOnTimeout("x", 1, TimeUnit.HOURS),
                        () -> cast.orTimeout(1, TimeUnit.HOURS),
                        () -> cast.obtrudeValue("x"),
                        () -> cast.obtrudeException(new IllegalStateException()),
                        () -> cast.cancel(true)))
                .allSatisfy(method ->
                        assertThat(catchThrowable(method::run)).isInstanceOf(UnsupportedOperationException.class));
        minimal.toCompletableFuture().complete("by hand");
        gate.open();
        assertThat(future.join()).isEqualTo("through");
        assertThat(minimal.thenApply(x -> x + "!").toCompletableFuture().join()).isEqualTo("through!");
        OperationFuture<String> failing = orders.submit("a", () -> {
            throw new IllegalStateException("no stock");
        });
        assertThat(catchThrowable(failing.minimalCompletionStage().toCompletableFuture()::join))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("no stock");
    }
}
