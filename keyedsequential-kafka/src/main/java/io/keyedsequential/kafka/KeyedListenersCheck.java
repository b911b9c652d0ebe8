package io.keyedsequential.kafka;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.KeyedProxies;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.Map;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.KafkaListeners;

/**
 * Refuses annotated listeners whose containers were made by another factory, before any container starts: their records
 * would be acknowledged when they are handed over.
 */
final class KeyedListenersCheck implements SmartLifecycle {

    private final ConfigurableListableBeanFactory beans;
    private final KeyedListeners listeners;
    private volatile boolean running;

    KeyedListenersCheck(ConfigurableListableBeanFactory beans, KeyedListeners listeners) {
        this.beans = beans;
        this.listeners = listeners;
    }

    @Override
    public void start() {
        running = true;
        for (String name : beans.getBeanNamesForType(Object.class, false, false)) {
            Object bean = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
            if (bean != null && AopUtils.isAopProxy(bean)) {
                check(bean);
            }
        }
    }

    private void check(Object bean) {
        Class<?> type = AopUtils.getTargetClass(bean);
        if (!AnnotationUtils.isCandidateClass(type, KeyedSequential.class)) {
            return;
        }
        Map<Method, Boolean> called =
                MethodIntrospector.selectMethods(type, (Method method) -> isListener(method) ? true : null);
        for (Method method : called.keySet()) {
            if (!listeners.knows(method) && KeyedProxies.signature(bean, method).isPresent()) {
                throw new MisconfiguredAtomException(
                        ("%s is a listener annotated with @KeyedSequential, and its container was not "
                                        + "made by a KeyedKafkaListenerContainerFactory: its records would be "
                                        + "acknowledged when they are handed over, or all partitions would wait for "
                                        + "the slowest.")
                                .formatted(ListenerChecks.describe(method)),
                        "Let the bean that containerFactory names, or the bean "
                                + "kafkaListenerContainerFactory, be a KeyedKafkaListenerContainerFactory; or "
                                + "set keyedsequential.kafka.listeners to false, and docs/listeners.md says "
                                + "what holds then.");
            }
        }
    }

    private static boolean isListener(Method method) {
        return AnnotatedElementUtils.hasAnnotation(method, KafkaListener.class)
                || AnnotatedElementUtils.hasAnnotation(method, KafkaListeners.class)
                || AnnotatedElementUtils.hasAnnotation(method, KafkaHandler.class);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the containers. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
