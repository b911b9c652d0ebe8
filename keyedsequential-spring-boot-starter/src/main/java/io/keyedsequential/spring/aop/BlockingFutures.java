package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Methods;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Futures that cannot tell when they are complete. A thread has to wait for them, since the key is held until they are;
 * a warning says once per method that this takes a thread and a permit.
 */
final class BlockingFutures {

    private static final Log log = LogFactory.getLog(BlockingFutures.class);

    private final Set<Method> warned = ConcurrentHashMap.newKeySet();

    /** A method that is to return a plain value has returned something that its caller's thread waits for. */
    void warnIfUnfinished(Future<?> future, Object returned, Method method) {
        if (!future.isDone() && warned.add(method)) {
            log.warn(
                    ("%s returned a %s, although it does not declare a future: its caller waits with a permit until it is done."
                                    + " Declare CompletableFuture to hold only the key.")
                            .formatted(
                                    Methods.describe(method),
                                    returned.getClass().getName()));
        }
    }

    CompletionStage<? extends @Nullable Object> await(Future<?> future, Method method) {
        if (!future.isDone() && warned.add(method)) {
            log.warn(("%s returned a %s, which is no CompletionStage: a thread and a permit wait until it is done."
                            + " Return a CompletableFuture to hold only the key.")
                    .formatted(Methods.describe(method), future.getClass().getName()));
        }
        try {
            return CompletableFuture.completedFuture(future.get());
        } catch (ExecutionException e) {
            return CompletableFuture.failedFuture(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        }
    }
}
