package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/** All decorators as one. */
final class InvocationDecorators {

    private static final Log log = LogFactory.getLog(InvocationDecorators.class);

    private final SingletonSupplier<InvocationDecorator[]> decorators;

    /**
     * Asks these.
     *
     * @param decorators looked up at the first call
     */
    InvocationDecorators(ObjectProvider<InvocationDecorator> decorators) {
        this.decorators = SingletonSupplier.of(() -> decorators.orderedStream().toArray(InvocationDecorator[]::new));
    }

    /** What is to be done around a call; {@code null} if there is nothing. */
    @Nullable
    DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        InvocationDecorator[] asked = decorators.obtain();
        DecoratedInvocation[] parts = new DecoratedInvocation[asked.length];
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

    /**
     * Several around one body, the first one outermost. To each of them but the last this is the body: the ones that it
     * surrounds. One frame each: operators read these stacks.
     */
    private static final class Surroundings implements DecoratedInvocation, DecoratedInvocation.Body {

        /*
         * The fields are plain: attempts follow one another, each happens before the next, and a decorator that hands
         * the body to another thread has to wait for it.
         */

        private final DecoratedInvocation[] parts;
        private final int count;

        /** The innermost body, while an attempt runs. */
        private DecoratedInvocation.@Nullable Body body;

        /** Which of the parts comes next. */
        private int next;

        Surroundings(DecoratedInvocation[] parts, int count) {
            this.parts = parts;
            this.count = count;
        }

        @Override
        public @Nullable Object run(Body attempt) throws Throwable {
            body = attempt;
            next = 1;
            try {
                return parts[0].run(this);
            } finally {
                body = null;
            }
        }

        @Override
        public @Nullable Object run() throws Throwable {
            Body attempt = body;
            if (attempt == null) {
                throw new IllegalStateException("a decorator runs the body when the attempt is over");
            }
            int present = next;
            if (present + 1 == count) {
                return parts[present].run(attempt);
            }
            next = present + 1;
            try {
                return parts[present].run(this);
            } finally {
                next = present;
            }
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
}
