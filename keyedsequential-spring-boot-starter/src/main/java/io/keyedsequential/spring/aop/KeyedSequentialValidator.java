package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Reads all annotated methods when the application has started its singletons, so that mistakes end the start-up and
 * not the first call. Lazy and prototype beans are found by their type. Then all atoms are built.
 */
final class KeyedSequentialValidator implements SmartInitializingSingleton {

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
    KeyedSequentialValidator(ConfigurableListableBeanFactory beanFactory, KeyedMethods methods, AtomRegistry registry) {
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

    /**
     * Refuses singletons with annotated methods that are there and are not intercepted: Spring has made them before the
     * post-processor, or has not made them at all. Their methods would run without order, and nothing would say so.
     */
    static final class InterceptionCheck {

        /**
         * There if a test replaces beans (@MockitoBean, @TestBean): what has been replaced is a double, and not to
         * be ordered.
         */
        private static final String TEST_OVERRIDES =
                "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

        private final ConfigurableListableBeanFactory beanFactory;

        InterceptionCheck(ConfigurableListableBeanFactory beanFactory) {
            this.beanFactory = beanFactory;
        }

        void check(String beanName, KeyedMethod method) {
            Object bean = existing(beanName);
            if (bean == null || bean instanceof ScopedObject || isIntercepted(bean) || isIntercepted(beanName)) {
                return;
            }
            List<String> early = postProcessorsThatNeed(beanName);
            if (!early.isEmpty() || !beanFactory.containsSingleton(TEST_OVERRIDES)) {
                throw refusal(beanName, bean, method, early);
            }
        }

        /** A singleton that exists. What a factory bean has yet to make is made now, unless it is to be made late. */
        private @Nullable Object existing(String beanName) {
            Object singleton = beanFactory.containsSingleton(beanName) ? beanFactory.getSingleton(beanName) : null;
            if (!(singleton instanceof FactoryBean<?> factory)) {
                return singleton;
            }
            boolean lazy = beanFactory.containsBeanDefinition(beanName)
                    && beanFactory.getMergedBeanDefinition(beanName).isLazyInit();
            return factory.isSingleton() && !lazy ? beanFactory.getBean(beanName) : null;
        }

        private static boolean isIntercepted(Object bean) {
            Object current = bean;
            while (current instanceof Advised advised) {
                if (Arrays.stream(advised.getAdvisors())
                        .anyMatch(advisor -> advisor.getAdvice() instanceof KeyedSequentialInterceptor)) {
                    return true;
                }
                current = AopProxyUtils.getSingletonTarget(advised);
            }
            return false;
        }

        /** Another post-processor may have put something opaque around the proxy. */
        private boolean isIntercepted(String beanName) {
            return beanFactory.containsBeanDefinition(beanName)
                    && beanFactory
                            .getMergedBeanDefinition(beanName)
                            .hasAttribute(KeyedSequentialPostProcessor.INTERCEPTED);
        }

        /** Those for which the bean was made: directly, or through what they need. */
        private List<String> postProcessorsThatNeed(String beanName) {
            Set<String> seen = new HashSet<>();
            Deque<String> open = new ArrayDeque<>(List.of(beanName));
            while (!open.isEmpty()) {
                Stream.of(beanFactory.getDependentBeans(open.remove()))
                        .filter(seen::add)
                        .forEach(open::add);
            }
            return seen.stream().filter(this::isPostProcessor).sorted().toList();
        }

        private boolean isPostProcessor(String beanName) {
            return beanFactory.containsBean(beanName)
                    && (beanFactory.isTypeMatch(beanName, BeanPostProcessor.class)
                            || beanFactory.isTypeMatch(beanName, BeanFactoryPostProcessor.class));
        }

        private MisconfiguredAtomException refusal(
                String beanName, Object bean, KeyedMethod method, List<String> early) {
            String what = "The bean '%s' is not intercepted, so that %s would run without order: %s."
                    .formatted(beanName, Methods.describe(method.method()), "%s");
            if (bean instanceof BeanPostProcessor || bean instanceof BeanFactoryPostProcessor) {
                return new MisconfiguredAtomException(
                        what.formatted("it is a post-processor, and Spring does not post-process those"),
                        "Move the annotated methods to a bean of their own.");
            }
            if (!early.isEmpty()) {
                return new MisconfiguredAtomException(
                        what.formatted("it was made early, because a post-processor needs it: " + early),
                        ("Let %s ask for it later: inject an ObjectProvider, or mark the parameter as "
                                        + "@Lazy; and let the @Bean method that makes a post-processor be static.")
                                .formatted(early));
            }
            if (!beanFactory.containsBeanDefinition(beanName)) {
                return new MisconfiguredAtomException(
                        what.formatted("it was registered as an instance, which Spring does not post-process"),
                        "Register how it is made instead, by a @Bean method or registerBean(name, type, "
                                + "supplier), or use KeyedCoordinator directly.");
            }
            return new MisconfiguredAtomException(
                    what.formatted(("it was made before the post-processors were there, or replaced by another "
                                    + "instance (%s) afterwards")
                            .formatted(bean.getClass().getTypeName())),
                    "Look for 'not eligible for getting processed by all BeanPostProcessors' in the log, "
                            + "which names what has asked for it, and let that ask later (ObjectProvider, @Lazy, a "
                            + "static @Bean method).");
        }
    }
}
