package io.keyedsequential.spring.aop;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The annotated methods of one bean; of all instances, if it has several. */
final class KeyedBean {

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
