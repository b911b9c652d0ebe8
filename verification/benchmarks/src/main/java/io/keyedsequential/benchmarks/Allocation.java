package io.keyedsequential.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Bytes allocated by all threads since the fork began.
 *
 * <p>Since Java 21 the JVM keeps that sum itself, with threads that have ended and with virtual threads, whose allocations
 * count for their carriers. Before, it is added up over the threads that are alive: right as long as no thread ends inside
 * a sample, which holds here, since pools and producers outlive it.
 */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final @Nullable MethodHandle TOTAL = total();

    private Allocation() {}

    static long soFar() {
        if (TOTAL == null) {
            long sum = 0;
            for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
                sum += Math.max(0, bytes); // −1 for a thread that has ended since its id was read
            }
            return sum;
        }
        try {
            return (long) TOTAL.invokeExact(THREADS);
        } catch (Throwable unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static @Nullable MethodHandle total() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(ThreadMXBean.class, "getTotalThreadAllocatedBytes", MethodType.methodType(long.class));
        } catch (NoSuchMethodException | IllegalAccessException absent) {
            return null;
        }
    }
}
