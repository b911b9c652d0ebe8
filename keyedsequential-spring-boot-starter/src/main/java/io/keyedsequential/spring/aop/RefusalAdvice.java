package io.keyedsequential.spring.aop;

import java.util.List;
import java.util.Optional;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.util.ClassUtils;

/**
 * Advice of this starter that stands outside of the operation. It applies to the methods to which the
 * operation applies.
 */
final class RefusalAdvice {

    /** Its interceptor needs the validation API, which may be absent. */
    private static final boolean VALIDATION = ClassUtils.isPresent(
            "jakarta.validation.ConstraintViolationException", RefusalAdvice.class.getClassLoader());

    private RefusalAdvice() {}

    /** Advice of others that is to be asked on the caller's thread, and not again when a stored call is delivered. */
    static Advisor outside(Advisor keyed, PointcutAdvisor refusing) {
        MethodInterceptor advice = (MethodInterceptor) refusing.getAdvice();
        return new DefaultPointcutAdvisor(refusing.getPointcut(), new CallersAdvice(interceptor(keyed), advice));
    }

    /** Checks arguments before the call is enqueued, if there is advice that checks them inside of the operation. */
    static Optional<Advisor> checks(Advisor keyed, List<Advisor> others) {
        List<PointcutAdvisor> checking =
                VALIDATION ? others.stream().flatMap(ArgumentChecks::checking).toList() : List.of();
        return checking.isEmpty()
                ? Optional.empty()
                : Optional.of(beside(keyed, new CallersAdvice(interceptor(keyed), new ArgumentChecks(checking))));
    }

    /** Tells refusals in the way in which the method tells of failures. */
    static Advisor translation(Advisor keyed) {
        return beside(keyed, new RefusalTranslation(interceptor(keyed)));
    }

    private static Advisor beside(Advisor keyed, MethodInterceptor advice) {
        return new DefaultPointcutAdvisor(((PointcutAdvisor) keyed).getPointcut(), advice);
    }

    private static KeyedSequentialInterceptor interceptor(Advisor keyed) {
        return (KeyedSequentialInterceptor) keyed.getAdvice();
    }
}
