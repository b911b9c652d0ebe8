package io.keyedsequential.benchmarks.contender;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A {@link KeyedCoordinator}, entered through {@code execute} or through {@code submit}. */
final class Ours implements Contender {

    /** How an operation is handed over. */
    @FunctionalInterface
    interface Entrance {
        void enter(KeyedCoordinator<Long> coordinator, Long key, Body body);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KeyedCoordinator<Long> coordinator;
    private final Entrance entrance;
    private final @Nullable ExecutorService pool;

    private Ours(KeyedCoordinator<Long> coordinator, Entrance entrance, @Nullable ExecutorService pool) {
        this.coordinator = coordinator;
        this.entrance = entrance;
        this.pool = pool;
    }

    /**
     * Builds the coordinator on the threads that a measurement asks for.
     *
     * @param builder with the options of this contender
     * @param entrance how operations come in
     * @param threads platform threads: the coordinator's own pool; virtual: a virtual thread per runner
     */
    static Ours open(KeyedCoordinator.Builder<Long> builder, Entrance entrance, Threads threads) {
        builder.maxConcurrency(threads.permits());
        ExecutorService pool = null;
        if (threads.virtual()) {
            pool = VirtualThreads.newExecutorPerThread();
            builder.executor(pool);
        }
        return new Ours(builder.build(), entrance, pool);
    }

    static void byExecute(KeyedCoordinator<Long> coordinator, Long key, Body body) {
        coordinator.execute(key, body);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is measured is the price of having it
    static void bySubmit(KeyedCoordinator<Long> coordinator, Long key, Body body) {
        coordinator.<@Nullable Void>submit(key, body);
    }

    @Override
    public void execute(Long key, Body body) {
        entrance.enter(coordinator, key, body);
    }

    @Override
    public List<String> imbalances(long operations) {
        List<String> imbalances = new ArrayList<>();
        if (!coordinator.awaitIdle(PATIENCE)) {
            imbalances.add("not idle after " + PATIENCE);
        }
        CoordinatorStats stats = coordinator.stats();
        expect(imbalances, "admitted", operations, stats.admitted());
        expect(imbalances, "completed", operations, stats.completed());
        expect(imbalances, "failed", 0, stats.failed());
        expect(imbalances, "cancelled", 0, stats.cancelled());
        expect(imbalances, "rejected", 0, stats.rejected());
        expect(imbalances, "queued", 0, stats.queued());
        expect(imbalances, "active", 0, stats.active());
        expect(imbalances, "awaiting", 0, stats.awaiting());
        expect(imbalances, "lanes", 0, stats.lanes());
        expect(imbalances, "blockedCallers", 0, stats.blockedCallers());
        return imbalances;
    }

    private static void expect(List<String> imbalances, String what, long expected, long actual) {
        if (expected != actual) {
            imbalances.add("stats: %s is %d, expected %d".formatted(what, actual, expected));
        }
    }

    @Override
    public void close() {
        coordinator.close();
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
