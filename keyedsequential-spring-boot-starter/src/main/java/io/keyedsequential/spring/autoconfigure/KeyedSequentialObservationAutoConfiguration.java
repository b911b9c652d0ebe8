package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.metrics.OperationObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration for observations of annotated calls: where there is a tracer, unless
 * {@code keyedsequential.observations.enabled} says otherwise. It comes after the last one that makes a tracer.
 */
@AutoConfiguration(
        after = KeyedSequentialAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnBooleanProperty(name = "keyedsequential.observations.enabled", matchIfMissing = true)
@Conditional(KeyedSequentialObservationAutoConfiguration.TracedOrDemanded.class)
@EnableConfigurationProperties(KeyedSequentialProperties.class)
public final class KeyedSequentialObservationAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialObservationAutoConfiguration() {}

    /**
     * Without traces an observation says little that the atom's meters do not say, and costs more than all the rest.
     */
    static final class TracedOrDemanded extends AnyNestedCondition {

        TracedOrDemanded() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnBooleanProperty("keyedsequential.observations.enabled")
        static final class Demanded {}

        /** Boot has a tracer that does nothing where tracing is there but no library that traces. */
        @ConditionalOnBean(type = "io.micrometer.tracing.Tracer")
        @ConditionalOnMissingBean(name = "noopTracer")
        static final class Traced {}
    }

    @Bean
    InvocationDecorator keyedSequentialOperationObservationDecorator(
            ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<OperationObservationConvention> convention,
            KeyedSequentialProperties properties,
            KeyMask mask) {
        return OperationObservationConvention.observing(
                registry.getIfUnique(() -> ObservationRegistry.NOOP),
                convention.getIfAvailable(),
                properties.observations().key(),
                mask);
    }
}
