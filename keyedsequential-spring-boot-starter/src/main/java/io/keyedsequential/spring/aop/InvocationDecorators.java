package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.DecoratedInvocation;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.OperationSignature;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/** All decorators as one. */
final class InvocationDecorators {

    private static final Log log = LogFactory.getLog(InvocationDecorators.class);

    private final SingletonSupplier<List<InvocationDecorator>> decorators;

    /**
     * Asks these.
     *
     * @param decorators looked up at the first call
     */
    InvocationDecorators(ObjectProvider<InvocationDecorator> decorators) {
        this.decorators = SingletonSupplier.of(() -> decorators.orderedStream().toList());
    }

    /** What is to be done around a call; {@code null} if there is nothing. */
    @Nullable
    DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        List<InvocationDecorator> asked = decorators.obtain();
        DecoratedInvocation[] parts = new DecoratedInvocation[asked.size()];
        int count = 0;
        try {
            for (InvocationDecorator decorator : asked) {
                DecoratedInvocation one = decorator.decorate(invocation, callersThread);
                if (one != null) {
                    parts[count++] = one;
                }
            }
        } catch (RuntimeException | Error e) {
            new Surroundings(parts, count).ended(e); // those before it have begun something
            throw e;
        }
        return switch (count) {
            case 0 -> null;
            case 1 -> parts[0];
            default -> new Surroundings(parts, count);
        };
    }

    /** The key of a call whose expression has yielded none; {@code null} if no decorator knows one. */
    @Nullable
    Object keyInsteadOfNull(OperationSignature operation) {
        for (InvocationDecorator decorator : decorators.obtain()) {
            Object key = decorator.keyInsteadOfNull(operation);
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    /** Tells how an operation ended. What is thrown is logged: no caller could act on it. */
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

    /** Several around one body, the first one outermost. */
    private static final class Surroundings implements DecoratedInvocation {

        private final DecoratedInvocation[] parts;
        private final int count;

        Surroundings(DecoratedInvocation[] parts, int count) {
            this.parts = parts;
            this.count = count;
        }

        @Override
        public @Nullable Object run(Body body) throws Throwable {
            return parts[0].run(new Inside(this, 1, body));
        }

        /** That of the innermost one that knows: what is around it is the caller's. */
        @Override
        public @Nullable String traceId() {
            String trace = null;
            for (int i = count - 1; i >= 0 && trace == null; i--) {
                trace = parts[i].traceId();
            }
            return trace;
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            for (int i = count - 1; i >= 0; i--) {
                InvocationDecorators.ended(parts[i], failure);
            }
        }
    }

    /** What the ones before this one surround. One frame each: operators read these stacks. */
    private record Inside(Surroundings all, int next, DecoratedInvocation.Body body)
            implements DecoratedInvocation.Body {

        @Override
        public @Nullable Object run() throws Throwable {
            DecoratedInvocation part = all.parts[next];
            return part.run(next + 1 == all.count ? body : new Inside(all, next + 1, body));
        }
    }
}
