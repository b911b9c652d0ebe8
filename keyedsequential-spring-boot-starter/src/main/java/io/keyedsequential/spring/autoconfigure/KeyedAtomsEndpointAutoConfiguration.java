package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.AtomHistory;
import io.keyedsequential.spring.actuate.EndpointSurroundings;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointJmxExtension;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.LoggedKeys;
import io.keyedsequential.spring.atom.event.AtomEvents;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

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
    static LazyInitializationExcludeFilter keyedAtomsLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(AtomHistory.class);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty(name = "management.endpoint.keyedatoms.history.enabled", matchIfMissing = true)
    AtomHistory keyedAtomsHistory(AtomRegistry registry) {
        return new AtomHistory(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    KeyedAtomsEndpoint keyedAtomsEndpoint(
            AtomRegistry registry,
            KeyMask mask,
            KeyedAtomsEndpointProperties properties,
            ObjectProvider<EndpointAccessResolver> access,
            ObjectProvider<AtomHistory> history,
            ObjectProvider<AtomEvents> events,
            LoggedKeys keys,
            Environment environment) {
        EndpointSurroundings around = new EndpointSurroundings(
                environment.getProperty("spring.application.name"),
                properties.instance() == null ? ThisProcess.name(environment) : properties.instance(),
                keys,
                acted -> events.ifAvailable(published -> published.operatorActed(acted)),
                history.getIfAvailable(),
                properties.traces());
        return new KeyedAtomsEndpoint(
                registry, mask, properties.showKeys(), isWritable(access.getIfAvailable()), around);
    }

    /** Asked as Actuator does, which leaves the write operations out, or not. */
    private static boolean isWritable(@Nullable EndpointAccessResolver access) {
        return access != null && access.accessFor(EndpointId.of("keyedatoms"), Access.READ_ONLY) == Access.UNRESTRICTED;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.JMX)
    KeyedAtomsEndpointJmxExtension keyedAtomsEndpointJmxExtension(KeyedAtomsEndpoint endpoint) {
        return new KeyedAtomsEndpointJmxExtension(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.WEB)
    KeyedAtomsEndpointWebExtension keyedAtomsEndpointWebExtension(
            KeyedAtomsEndpoint endpoint, KeyedAtomsEndpointProperties properties) {
        return new KeyedAtomsEndpointWebExtension(endpoint, properties.showKeys(), properties.roles());
    }
}
