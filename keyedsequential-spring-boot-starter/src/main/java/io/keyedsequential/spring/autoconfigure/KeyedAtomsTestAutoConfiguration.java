package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.test.KeyedAtoms;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for tests of applications: {@link KeyedAtoms} beside Spring Boot's test support, and the
 * inline mode.
 */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnBean(AtomRegistry.class)
@EnableConfigurationProperties(KeyedSequentialProperties.class)
public final class KeyedAtomsTestAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsTestAutoConfiguration() {}

    @Bean
    @ConditionalOnClass(name = "org.springframework.boot.test.context.SpringBootTest")
    @ConditionalOnMissingBean
    KeyedAtoms keyedAtoms(AtomRegistry registry) {
        return new KeyedAtoms(registry);
    }

    /** The last word: it replaces whatever executor the atom would have. */
    @Bean
    @ConditionalOnBooleanProperty("keyedsequential.test.inline")
    @Order(Ordered.LOWEST_PRECEDENCE)
    CoordinatorOptionsCustomizer keyedSequentialInlineCustomizer() {
        return (atom, builder) -> builder.executor(Runnable::run);
    }
}
