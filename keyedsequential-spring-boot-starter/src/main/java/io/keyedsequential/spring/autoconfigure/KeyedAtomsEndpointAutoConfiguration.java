package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link KeyedAtomsEndpoint}. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnAvailableEndpoint(KeyedAtomsEndpoint.class)
@EnableConfigurationProperties(KeyedAtomsEndpointProperties.class)
public final class KeyedAtomsEndpointAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    KeyedAtomsEndpoint keyedAtomsEndpoint(
            AtomRegistry registry, KeyMask mask, KeyedAtomsEndpointProperties properties) {
        return new KeyedAtomsEndpoint(registry, mask, properties.showKeys());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.WEB)
    KeyedAtomsEndpointWebExtension keyedAtomsEndpointWebExtension(
            KeyedAtomsEndpoint endpoint, KeyedAtomsEndpointProperties properties) {
        return new KeyedAtomsEndpointWebExtension(endpoint, properties.showKeys(), properties.roles());
    }
}
