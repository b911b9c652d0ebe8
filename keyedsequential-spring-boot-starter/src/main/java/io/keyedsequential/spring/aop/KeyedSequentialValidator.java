package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Reads all annotated methods when the application has started its singletons, so that mistakes end the start-up and
 * not the first call. Lazy and prototype beans are found by their type. Then all atoms are built.
 */
public final class KeyedSequentialValidator implements SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beanFactory;
    private final KeyedMethods methods;
    private final AtomRegistry registry;
    private final InterceptionCheck interception;

    /**
     * Reads the methods of these beans.
     *
     * @param beanFactory all beans
     * @param methods knows what annotated methods mean
     * @param registry told when all methods have been seen
     */
    public KeyedSequentialValidator(
            ConfigurableListableBeanFactory beanFactory, KeyedMethods methods, AtomRegistry registry) {
        this.beanFactory = beanFactory;
        this.methods = methods;
        this.registry = registry;
        this.interception = new InterceptionCheck(beanFactory);
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<KeyedMethod> seen = new ArrayList<>();
        for (String beanName : beanFactory.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null : targetClass(beanName);
            if (type != null && AnnotationUtils.isCandidateClass(type, KeyedSequential.class)) {
                List<KeyedMethod> read = read(beanName, type);
                if (!read.isEmpty()) {
                    interception.check(beanName, read.get(0));
                }
                seen.addAll(read);
            }
        }
        registry.complete();
        seen.forEach(KeyedMethod::coordinator); // which checks them against the options of their atoms
    }

    private List<KeyedMethod> read(String beanName, Class<?> type) {
        MetadataLookup<Boolean> annotated = method -> KeyedMethodFactory.isAnnotated(method) ? true : null;
        Map<Method, Boolean> found = MethodIntrospector.selectMethods(type, annotated);
        return found.keySet().stream()
                .flatMap(method -> Stream.ofNullable(methods.of(beanName, type).find(method)))
                .toList();
    }

    private @Nullable Class<?> targetClass(String beanName) {
        Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, beanName);
        if (type == null || !ScopedObject.class.isAssignableFrom(type)) {
            return type;
        }
        Class<?> scoped =
                AutoProxyUtils.determineTargetClass(beanFactory, ScopedProxyUtils.getTargetBeanName(beanName));
        return scoped == null ? type : scoped;
    }
}
