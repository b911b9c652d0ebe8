package io.keyedsequential.spring.aop;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.util.ClassUtils;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * What says that a call was refused, and not that it failed: its caller has no right to call, or has passed arguments
 * that no attempt would accept. By name: the libraries may be absent.
 */
final class Refusals {

    private static final String[] NAMES = {
        "org.springframework.security.access.AccessDeniedException",
        "org.springframework.security.core.AuthenticationException",
        "jakarta.validation.ConstraintViolationException",
        "org.springframework.validation.method.MethodValidationException"
    };

    private static final ClassValue<Boolean> REFUSALS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return Stream.<Class<?>>iterate(type, parent -> parent != null, Class::getSuperclass)
                    .anyMatch(parent -> Arrays.asList(NAMES).contains(parent.getName()));
        }
    };

    private Refusals() {}

    static boolean isRefusal(Throwable failure) {
        @Nullable Throwable thrown = failure;
        while (thrown != null && isWrapper(thrown) && thrown.getCause() != thrown) {
            thrown = thrown.getCause();
        }
        return thrown != null && REFUSALS.get(thrown.getClass());
    }

    /** What futures and proxies put around it. */
    private static boolean isWrapper(Throwable failure) {
        return failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof UndeclaredThrowableException;
    }

    /**
     * Advice of this starter that stands outside of the operation. It applies to the methods to which the
     * operation applies.
     */
    static final class RefusalAdvice {

        /** Its interceptor needs the validation API, which may be absent. */
        private static final boolean VALIDATION = ClassUtils.isPresent(
                "jakarta.validation.ConstraintViolationException", RefusalAdvice.class.getClassLoader());

        private RefusalAdvice() {}

        /**
         * Advice of others that is to be asked on the caller's thread, and not again when a stored call is delivered.
         */
        static Advisor outside(Advisor keyed, PointcutAdvisor refusing) {
            MethodInterceptor advice = (MethodInterceptor) refusing.getAdvice();
            return new DefaultPointcutAdvisor(refusing.getPointcut(), new CallersAdvice(interceptor(keyed), advice));
        }

        /**
         * Checks arguments before the call is enqueued, if there is advice that checks them inside of the operation.
         */
        static Optional<Advisor> checks(Advisor keyed, List<Advisor> others) {
            List<PointcutAdvisor> checking = VALIDATION
                    ? others.stream().flatMap(ArgumentChecks::checking).toList()
                    : List.of();
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

    /**
     * Around what refuses calls before they are enqueued: a method that never throws does not throw refusals either.
     */
    static final class RefusalTranslation implements MethodInterceptor {

        private final KeyedSequentialInterceptor keyed;

        RefusalTranslation(KeyedSequentialInterceptor keyed) {
            this.keyed = keyed;
        }

        @Override
        public @Nullable Object invoke(MethodInvocation call) throws Throwable {
            KeyedMethod method = keyed.find(call.getMethod());
            try {
                return call.proceed();
            } catch (RuntimeException | Error e) {
                if (method == null) {
                    throw e;
                }
                return method.refused(e);
            }
        }
    }

    /**
     * Advice that is for callers: a stored call has been through it when it was made, and the thread that delivers it
     * is no caller.
     */
    record CallersAdvice(KeyedSequentialInterceptor keyed, MethodInterceptor advice) implements MethodInterceptor {

        @Override
        public @Nullable Object invoke(MethodInvocation call) throws Throwable {
            return keyed.isDelivery(call.getMethod()) ? call.proceed() : advice.invoke(call);
        }
    }

    /**
     * Lets the advice that validates arguments see the call before it is enqueued. That advice stays where it is,
     * inside of the transaction, and sees the call again in the operation: there it also validates what the method
     * returns.
     */
    static final class ArgumentChecks implements MethodInterceptor {

        private final List<PointcutAdvisor> checking;

        ArgumentChecks(List<PointcutAdvisor> checking) {
            this.checking = checking;
        }

        /** The advisor, if it is one that validates arguments. */
        static Stream<PointcutAdvisor> checking(Advisor advisor) {
            return advisor instanceof PointcutAdvisor known
                            && advisor.getAdvice() instanceof MethodValidationInterceptor
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

        /** A call that goes as far as to the advice that is asked, and no further: it ends where that would proceed. */
        static final class RehearsedInvocation implements ProxyMethodInvocation {

            private static final class Passed extends Error {

                private static final long serialVersionUID = 1L;

                Passed() {
                    super("the arguments are valid", null, false, false);
                }
            }

            private final MethodInvocation call;
            private final @Nullable Object[] arguments;
            private boolean proceeded;

            RehearsedInvocation(MethodInvocation call) {
                this.call = call;
                this.arguments = call.getArguments().clone(); // advice may wrap publishers, and will do so once more
            }

            @Override
            public @Nullable Object proceed() {
                proceeded = true;
                throw new Passed();
            }

            boolean hasProceeded() {
                return proceeded;
            }

            @Override
            public Method getMethod() {
                return call.getMethod();
            }

            @Override
            public @Nullable Object[] getArguments() {
                return arguments;
            }

            @Override
            public void setArguments(@Nullable Object... changed) {
                System.arraycopy(changed, 0, arguments, 0, arguments.length);
            }

            @Override
            public @Nullable Object getThis() {
                return call.getThis();
            }

            @Override
            public AccessibleObject getStaticPart() {
                return call.getStaticPart();
            }

            @Override
            public Object getProxy() {
                return ((ProxyMethodInvocation) call).getProxy();
            }

            @Override
            public MethodInvocation invocableClone() {
                return new RehearsedInvocation(call);
            }

            @Override
            public MethodInvocation invocableClone(@Nullable Object... changed) {
                RehearsedInvocation clone = new RehearsedInvocation(call);
                clone.setArguments(changed);
                return clone;
            }

            @Override
            public void setUserAttribute(String key, @Nullable Object value) {
                ((ProxyMethodInvocation) call).setUserAttribute(key, value);
            }

            @Override
            public @Nullable Object getUserAttribute(String key) {
                return ((ProxyMethodInvocation) call).getUserAttribute(key);
            }
        }
    }
}
