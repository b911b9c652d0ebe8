package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.DecoratedInvocation;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/** All decorators as one. */
public final class InvocationDecorators {

    private static final Log log = LogFactory.getLog(InvocationDecorators.class);

    private final SingletonSupplier<List<InvocationDecorator>> decorators;

    /**
     * Asks these.
     *
     * @param decorators looked up at the first call
     */
    public InvocationDecorators(ObjectProvider<InvocationDecorator> decorators) {
        this.decorators = SingletonSupplier.of(() -> decorators.orderedStream().toList());
    }

    /** What is to be done around a call; {@code null} if there is nothing. */
    @Nullable
    DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        DecoratedInvocation all = null;
        try {
            for (InvocationDecorator decorator : decorators.obtain()) {
                DecoratedInvocation one = decorator.decorate(invocation, callersThread);
                if (one != null) {
                    all = all == null ? one : new Nested(all, one);
                }
            }
        } catch (RuntimeException | Error e) {
            ended(all, e); // those before it have begun something
            throw e;
        }
        return all;
    }

    /** Tells how an operation ended; nobody could do anything about what is thrown. */
    static void ended(@Nullable DecoratedInvocation decorated, @Nullable Throwable failure) {
        if (decorated == null) {
            return;
        }
        try {
            decorated.ended(failure);
        } catch (RuntimeException | Error e) {
            log.error("A decorator failed when it was told that an operation had ended", e);
        }
    }

    private record Nested(DecoratedInvocation outer, DecoratedInvocation inner) implements DecoratedInvocation {

        @Override
        public @Nullable Object run(Body body) throws Throwable {
            return outer.run(() -> inner.run(body));
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            InvocationDecorators.ended(inner, failure);
            InvocationDecorators.ended(outer, failure);
        }
    }
}
