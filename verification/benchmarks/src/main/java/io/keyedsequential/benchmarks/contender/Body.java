package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does. Both a {@link Runnable} and a {@link Callable}, so that no contender pays for an adapter and the
 * bytes counted per operation are the contender's own.
 */
@FunctionalInterface
public interface Body extends Runnable, Callable<@Nullable Void> {

    @Override
    default @Nullable Void call() {
        run();
        return null;
    }
}
