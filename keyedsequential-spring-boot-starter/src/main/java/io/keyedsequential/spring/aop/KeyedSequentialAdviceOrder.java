package io.keyedsequential.spring.aop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Puts the advice of a bean with annotated methods in order, when every post-processor has added its own: first what
 * refuses calls, on the thread of the caller and before anything is enqueued; then the operation; then all that belongs
 * into the key's turn, so that a transaction commits, and retries end, inside of it.
 */
public final class KeyedSequentialAdviceOrder implements MergedBeanDefinitionPostProcessor {

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
    public KeyedSequentialAdviceOrder(ConfigurableListableBeanFactory beanFactory) {
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
}
