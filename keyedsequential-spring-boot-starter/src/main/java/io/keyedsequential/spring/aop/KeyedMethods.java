package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.scheduling.annotation.AsyncConfigurer;
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
     * @param asyncConfigurers say where failures of {@code void} methods go
     * @param keys names keys in messages
     * @param decorators what is carried from callers to bodies
     * @param engines knows which atoms are not kept in memory
     * @param carriers what stored calls carry from callers to bodies
     */
    public KeyedMethods(
            AtomRegistry registry,
            ConfigurableListableBeanFactory beanFactory,
            ObjectProvider<AsyncConfigurer> asyncConfigurers,
            LoggedKeys keys,
            ObjectProvider<InvocationDecorator> decorators,
            AtomEngines engines,
            ObjectProvider<HeaderCarrier> carriers) {
        UncaughtFailures failures = new UncaughtFailures(asyncConfigurers, keys);
        InvocationDecorators decorating = new InvocationDecorators(decorators);
        StoredMethods stored = new StoredMethods(engines, beanFactory, new Headers(carriers), decorating, failures);
        this.factory = new KeyedMethodFactory(registry, beanFactory, failures, decorating, stored);
    }

    KeyedBean of(String beanName, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        return beans.computeIfAbsent(
                new BeanId(beanName, userClass), bean -> new KeyedBean(factory, beanName, userClass));
    }
}
