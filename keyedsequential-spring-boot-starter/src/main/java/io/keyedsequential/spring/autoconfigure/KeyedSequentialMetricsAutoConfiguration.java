package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.metrics.KeyedAtomsMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link KeyedAtomsMetrics}. */
@AutoConfiguration(
        after = KeyedSequentialAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({AtomRegistry.class, MeterRegistry.class})
public final class KeyedSequentialMetricsAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    KeyedAtomsMetrics keyedAtomsMetrics(AtomRegistry registry) {
        return new KeyedAtomsMetrics(registry);
    }

    /** Boot binds to registries when it makes them: those of a parent context it has made before. */
    @Bean
    SmartInitializingSingleton keyedAtomsMetricsOfParent(
            KeyedAtomsMetrics metrics, ListableBeanFactory beanFactory, ObjectProvider<MeterRegistry> registries) {
        return () -> {
            if (beanFactory.getBeanNamesForType(MeterRegistry.class, true, false).length == 0) {
                registries.ifUnique(metrics::bindTo);
            }
        };
    }
}
