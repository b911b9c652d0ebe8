package io.keyedsequential;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/** What is known of an executor by its class alone. */
final class KnownExecutors {

    private static final String THREAD_PER_TASK = "java.util.concurrent.ThreadPerTaskExecutor"; // since Java 21

    private KnownExecutors() {}

    /**
     * Whether {@code execute} is known to return without waiting for a place. A subclass, a wrapper, or a pool with a
     * queue or a handler that is not of the JDK may make its caller wait, and so is not known.
     */
    static boolean takesAtOnce(Executor executor) {
        Class<?> type = executor.getClass();
        if (type == ThreadPoolExecutor.class || type == ScheduledThreadPoolExecutor.class) {
            ThreadPoolExecutor pool = (ThreadPoolExecutor) executor;
            return isOfTheJdk(pool.getQueue()) && isOfTheJdk(pool.getRejectedExecutionHandler());
        }
        return type == ForkJoinPool.class || type.getName().equals(THREAD_PER_TASK);
    }

    private static boolean isOfTheJdk(Object part) {
        return part.getClass().getClassLoader() == null;
    }
}
