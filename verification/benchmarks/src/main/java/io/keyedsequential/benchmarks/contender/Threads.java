package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How many operations may run at once, and on what kind of thread.
 *
 * @param permits operations that may run at once
 * @param virtual whether each piece of work gets a virtual thread of its own instead of one of a fixed pool
 */
public record Threads(int permits, boolean virtual) {

    /**
     * An unordered executor that runs at most {@link #permits()} bodies at once.
     *
     * @return a new executor; the caller closes it
     */
    ExecutorService newPool() {
        return virtual
                ? new PermitLimitedExecutor(permits, VirtualThreads.newExecutorPerThread())
                : Executors.newFixedThreadPool(permits);
    }
}
