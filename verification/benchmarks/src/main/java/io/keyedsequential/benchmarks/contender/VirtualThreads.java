package io.keyedsequential.benchmarks.contender;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reaches virtual threads from bytecode that also runs on Java 17, which has none. */
public final class VirtualThreads {

    /** The first Java release that has them. */
    public static final int SINCE = 21;

    private VirtualThreads() {}

    /**
     * The JDK's executor that starts one virtual thread per piece of work.
     *
     * @return a new executor; the caller closes it
     */
    static ExecutorService newExecutorPerThread() {
        try {
            MethodHandle factory = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) factory.invokeExact();
        } catch (NoSuchMethodException absent) {
            throw new UnsupportedOperationException("virtual threads need Java " + SINCE, absent);
        } catch (Throwable unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
