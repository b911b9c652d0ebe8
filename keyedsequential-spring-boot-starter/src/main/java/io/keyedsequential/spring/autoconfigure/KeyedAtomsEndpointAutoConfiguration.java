package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
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
            AtomRegistry registry,
            KeyMask mask,
            KeyedAtomsEndpointProperties properties,
            ObjectProvider<EndpointAccessResolver> access) {
        return new KeyedAtomsEndpoint(registry, mask, properties.showKeys(), isWritable(access.getIfAvailable()));
    }

    /** Asked as Actuator does, which leaves the write operations out, or not. */
    private static boolean isWritable(@Nullable EndpointAccessResolver access) {
        return access != null && access.accessFor(EndpointId.of("keyedatoms"), Access.READ_ONLY) == Access.UNRESTRICTED;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.WEB)
    KeyedAtomsEndpointWebExtension keyedAtomsEndpointWebExtension(
            KeyedAtomsEndpoint endpoint, KeyedAtomsEndpointProperties properties) {
        return new KeyedAtomsEndpointWebExtension(endpoint, properties.showKeys(), properties.roles());
    }
}
