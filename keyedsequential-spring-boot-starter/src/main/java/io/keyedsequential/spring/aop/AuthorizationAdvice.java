package io.keyedsequential.spring.aop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/** Finds the advice of Spring Security that may refuse a call before it is enqueued. Spring Security may be absent. */
final class AuthorizationAdvice {

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
                && beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(REACTIVE, loader), false, false).length
                        > 0;
    }
}
