package io.keyedsequential.spring.atom;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Chooses what runs an atom's operations. None of it is published as a bean: Boot's own {@code applicationTaskExecutor}
 * would step back.
 */
final class AtomExecutors {

    private final NamedBeans beans;
    private final boolean virtualThreads;

    /**
     * Chooses among virtual threads, beans and the coordinator's own pool.
     *
     * @param beans finds executors by name
     * @param virtualThreads whether atoms without an executor of their own run on virtual threads
     */
    AtomExecutors(NamedBeans beans, boolean virtualThreads) {
        this.beans = beans;
        this.virtualThreads = virtualThreads;
    }

    /**
     * The executor of an atom, or {@code null} for the coordinator's own pool. No task decorator is applied: a runner
     * drains lane after lane, so what a decorator captures would belong to some other operation.
     */
    @Nullable
    Executor forAtom(String atom, AtomSettings settings) {
        Executor named = beans.find(settings, AtomOption.EXECUTOR, Executor.class);
        if (named != null) {
            return named;
        }
        return virtualThreads ? new VirtualThreadTaskExecutor("keyedsequential-" + atom + "-") : null;
    }
}
