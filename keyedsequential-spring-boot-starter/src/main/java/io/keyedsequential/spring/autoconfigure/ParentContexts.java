package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** What a context has to know of those above it. Each has atoms of its own, which those above show among theirs. */
final class ParentContexts {

    private ParentContexts() {}

    /** The nearest registry above, or {@code null}. */
    static @Nullable AtomRegistry registry(ConfigurableListableBeanFactory beanFactory) {
        BeanFactory parent = beanFactory.getParentBeanFactory();
        return parent == null
                ? null
                : parent.getBeanProvider(AtomRegistry.class).getIfAvailable();
    }

    /** Tells beans of this context from those of its parents, which are found where beans are asked for by type. */
    static <T> Predicate<T> own(ConfigurableListableBeanFactory beanFactory, Class<T> type) {
        if (beanFactory.getParentBeanFactory() == null) {
            return bean -> true;
        }
        return bean -> {
            Set<Object> own = Collections.newSetFromMap(new IdentityHashMap<>());
            own.addAll(beanFactory.getBeansOfType(type).values());
            return own.contains(bean);
        };
    }
}
