package io.keyedsequential.spring.aop;

import java.util.List;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * Lets the advice that validates arguments see the call before it is enqueued. That advice stays where it is, inside of
 * the transaction, and sees the call again in the operation: there it also validates what the method returns.
 */
final class ArgumentChecks implements MethodInterceptor {

    private final List<PointcutAdvisor> checking;

    ArgumentChecks(List<PointcutAdvisor> checking) {
        this.checking = checking;
    }

    /** The advisor, if it is one that validates arguments. */
    static Stream<PointcutAdvisor> checking(Advisor advisor) {
        return advisor instanceof PointcutAdvisor known && advisor.getAdvice() instanceof MethodValidationInterceptor
                ? Stream.of(known)
                : Stream.empty();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        Object target = call.getThis();
        Class<?> type = target == null ? call.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
        for (PointcutAdvisor advisor : checking) {
            if (advisor.getPointcut().getClassFilter().matches(type)
                    && advisor.getPointcut().getMethodMatcher().matches(call.getMethod(), type)) {
                check((MethodValidationInterceptor) advisor.getAdvice(), call);
            }
        }
        return call.proceed();
    }

    private static void check(MethodValidationInterceptor interceptor, MethodInvocation call) throws Throwable {
        RehearsedInvocation rehearsal = new RehearsedInvocation(call);
        try {
            interceptor.invoke(rehearsal);
        } catch (Throwable e) {
            if (!rehearsal.hasProceeded()) {
                throw e;
            }
        }
    }
}
