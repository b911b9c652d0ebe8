package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.StoredMethods.Headers;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.ClassUtils;

/** The annotated methods of all beans. Each is read and checked once: at start-up, or at its first call. */
final class KeyedMethods {

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
    KeyedMethods(
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

    /** The annotated methods of one bean; of all instances, if it has several. */
    static final class KeyedBean {

        private final KeyedMethodFactory factory;
        private final String beanName;
        private final Class<?> targetClass;
        private final ConcurrentMap<Method, KeyedMethod> methods = new ConcurrentHashMap<>();

        /** More than most beans have; the methods that come after these are found by the map alone. */
        private static final int MOST_SEEN = 8;

        /**
         * The objects by which the proxy knows the methods, those that were asked for first. To compare methods takes
         * longer than to find one of these. Never changed, only replaced.
         */
        private volatile Seen[] seen = {};

        private record Seen(Method method, KeyedMethod meaning) {}

        KeyedBean(KeyedMethodFactory factory, String beanName, Class<?> targetClass) {
            this.factory = factory;
            this.beanName = beanName;
            this.targetClass = targetClass;
        }

        /** The method, read and checked when it is first asked for; {@code null} if it is not annotated. */
        @Nullable
        @SuppressWarnings("ReferenceEquality") // equal ones are found as well
        KeyedMethod find(Method method) {
            for (Seen each : seen) {
                if (each.method == method) {
                    return each.meaning;
                }
            }
            KeyedMethod found = read(method);
            if (found != null) {
                see(new Seen(method, found));
            }
            return found;
        }

        private synchronized void see(Seen method) {
            Seen[] before = seen;
            if (before.length < MOST_SEEN) {
                Seen[] more = Arrays.copyOf(before, before.length + 1);
                more[before.length] = method;
                seen = more;
            }
        }

        private @Nullable KeyedMethod read(Method method) {
            KeyedMethod known = methods.get(method);
            if (known != null) {
                return known;
            }
            // Not inside computeIfAbsent: reading the annotation asks the bean factory, which may come back here.
            KeyedMethod read = factory.create(beanName, method, targetClass);
            if (read == null) {
                return null;
            }
            KeyedMethod earlier = methods.putIfAbsent(method, read);
            return earlier == null ? read : earlier;
        }
    }
}
