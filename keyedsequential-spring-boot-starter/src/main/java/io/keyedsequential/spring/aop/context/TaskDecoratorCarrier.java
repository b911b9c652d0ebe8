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
@Order(CarrierOrder.TASK_DECORATORS)
public final class TaskDecoratorCarrier implements InvocationDecorator {

    private final SingletonSupplier<List<TaskDecorator>> decorators;

    /**
     * Applies these.
     *
     * @param decorators looked up at the first call
     */
    public TaskDecoratorCarrier(ObjectProvider<TaskDecorator> decorators) {
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
}
