package io.keyedsequential.spring.atom;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Chooses what runs an atom's operations. None of it is published as a bean: Boot's own {@code applicationTaskExecutor}
 * would step back.
 */
public final class AtomExecutors {

    private final BeanFactory beanFactory;
    private final boolean virtualThreads;

    /**
     * Chooses among virtual threads, beans and the coordinator's own pool.
     *
     * @param beanFactory where executors are looked up by name
     * @param virtualThreads whether atoms without an executor of their own run on virtual threads
     */
    public AtomExecutors(BeanFactory beanFactory, boolean virtualThreads) {
        this.beanFactory = beanFactory;
        this.virtualThreads = virtualThreads;
    }

    /**
     * The executor of an atom, or {@code null} for the coordinator's own pool. No task decorator is applied: a runner
     * drains lane after lane, so what a decorator captures would belong to some other operation.
     */
    @Nullable
    Executor forAtom(String atom, @Nullable String beanName) {
        if (beanName != null) {
            return named(atom, beanName);
        }
        return virtualThreads ? new VirtualThreadTaskExecutor("keyedsequential-" + atom + "-") : null;
    }

    private Executor named(String atom, String beanName) {
        try {
            return beanFactory.getBean(beanName, Executor.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw new MisconfiguredAtomException(
                    "The atom '%s' is to run on the executor '%s': %s.".formatted(atom, beanName, e.getMessage()),
                    "Name a bean of type java.util.concurrent.Executor in keyedsequential.atoms.%s.executor or keyedsequential.defaults.executor, or remove the property."
                            .formatted(atom),
                    e);
        }
    }
}
