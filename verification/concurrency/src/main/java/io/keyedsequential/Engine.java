package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A whole coordinator whose executor is a queue that the test empties. */
final class Engine {

    /** Far longer than any actor takes; over only when a wake-up was lost. Shorter where the engine is broken on purpose. */
    private static final Duration LOST = Duration.ofSeconds(Integer.getInteger("keyedsequential.patience", 120));

    /** There are millions of engines: none may start a thread that lingers. */
    private static final Timer NEVER = (nanos, action) -> () -> {};

    final CompletableFuture<String> stage = new CompletableFuture<>();

    /** Written by operations of one key, with nothing to order the writes but the engine. */
    int plain;

    private final ConcurrentLinkedQueue<Runnable> runners = new ConcurrentLinkedQueue<>();
    private final KeyedCoordinator<String> coordinator;
    private @Nullable OperationFuture<String> staged;

    private Engine(int maxConcurrency, int capacity) {
        this(maxConcurrency, capacity, capacity);
    }

    private Engine(int maxConcurrency, int capacity, int capacityPerKey) {
        CoordinatorOptions options = KeyedCoordinator.<String>builder("engine")
                .maxConcurrency(maxConcurrency)
                .capacity(capacity)
                .capacityPerKey(capacityPerKey)
                .blockTimeout(LOST)
                .window(0)
                .executor(runners::add)
                .toOptions();
        this.coordinator = new StripedCoordinator<>("engine", options, clockwork(NEVER));
    }

    /**
     * Nothing is due but by the given timer. In particular no runner is handed over again that jcstress does not run
     * for a second: its copy would come when the actor no longer looks for runners.
     */
    static AtomParts.Clockwork clockwork(Timer timer) {
        return new AtomParts.Clockwork(timer, NEVER, NEVER, new SpareThreads("engine", 0, LOST.toNanos()), () -> 0);
    }

    /** Room for two operations, and two of one key that take it. */
    static Engine full() {
        Engine engine = new Engine(1, 2);
        engine.execute("a");
        engine.execute("a");
        return engine;
    }

    /** Room for ten operations, of which a key may have one, and that one. */
    static Engine fullKey() {
        Engine engine = new Engine(1, 10, 1);
        engine.execute("a");
        return engine;
    }

    /** One operation that ends with a stage, and one behind it. */
    static Engine withStage() {
        Engine engine = new Engine(1, 10);
        engine.staged = engine.coordinator.submitAsync("a", () -> engine.stage);
        engine.execute("a");
        return engine;
    }

    /** Room for one operation, and one that ends with a stage, which takes it until the stage has completed. */
    static Engine withStageThatFillsIt() {
        Engine engine = new Engine(1, 1);
        engine.staged = engine.coordinator.submitAsync("a", () -> engine.stage);
        return engine;
    }

    /** One operation. */
    static Engine withOne() {
        Engine engine = new Engine(1, 10);
        engine.execute("a");
        return engine;
    }

    /** An increment of one key and an operation of another. */
    static Engine withTwoKeys() {
        Engine engine = new Engine(2, 10);
        engine.increment("a");
        engine.execute("b");
        return engine;
    }

    boolean execute(String key) {
        try {
            coordinator.execute(key, () -> {});
            return true;
        } catch (RejectedOperationException e) {
            return false;
        }
    }

    void increment(String key) {
        coordinator.execute(key, () -> plain++);
    }

    void runOne() {
        Runnable runner = runners.poll();
        if (runner != null) {
            runner.run();
        }
    }

    void runAll() {
        for (Runnable runner = runners.poll(); runner != null; runner = runners.poll()) {
            runner.run();
        }
    }

    boolean awaitIdle() {
        return coordinator.awaitIdle(LOST);
    }

    boolean stageEnded() {
        return staged != null && staged.isDone();
    }

    long completed() {
        return coordinator.stats().completed();
    }
}
