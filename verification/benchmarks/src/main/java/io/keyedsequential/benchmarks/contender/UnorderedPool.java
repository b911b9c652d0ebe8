package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.ExecutorService;

/** The floor: an executor that ignores the key. Keeps no order, and so shows what order costs. */
final class UnorderedPool implements Contender {

    private final ExecutorService pool;

    UnorderedPool(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    public void execute(Long key, Body body) {
        pool.execute(body);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
