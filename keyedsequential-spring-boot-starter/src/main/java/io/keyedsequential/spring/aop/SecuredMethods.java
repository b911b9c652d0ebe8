package io.keyedsequential.spring.aop;

import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;
import org.springframework.security.authorization.method.PreFilterAuthorizationMethodInterceptor;

/**
 * Knows the advice of Spring Security. Spring Security configures it behind wrappers, which tell only by their
 * pointcuts what they do.
 */
final class SecuredMethods {

    private static final Method[] SAMPLES = Samples.class.getDeclaredMethods();

    private SecuredMethods() {}

    /**
     * Whether it decides, or filters arguments, before the method is called, and does nothing when that has returned.
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
