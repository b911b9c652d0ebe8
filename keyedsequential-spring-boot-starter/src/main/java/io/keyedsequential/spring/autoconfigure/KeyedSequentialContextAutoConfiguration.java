package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.aop.context.CallersContext;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.engine.HeaderCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Auto-configuration for what is carried from the caller of an annotated method to its body; each kind where its
 * library is present and its property, {@code keyedsequential.context.*}, does not say otherwise.
 */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnBean(AtomRegistry.class)
@EnableConfigurationProperties(KeyedSequentialProperties.class)
public final class KeyedSequentialContextAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialContextAutoConfiguration() {}

    @Bean
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.locale", matchIfMissing = true)
    InvocationDecorator keyedSequentialLocaleCarrier() {
        return CallersContext.locale();
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.task-decorators", matchIfMissing = true)
    InvocationDecorator keyedSequentialTaskDecoratorCarrier(ObjectProvider<TaskDecorator> decorators) {
        return CallersContext.taskDecorators(decorators);
    }

    /** With Micrometer's context propagation. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ContextRegistry.class)
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.propagation", matchIfMissing = true)
    static class Propagation {

        @Bean
        InvocationDecorator keyedSequentialSnapshotCarrier() {
            return CallersContext.threadLocals(ContextRegistry.getInstance());
        }
    }

    /** With observations, but without what propagates them. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnMissingClass("io.micrometer.context.ContextRegistry")
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.propagation", matchIfMissing = true)
    static class Observations {

        @Bean
        InvocationDecorator keyedSequentialObservationCarrier(ObjectProvider<ObservationRegistry> registry) {
            return CallersContext.observation(registry.getIfUnique(() -> ObservationRegistry.NOOP));
        }
    }

    /** With Micrometer Tracing: for calls that an engine stores. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.propagation", matchIfMissing = true)
    static class Traces {

        @Bean
        HeaderCarrier keyedSequentialTraceHeaders(ObjectProvider<Tracer> tracer) {
            return CallersContext.trace(tracer::getIfUnique);
        }
    }

    /** With Spring Security. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolderStrategy.class)
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.security", matchIfMissing = true)
    static class Security {

        @Bean
        InvocationDecorator keyedSequentialSecurityCarrier(ObjectProvider<SecurityContextHolderStrategy> holder) {
            return CallersContext.security(holder.getIfUnique(SecurityContextHolder::getContextHolderStrategy));
        }
    }

    /** With SLF4J. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MDC.class)
    @ConditionalOnBooleanProperty(name = "keyedsequential.context.mdc", matchIfMissing = true)
    static class Slf4j {

        @Bean
        InvocationDecorator keyedSequentialMdcCarrier() {
            return CallersContext.mdc();
        }

        @Bean
        InvocationDecorator keyedSequentialMdcNames(KeyedSequentialProperties properties, KeyMask mask) {
            return CallersContext.operationNames(properties.context().mdcKey(), mask);
        }
    }
}
