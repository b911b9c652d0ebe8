package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.Refusals.RefusalAdvice;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.aop.Advisor;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;
import org.springframework.security.authorization.method.PreFilterAuthorizationMethodInterceptor;
import org.springframework.util.ClassUtils;

/**
 * Puts the advice of a bean with annotated methods in order, when every post-processor has added its own: first what
 * refuses calls, on the thread of the caller and before anything is enqueued; then the operation; then all that belongs
 * into the key's turn, so that a transaction commits, and retries end, inside of it.
 */
final class KeyedSequentialAdviceOrder implements MergedBeanDefinitionPostProcessor {

    /*
     * Spring calls post-processors of this type after all others, whatever their order. The post-processor that makes
     * the proxy must not come so late: what looks for listeners among beans has seen them by then.
     */

    private final AuthorizationAdvice authorization;

    /**
     * For the beans of this factory.
     *
     * @param beanFactory asked whether authorization is reactive
     */
    KeyedSequentialAdviceOrder(ConfigurableListableBeanFactory beanFactory) {
        this.authorization = new AuthorizationAdvice(beanFactory);
    }

    @Override
    public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {}

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            Arrays.stream(advised.getAdvisors())
                    .filter(advisor -> advisor.getAdvice() instanceof KeyedSequentialInterceptor)
                    .findFirst()
                    .ifPresent(keyed -> arrange(advised, keyed));
        }
        return bean;
    }

    private void arrange(Advised advised, Advisor keyed) {
        List<Advisor> others = new ArrayList<>(List.of(advised.getAdvisors()));
        others.remove(keyed);
        List<PointcutAdvisor> refusing = authorization.movable(others);
        Stream.concat(refusing.stream(), Stream.of(keyed)).forEach(advised::removeAdvisor);
        List<Advisor> first = new ArrayList<>();
        refusing.forEach(advisor -> first.add(RefusalAdvice.outside(keyed, advisor)));
        RefusalAdvice.checks(keyed, others).ifPresent(first::add);
        if (!first.isEmpty()) {
            first.add(0, RefusalAdvice.translation(keyed));
        }
        first.add(keyed);
        for (int i = 0; i < first.size(); i++) {
            advised.addAdvisor(i, first.get(i));
        }
    }

    /**
     * Finds the advice of Spring Security that may refuse a call before it is enqueued. Spring Security may be absent.
     */
    static final class AuthorizationAdvice {

        private static final boolean SECURITY = ClassUtils.isPresent(
                "org.springframework.security.authorization.method.AuthorizationAdvisor",
                AuthorizationAdvice.class.getClassLoader());

        private static final String REACTIVE =
                "org.springframework.security.config.annotation.method.configuration.ReactiveAuthorizationManagerMethodSecurityConfiguration";

        private final ConfigurableListableBeanFactory beanFactory;

        AuthorizationAdvice(ConfigurableListableBeanFactory beanFactory) {
            this.beanFactory = beanFactory;
        }

        /**
         * What may be moved outside of everything. Advice that an application has put outside of it, by an order of its
         * own, is meant to see refusals, or to be there when it is decided: nothing is moved past that.
         */
        List<PointcutAdvisor> movable(List<Advisor> advisors) {
            List<PointcutAdvisor> movable = new ArrayList<>();
            if (!SECURITY) {
                return movable;
            }
            int outermost = Ordered.LOWEST_PRECEDENCE;
            for (Advisor advisor : advisors) {
                if (advisor instanceof PointcutAdvisor refusing
                        && SecuredMethods.refusesBefore(refusing)
                        && order(advisor) <= outermost
                        && !isReactive()) {
                    movable.add(refusing);
                } else if (advisor != ExposeInvocationInterceptor.ADVISOR) {
                    outermost = Math.min(outermost, order(advisor));
                }
            }
            return movable;
        }

        /** What is in front of advice of a lower order was not put there by its own, but by a post-processor. */
        private static int order(Advisor advisor) {
            return advisor instanceof Ordered ordered ? ordered.getOrder() : Ordered.LOWEST_PRECEDENCE;
        }

        /**
         * It decides when a publisher is subscribed to, and proceeds only then: outside of the operation once for
         * all subscriptions.
         */
        private boolean isReactive() {
            ClassLoader loader = beanFactory.getBeanClassLoader();
            return ClassUtils.isPresent(REACTIVE, loader)
                    && beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(REACTIVE, loader), false, false)
                                    .length
                            > 0;
        }

        /**
         * Knows the advice of Spring Security. Spring Security configures it behind wrappers, which tell only by their
         * pointcuts what they do.
         */
        static final class SecuredMethods {

            private static final Method[] SAMPLES = Samples.class.getDeclaredMethods();

            private SecuredMethods() {}

            /**
             * Whether it decides, or filters arguments, before the method is called, and does nothing when that has
             * returned.
             */
            static boolean refusesBefore(PointcutAdvisor advisor) {
                Object advice = advisor.getAdvice();
                if (advice instanceof AuthorizationManagerBeforeMethodInterceptor
                        || advice instanceof PreFilterAuthorizationMethodInterceptor) {
                    return true;
                }
                return advice instanceof AuthorizationAdvisor
                        && matches(advisor.getPointcut().getMethodMatcher(), "before")
                        && !matches(advisor.getPointcut().getMethodMatcher(), "after");
            }

            private static boolean matches(MethodMatcher matcher, String kind) {
                for (Method sample : SAMPLES) {
                    if (sample.getName().startsWith(kind) && matcher.matches(sample, Samples.class)) {
                        return true;
                    }
                }
                return false;
            }

            /** One method for each annotation. */
            @SuppressWarnings("unused") // by their pointcuts
            private interface Samples {

                @PreAuthorize("denyAll")
                void beforeByExpression();

                @PreFilter("false")
                void beforeByFilter();

                @Secured("NONE")
                void beforeByRole();

                @RolesAllowed("NONE")
                void beforeByStandardRole();

                @PostAuthorize("denyAll")
                void afterByExpression();

                @PostFilter("false")
                void afterByFilter();
            }
        }
    }
}
