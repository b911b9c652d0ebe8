package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.KeyedAtomsInfoContributor;
import io.keyedsequential.spring.atom.AtomRegistry;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link KeyedAtomsInfoContributor}. Off unless {@code management.info.keyedatoms.enabled}. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnEnabledInfoContributor(value = "keyedatoms", fallback = InfoContributorFallback.DISABLE)
public final class KeyedAtomsInfoAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsInfoAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    KeyedAtomsInfoContributor keyedAtomsInfoContributor(AtomRegistry registry) {
        return new KeyedAtomsInfoContributor(registry);
    }
}
