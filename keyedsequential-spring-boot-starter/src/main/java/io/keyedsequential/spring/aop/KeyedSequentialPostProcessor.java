package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.MethodChecks.KotlinFunctions;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts the interceptor around beans with annotated methods. {@link KeyedSequentialAdviceOrder} then moves it to
 * its place.
 */
final class KeyedSequentialPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    /** An attribute of definitions whose beans have got the interceptor. */
    static final String INTERCEPTED = KeyedSequentialPostProcessor.class.getName() + ".intercepted";

    private static final long serialVersionUID = 1L;

    private static final String BY_INTERFACE =
            ", or let it implement an interface and set spring.aop.proxy-target-class=false or annotate it with "
                    + "@Proxyable(INTERFACES).";

    private final transient ObjectProvider<KeyedMethods> methods;
    private final transient AnnotationMatchingPointcut pointcut =
            new AnnotationMatchingPointcut(null, KeyedSequential.class, true);

    /** Marks the place: the base class puts it into every proxy, and it is exchanged for the bean's own. */
    private final transient Advisor placeholder;

    /**
     * Post-processors are created before other beans, so that this one only knows where to ask.
     *
     * @param methods asked at the first call of an annotated method
     */
    KeyedSequentialPostProcessor(ObjectProvider<KeyedMethods> methods) {
        this.methods = methods;
        MethodInterceptor unplaced = call -> {
            throw new IllegalStateException("the interceptor has not been exchanged for the bean's own");
        };
        this.placeholder = new DefaultPointcutAdvisor(pointcut, unplaced);
        this.advisor = placeholder;
        setBeforeExistingAdvisors(true);
        // What takes beans as they are, to call their methods (@KafkaListener), comes with the last, in no order
        // among these.
        setOrder(Ordered.LOWEST_PRECEDENCE - 1);
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        // Before another post-processor fails to make the proxy, and says nothing of the annotation.
        if (!(bean instanceof AopInfrastructureBean) && isEligible(bean, beanName)) {
            ProxyFactory proxyFactory = prepareProxyFactory(bean, beanName);
            if (!proxyFactory.isProxyTargetClass() && proxyFactory.getProxiedInterfaces().length == 0) {
                evaluateProxyInterfaces(bean.getClass(), proxyFactory);
            }
            customizeProxyFactory(proxyFactory);
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Object result = super.postProcessAfterInitialization(bean, beanName);
        if (result instanceof Advised advised && advised.indexOf(placeholder) >= 0) {
            // The base class has one advisor for all beans, which does not learn the bean's name.
            advised.replaceAdvisor(placeholder, advisorFor(beanName, targetClass(bean, result)));
            if (beanFactory != null && beanFactory.containsBeanDefinition(beanName)) {
                beanFactory.getMergedBeanDefinition(beanName).setAttribute(INTERCEPTED, true);
            }
        } else if (result != bean) {
            throw new MisconfiguredAtomException(
                    ("The bean '%s' has methods annotated with @KeyedSequential, and its proxy cannot "
                                    + "be configured: the default proxy configuration is opaque or frozen.")
                            .formatted(beanName),
                    "Do not make proxies opaque or frozen by default.");
        }
        return result;
    }

    /** A proxy around a proxy is for its interfaces, which what the inner one delegates to need not implement. */
    private static Class<?> targetClass(Object bean, Object result) {
        return result != bean && Proxy.isProxyClass(bean.getClass())
                ? bean.getClass()
                : AopProxyUtils.ultimateTargetClass(result);
    }

    @Override
    protected void customizeProxyFactory(ProxyFactory proxyFactory) {
        Class<?> type = proxyFactory.getTargetClass();
        boolean byClass = proxyFactory.isProxyTargetClass() || proxyFactory.getProxiedInterfaces().length == 0;
        if (type == null || !byClass || MethodChecks.isGenerated(type)) {
            return;
        }
        if (Modifier.isFinal(type.getModifiers())) {
            throw new MisconfiguredAtomException(
                    "%s has methods annotated with @KeyedSequential and is a %s: no proxy can extend it."
                            .formatted(type.getTypeName(), type.isRecord() ? "record, which is final" : "final class"),
                    KotlinFunctions.opening(
                            type, (type.isRecord() ? "Make it a class" : "Remove 'final'") + BY_INTERFACE));
        }
        if (type.isSealed()) {
            throw new MisconfiguredAtomException(
                    ("%s has methods annotated with @KeyedSequential and is sealed: no proxy can "
                                    + "extend it, which is none of the classes that it permits.")
                            .formatted(type.getTypeName()),
                    KotlinFunctions.opening(type, "Remove 'sealed', or make beans of its subclasses" + BY_INTERFACE));
        }
    }

    private Advisor advisorFor(String beanName, Class<?> targetClass) {
        return new DefaultPointcutAdvisor(
                pointcut, new KeyedSequentialInterceptor(SingletonSupplier.of(() -> methods.getObject()
                        .of(beanName, targetClass))));
    }
}
