package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.metrics.OperationObservationConvention;
import io.keyedsequential.spring.metrics.OperationObservationDecorator;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for observations of annotated calls. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnBooleanProperty(name = "keyedsequential.observations.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeyedSequentialObservationProperties.class)
public final class KeyedSequentialObservationAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialObservationAutoConfiguration() {}

    @Bean
    OperationObservationDecorator keyedSequentialOperationObservationDecorator(
            ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<OperationObservationConvention> convention,
            KeyedSequentialObservationProperties properties,
            KeyMask mask) {
        return new OperationObservationDecorator(
                registry.getIfUnique(() -> ObservationRegistry.NOOP),
                convention.getIfAvailable(),
                properties.key(),
                mask);
    }
}
