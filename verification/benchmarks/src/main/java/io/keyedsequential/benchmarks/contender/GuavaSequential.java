package io.keyedsequential.benchmarks.contender;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/**
 * Guava's {@code newSequentialExecutor}, one per key. Nothing tells when such an executor is idle, so none is ever
 * removed: a key that was used once stays.
 */
final class GuavaSequential implements Contender {

    private final ConcurrentHashMap<Long, Executor> byKey = new ConcurrentHashMap<>();
    private final ExecutorService pool;

    GuavaSequential(Threads threads) {
        this.pool = threads.newPool();
    }

    @Override
    public void execute(Long key, Body body) {
        Executor sequential = byKey.get(key);
        if (sequential == null) {
            sequential = byKey.computeIfAbsent(key, k -> MoreExecutors.newSequentialExecutor(pool));
        }
        sequential.execute(body);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
