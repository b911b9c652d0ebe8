package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.spring.aop.KeyedMethods;
import io.keyedsequential.spring.aop.KeyedSequentialAdviceOrder;
import io.keyedsequential.spring.aop.KeyedSequentialPostProcessor;
import io.keyedsequential.spring.aop.KeyedSequentialValidator;
import io.keyedsequential.spring.atom.AtomLifecycle;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.LoggedKeys;
import io.keyedsequential.spring.engine.AtomEngine;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Auto-configuration for {@link io.keyedsequential.spring.annotation.KeyedSequential @KeyedSequential} and the atoms of
 * the application.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "keyedsequential.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeyedSequentialProperties.class)
@ImportRuntimeHints(OptionalLibraries.class)
@RegisterReflectionForBinding({AtomProperties.class, RetryProperties.class}) // read component by component
public final class KeyedSequentialAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialAutoConfiguration() {}

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

    /** Under lazy initialisation no bean would ask for these, and neither start-up checks nor draining would happen. */
    @Bean
    static LazyInitializationExcludeFilter keyedSequentialLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(
                AtomLifecycle.class, AtomEngines.class, KeyedSequentialValidator.class);
    }

    @Bean
    AtomRegistry keyedSequentialAtomRegistry(
            KeyedSequentialProperties properties,
            ConfigurableListableBeanFactory beanFactory,
            Environment environment,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            ObjectProvider<AtomRegistrationListener> followers,
            ObjectProvider<CoordinatorListener> listeners,
            LoggedKeys keys,
            AtomEngines engines) {
        UnknownOptions.refuse(environment, beanFactory);
        UnknownProperties.refuse(environment, beanFactory);
        return new AtomRegistry(
                properties.toConfiguration(),
                beanFactory,
                Threading.VIRTUAL.isActive(environment),
                customizers,
                keys,
                engines,
                followers,
                ParentContexts.own(beanFactory, AtomRegistrationListener.class),
                listeners,
                ParentContexts.registry(beanFactory));
    }

    @Bean
    AtomEngines keyedSequentialAtomEngines(
            ObjectProvider<AtomEngine> engines, KeyMask mask, KeyedSequentialProperties properties) {
        return new AtomEngines(engines, mask, properties.shutdown().drainTimeout());
    }

    /** Of the uppermost context: what one masks the other is to name in the same way. */
    @Bean
    @ConditionalOnMissingBean
    KeyMask keyedSequentialKeyMask(KeyedSequentialProperties properties) {
        return properties.toMask();
    }

    @Bean
    LoggedKeys keyedSequentialLoggedKeys(KeyedSequentialProperties properties, KeyMask mask) {
        return new LoggedKeys(properties.log().keys(), mask);
    }

    @Bean
    AtomLifecycle keyedSequentialAtomLifecycle(
            AtomRegistry registry, KeyedSequentialProperties properties, LoggedKeys keys, Environment environment) {
        return new AtomLifecycle(registry, properties.shutdown().drainTimeoutWithin(environment), keys);
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
