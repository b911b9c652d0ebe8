package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What people write by hand: the last future of each key in a map, the next operation hung onto it. */
final class FutureChains implements Contender {

    private final ConcurrentHashMap<Long, CompletableFuture<@Nullable Void>> tails = new ConcurrentHashMap<>();
    private final ExecutorService pool;

    FutureChains(Threads threads) {
        this.pool = threads.newPool();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the clean-up's own future tells nobody anything
    public void execute(Long key, Body body) {
        CompletableFuture<@Nullable Void> last = tails.compute(
                key,
                (k, tail) -> tail == null
                        ? CompletableFuture.runAsync(body, pool)
                        // handle, not thenRun: a body that throws must not take its followers with it.
                        : tail.handleAsync((result, error) -> body.call(), pool));
        // Outside compute: a future that is already complete calls back at once, and a map must not be changed from
        // inside
        // its own compute. Removing by key *and* value leaves a chain alone that somebody has lengthened meanwhile.
        last.whenComplete((result, error) -> tails.remove(key, last));
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
