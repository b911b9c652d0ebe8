package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * The beans that intercept annotated methods and check them, imported by the auto-configuration: their types are of no
 * use to others.
 */
@Configuration(proxyBeanMethods = false)
public class InterceptionConfiguration {

    /** For Spring. */
    public InterceptionConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static KeyedSequentialPostProcessor keyedSequentialPostProcessor(ObjectProvider<KeyedMethods> methods) {
        return new KeyedSequentialPostProcessor(methods);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static KeyedSequentialAdviceOrder keyedSequentialAdviceOrder(ConfigurableListableBeanFactory beanFactory) {
        return new KeyedSequentialAdviceOrder(beanFactory);
    }

    /** Under lazy initialisation no bean would ask for it, and nothing would be checked at start-up. */
    @Bean
    static LazyInitializationExcludeFilter keyedSequentialValidatorLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(KeyedSequentialValidator.class);
    }

    @Bean
    KeyedMethods keyedSequentialMethods(
            AtomRegistry registry,
            ConfigurableListableBeanFactory beanFactory,
            ObjectProvider<AsyncConfigurer> asyncConfigurers,
            LoggedKeys keys,
            ObjectProvider<InvocationDecorator> decorators,
            AtomEngines engines,
            ObjectProvider<HeaderCarrier> carriers) {
        return new KeyedMethods(registry, beanFactory, asyncConfigurers, keys, decorators, engines, carriers);
    }

    @Bean
    KeyedSequentialValidator keyedSequentialValidator(
            ConfigurableListableBeanFactory beanFactory, KeyedMethods methods, AtomRegistry registry) {
        return new KeyedSequentialValidator(beanFactory, methods, registry);
    }
}
