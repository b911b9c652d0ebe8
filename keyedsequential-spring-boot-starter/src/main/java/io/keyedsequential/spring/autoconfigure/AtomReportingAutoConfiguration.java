package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomLog;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.LoggedKeys;
import io.keyedsequential.spring.atom.StartupLog;
import io.keyedsequential.spring.atom.event.AtomEvents;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what atoms tell the log, and the application as events. Each context tells of its own atoms.
 */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnBean(AtomRegistry.class)
@EnableConfigurationProperties(AtomReportingProperties.class)
public final class AtomReportingAutoConfiguration {

    /** For Spring. */
    public AtomReportingAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    AtomLog keyedSequentialAtomLog(LoggedKeys keys, AtomReportingProperties properties) {
        return new AtomLog(keys, properties.saturationInterval(), System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    StartupLog keyedSequentialStartupLog() {
        return new StartupLog();
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @ConditionalOnBooleanProperty(name = "keyedsequential.events.enabled", matchIfMissing = true)
    AtomEvents keyedSequentialAtomEvents(ApplicationEventPublisher publisher, AtomReportingProperties properties) {
        return new AtomEvents(publisher, properties.saturationInterval(), System::nanoTime);
    }
}
