package io.keyedsequential.spring.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a call costs the threads of this JVM: all of them together, but not those of the garbage collector and of the
 * compilers. Threads that end meanwhile are not counted; neither kind of call has any.
 *
 * @param processorNanos processor time of a call
 * @param bytes what a call allocates
 * @param elapsedNanos time by the clock
 */
record ThreadCosts(double processorNanos, double bytes, double elapsedNanos) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A batch of calls. */
    @FunctionalInterface
    interface Batch {
        void run() throws InterruptedException;
    }

    static ThreadCosts perCall(int batches, Batch batch) throws InterruptedException {
        double calls = (double) batches * AnnotatedCall.BATCH;
        long began = System.nanoTime();
        long processor = allProcessorNanos();
        long bytes = allocatedBytes();
        for (int i = 0; i < batches; i++) {
            batch.run();
        }
        bytes = allocatedBytes() - bytes;
        processor = allProcessorNanos() - processor;
        return new ThreadCosts(processor / calls, bytes / calls, (System.nanoTime() - began) / calls);
    }

    private static long allProcessorNanos() {
        return sumOfKnown(THREADS.getThreadCpuTime(THREADS.getAllThreadIds()));
    }

    private static long allocatedBytes() {
        return sumOfKnown(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()));
    }

    /** A thread that has just ended counts as -1. */
    private static long sumOfKnown(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += Math.max(0, value);
        }
        return sum;
    }
}
