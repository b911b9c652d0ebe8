package io.keyedsequential.benchmarks.contender;

import com.github.phantomthief.pool.KeyAffinityExecutor;

/**
 * more-lambdas' {@code KeyAffinityExecutor}: one-thread pools; a key is tied to the least busy one when its first
 * operation arrives and set free when its last has ended.
 */
final class MoreLambdasAffinity implements Contender {

    /** The library's word for a queue without a bound; its default of 100 per thread would block the producers. */
    private static final int UNBOUNDED = 0;

    private final KeyAffinityExecutor<Long> executor;

    MoreLambdasAffinity(Threads threads) {
        this.executor = KeyAffinityExecutor.newSerializingExecutor(threads.permits(), UNBOUNDED, "more-lambdas-%d");
    }

    @Override
    public void execute(Long key, Body body) {
        executor.executeEx(key, body::run);
    }

    @Override
    public void close() {
        try {
            executor.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
