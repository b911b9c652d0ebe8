package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.function.SingletonSupplier;

/**
 * Where failures of {@code void} methods go, once for each operation: to the log, and to the handler that the
 * application has for {@code @Async}.
 */
final class UncaughtFailures {

    private static final Log log = LogFactory.getLog(UncaughtFailures.class);

    private final SingletonSupplier<Optional<AsyncUncaughtExceptionHandler>> handler;
    private final LoggedKeys keys;

    /**
     * Takes the handler from the first of these that has one: Boot's own configurer has none. Spring's
     * {@link SimpleAsyncUncaughtExceptionHandler} is not told: it would log what is logged already.
     *
     * @param configurers asked at the first failure
     * @param keys names keys
     */
    UncaughtFailures(ObjectProvider<AsyncConfigurer> configurers, LoggedKeys keys) {
        this.keys = keys;
        this.handler = SingletonSupplier.of(() -> configurers
                .orderedStream()
                .map(AsyncConfigurer::getAsyncUncaughtExceptionHandler)
                .filter(Objects::nonNull)
                .filter(found -> found.getClass() != SimpleAsyncUncaughtExceptionHandler.class)
                .findFirst());
    }

    /** An operation whose future no caller holds has failed. */
    void tell(Throwable failure, long operationId, int attempts, KeyedInvocation invocation, Method method) {
        log.error(
                "%s: operation %d (%s) of key %s has failed %s"
                        .formatted(
                                invocation.atom(),
                                operationId,
                                invocation.title(),
                                keys.of(invocation.key()),
                                after(attempts)),
                failure);
        tellHandler(failure, invocation, method);
    }

    /** A call was refused when its caller's transaction had committed, and is lost: no caller is left to throw to. */
    void tellRefused(Throwable refusal, KeyedInvocation invocation, Method method) {
        log.error(
                "%s: a call (%s) of key %s was not enqueued after the commit"
                        .formatted(invocation.atom(), invocation.title(), keys.of(invocation.key())),
                refusal);
        tellHandler(refusal, invocation, method);
    }

    /** What is thrown to a caller that has waited for its turn, or for the end of its method, for too long. */
    OperationTimeoutException timedOut(TimeoutException timeout, KeyedInvocation invocation) {
        return new OperationTimeoutException(invocation.atom(), keys.of(invocation.key()), timeout);
    }

    private void tellHandler(Throwable failure, KeyedInvocation invocation, Method method) {
        try {
            handler.obtain().ifPresent(told -> told.handleUncaughtException(failure, method, invocation.arguments()));
        } catch (RuntimeException | Error e) {
            log.error("The AsyncUncaughtExceptionHandler failed for " + Methods.describe(method), e);
        }
    }

    private static String after(int attempts) {
        return switch (attempts) {
            case 0 -> "before it began";
            case 1 -> "after 1 attempt";
            default -> "after " + attempts + " attempts";
        };
    }
}
