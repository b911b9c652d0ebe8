package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** The annotated methods of all beans. Each is read and checked once: at start-up, or at its first call. */
public final class KeyedMethods {

    private record BeanId(String name, Class<?> targetClass) {}

    private final KeyedMethodFactory factory;
    private final ConcurrentMap<BeanId, KeyedBean> beans = new ConcurrentHashMap<>();

    /**
     * Knows no method yet.
     *
     * @param registry where atoms are declared
     * @param beanFactory resolves placeholders, and beans in key expressions
     * @param failures where failures of {@code void} methods go
     * @param decorators what is carried from callers to bodies
     * @param engines knows which atoms are not kept in memory
     * @param carriers what stored calls carry from callers to bodies
     */
    public KeyedMethods(
            AtomRegistry registry,
            ConfigurableListableBeanFactory beanFactory,
            UncaughtFailures failures,
            InvocationDecorators decorators,
            AtomEngines engines,
            ObjectProvider<HeaderCarrier> carriers) {
        StoredMethods stored = new StoredMethods(engines, beanFactory, new Headers(carriers), decorators, failures);
        this.factory = new KeyedMethodFactory(registry, beanFactory, failures, decorators, stored);
    }

    KeyedBean of(String beanName, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        return beans.computeIfAbsent(
                new BeanId(beanName, userClass), bean -> new KeyedBean(factory, beanName, userClass));
    }
}
