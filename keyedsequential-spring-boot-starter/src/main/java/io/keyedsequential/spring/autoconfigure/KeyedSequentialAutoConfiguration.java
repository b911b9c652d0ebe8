package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.spring.aop.InterceptionConfiguration;
import io.keyedsequential.spring.atom.AtomLifecycle;
import io.keyedsequential.spring.atom.AtomLog;
import io.keyedsequential.spring.atom.AtomLog.StartupLog;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.event.AtomEvents;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties.AtomProperties;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties.RetryProperties;
import io.keyedsequential.spring.autoconfigure.UnknownProperties.UnknownOptions;
import io.keyedsequential.spring.engine.AtomEngine;
import io.keyedsequential.spring.engine.AtomEngines;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for {@link io.keyedsequential.spring.annotation.KeyedSequential @KeyedSequential} and the atoms of
 * the application.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "keyedsequential.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeyedSequentialProperties.class)
@Import(InterceptionConfiguration.class)
@ImportRuntimeHints(KeyedSequentialAutoConfiguration.OptionalLibraries.class)
@RegisterReflectionForBinding({AtomProperties.class, RetryProperties.class}) // read component by component
public final class KeyedSequentialAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialAutoConfiguration() {}

    /** Under lazy initialisation no bean would ask for these, and nothing would be drained. */
    @Bean
    static LazyInitializationExcludeFilter keyedSequentialLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(AtomLifecycle.class, AtomEngines.class);
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
                engines::defaults,
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

    /** Each context tells the log, and the application as events, of its own atoms. */
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    AtomLog keyedSequentialAtomLog(LoggedKeys keys, KeyedSequentialProperties properties) {
        return new AtomLog(keys, properties.events().saturationInterval(), System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    StartupLog keyedSequentialStartupLog() {
        return new StartupLog();
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @ConditionalOnBooleanProperty(name = "keyedsequential.events.enabled", matchIfMissing = true)
    AtomEvents keyedSequentialAtomEvents(ApplicationEventPublisher publisher, KeyedSequentialProperties properties) {
        return new AtomEvents(publisher, properties.events().saturationInterval(), System::nanoTime);
    }

    /** A native image finds by its name only what is named here: the types by which optional libraries are known. */
    static final class OptionalLibraries implements RuntimeHintsRegistrar {

        @Override
        public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
            Stream.of(
                            "jakarta.validation.ConstraintViolationException",
                            "kotlinx.coroutines.reactor.MonoKt",
                            "org.springframework.security.authorization.method.AuthorizationAdvisor",
                            "org.springframework.security.config.annotation.method.configuration.ReactiveAuthorizationManagerMethodSecurityConfiguration",
                            "org.springframework.transaction.support.TransactionSynchronizationManager",
                            "reactor.core.scheduler.Schedulers")
                    .forEach(name -> hints.reflection().registerTypeIfPresent(classLoader, name));
            hints.reflection()
                    .registerType(
                            TypeReference.of("io.keyedsequential.spring.aop.KeyedSequentialAdviceOrder"
                                    + "$AuthorizationAdvice$SecuredMethods$Samples"),
                            MemberCategory.INVOKE_DECLARED_METHODS);
        }
    }

    /** What a context has to know of those above it. Each has atoms of its own, which those above show among theirs. */
    private static final class ParentContexts {

        private ParentContexts() {}

        /** The nearest registry above, or {@code null}. */
        static @Nullable AtomRegistry registry(ConfigurableListableBeanFactory beanFactory) {
            BeanFactory parent = beanFactory.getParentBeanFactory();
            return parent == null
                    ? null
                    : parent.getBeanProvider(AtomRegistry.class).getIfAvailable();
        }

        /** Tells beans of this context from those of its parents, which are found where beans are asked for by type. */
        static <T> Predicate<T> own(ConfigurableListableBeanFactory beanFactory, Class<T> type) {
            if (beanFactory.getParentBeanFactory() == null) {
                return bean -> true;
            }
            return bean -> {
                Set<Object> own = Collections.newSetFromMap(new IdentityHashMap<>());
                own.addAll(beanFactory.getBeansOfType(type).values());
                return own.contains(bean);
            };
        }
    }
}
