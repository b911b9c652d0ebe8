package io.keyedsequential.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Brings the meters of listeners. */
@AutoConfiguration(
        after = KeyedSequentialKafkaAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({KeyedListeners.class, MeterRegistry.class})
public final class KeyedSequentialKafkaMetricsAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialKafkaMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    KeyedListenerMeters keyedListenerMeters(KeyedListeners listeners) {
        return new KeyedListenerMeters(listeners);
    }
}
