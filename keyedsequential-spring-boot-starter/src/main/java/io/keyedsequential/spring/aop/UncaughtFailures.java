package io.keyedsequential.spring.aop;

import java.lang.reflect.Method;
import java.util.Objects;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.function.SingletonSupplier;

/**
 * Where failures of {@code void} methods go: to the handler that the application has for {@code @Async}. Without one, they
 * are logged as {@code @Async} logs them.
 */
public final class UncaughtFailures {

    private static final Log log = LogFactory.getLog(UncaughtFailures.class);

    private final SingletonSupplier<AsyncUncaughtExceptionHandler> handler;

    /**
     * Takes the handler from the first of these that has one: Boot's own configurer has none.
     *
     * @param configurers asked at the first failure
     */
    public UncaughtFailures(ObjectProvider<AsyncConfigurer> configurers) {
        this.handler = SingletonSupplier.of(() -> configurers
                .orderedStream()
                .map(AsyncConfigurer::getAsyncUncaughtExceptionHandler)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(SimpleAsyncUncaughtExceptionHandler::new));
    }

    void tell(Throwable failure, Method method, @Nullable Object[] arguments) {
        try {
            handler.obtain().handleUncaughtException(failure, method, arguments);
        } catch (RuntimeException e) {
            e.addSuppressed(failure);
            log.error("The AsyncUncaughtExceptionHandler failed for " + Methods.describe(method), e);
        }
    }
}
