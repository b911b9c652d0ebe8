package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link KeyedAtomsHealthIndicator}. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnEnabledHealthIndicator("keyedatoms")
@EnableConfigurationProperties(KeyedSequentialProperties.class)
public final class KeyedAtomsHealthAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "keyedAtomsHealthIndicator")
    KeyedAtomsHealthIndicator keyedAtomsHealthIndicator(
            AtomRegistry registry, KeyMask mask, KeyedSequentialProperties properties) {
        return new KeyedAtomsHealthIndicator(
                registry,
                mask,
                properties.health().stuckAfter(),
                new Status(properties.health().statusCode()));
    }
}
