package io.keyedsequential.spring.aop;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns nothing, and tells the application's handler when it fails. */
final class VoidTarget extends InvocationTarget implements Callable<@Nullable Object> {

    private final UncaughtFailures failures;

    VoidTarget(PreparedCall call, UncaughtFailures failures) {
        super(call);
        this.failures = failures;
    }

    @Override
    public @Nullable Object call() throws Exception {
        try {
            proceed();
            return null;
        } catch (Throwable e) {
            failures.tell(e, rest().getMethod(), invocation().arguments());
            throw Rethrow.unchanged(e);
        }
    }
}
