package io.keyedsequential.spring.aop;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns a plain value. */
final class ValueTarget extends InvocationTarget implements Callable<@Nullable Object> {

    ValueTarget(PreparedCall call) {
        super(call);
    }

    @Override
    public @Nullable Object call() throws Exception {
        try {
            return proceed();
        } catch (Throwable e) {
            throw Rethrow.unchanged(e);
        }
    }
}
