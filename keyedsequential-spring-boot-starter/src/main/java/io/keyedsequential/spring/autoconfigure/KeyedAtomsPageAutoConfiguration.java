package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.actuate.page.KeyedAtomsPageWebExtension;
import io.keyedsequential.spring.atom.AtomRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** Auto-configuration for the live page: an extension of the endpoint that takes the place of the one without it. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class, before = KeyedAtomsEndpointAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(AtomRegistry.class)
@ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBooleanProperty(name = "management.endpoint.keyedatoms.page.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeyedAtomsEndpointProperties.class)
@ImportRuntimeHints(KeyedAtomsPageAutoConfiguration.Resources.class)
public final class KeyedAtomsPageAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsPageAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(KeyedAtomsEndpointWebExtension.class)
    KeyedAtomsPageWebExtension keyedAtomsEndpointWebExtension(
            KeyedAtomsEndpoint endpoint, KeyedAtomsEndpointProperties properties) {
        return new KeyedAtomsPageWebExtension(endpoint, properties.showKeys(), properties.roles());
    }

    /** A native image keeps only the resources that are named. */
    static final class Resources implements RuntimeHintsRegistrar {

        @Override
        public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
            hints.resources().registerPattern("io/keyedsequential/spring/actuate/page/*");
        }
    }
}
