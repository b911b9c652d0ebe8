package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Methods;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method whose declared type says nothing of what it returns, such as {@code Object}. What is under way is
 * waited for inside of the turn; what would only begin later, when the key is free, is refused.
 */
final class AnyTarget extends ValueTarget {

    AnyTarget(PreparedCall call) {
        super(call);
    }

    @Override
    @Nullable
    Object finished(@Nullable Object returned) throws InterruptedException {
        if (returned instanceof RunnableFuture<?>
                || (returned != null && ReturnTypes.isBegunLater(returned.getClass()))) {
            throw new IllegalStateException(
                    ("%s: %s returned a %s, whose work would be done when the key is free. Declare "
                                    + "the type that it returns, so that the start-up can tell, or return the finished "
                                    + "value.")
                            .formatted(
                                    invocation().atom(),
                                    Methods.describe(rest().getMethod()),
                                    returned.getClass().getName()));
        }
        return returned instanceof Future<?> future ? awaited(future) : super.finished(returned);
    }
}
