package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.util.function.SingletonSupplier;

/**
 * Applies the application's task decorators to every call, as Boot applies them to what it runs on its own executor: on
 * the caller's thread, all of them, in their order.
 */
@Order(CallersContext.TASK_DECORATORS)
final class TaskDecoratorCarrier implements InvocationDecorator {

    private final SingletonSupplier<List<TaskDecorator>> decorators;

    /**
     * Applies these.
     *
     * @param decorators looked up at the first call
     */
    TaskDecoratorCarrier(ObjectProvider<TaskDecorator> decorators) {
        this.decorators = SingletonSupplier.of(() -> decorators.orderedStream().toList());
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        List<TaskDecorator> all = decorators.obtain();
        if (callersThread || all.isEmpty()) {
            return null;
        }
        DecoratedAttempts attempts = new DecoratedAttempts(invocation);
        attempts.decorated = new CompositeTaskDecorator(all).decorate(attempts);
        return attempts;
    }

    /**
     * A call as the {@link Runnable} that task decorators know, which is decorated once and runs once for every
     * attempt. What the body throws goes around the decorators, as it does where they decorate a future.
     */
    static final class DecoratedAttempts implements DecoratedInvocation, Runnable {

        /*
         * The fields are plain: attempts follow one another, each happens before the next, and a decorator that hands
         * the body to another thread has to wait for it, or the attempt ends without it and fails.
         */

        private final KeyedInvocation invocation;

        /** This, decorated. Set on the caller's thread before the operation is enqueued. */
        Runnable decorated = this;

        private @Nullable Body body;
        private @Nullable Object result;
        private @Nullable Throwable failure;

        DecoratedAttempts(KeyedInvocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public @Nullable Object run(Body attempt) throws Throwable {
            body = attempt;
            result = null;
            failure = null;
            try {
                decorated.run();
            } catch (Throwable e) {
                if (failure != null && failure != e) {
                    failure.addSuppressed(e);
                } else {
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
            if (body != null) {
                body = null;
                throw new IllegalStateException("%s: a TaskDecorator has not run the body of the operation '%s'"
                        .formatted(invocation.atom(), invocation.operation()));
            }
            return result;
        }

        /** What the decorators run. */
        @Override
        public void run() {
            Body attempt = body;
            if (attempt == null) {
                throw new IllegalStateException(
                        "%s: a TaskDecorator runs the body of the operation '%s' a second time, or too late"
                                .formatted(invocation.atom(), invocation.operation()));
            }
            body = null;
            try {
                result = attempt.run();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }
}
