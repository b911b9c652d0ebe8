package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.EndpointSurroundings;
import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory;
import io.keyedsequential.spring.actuate.EndpointSurroundings.TraceUrl;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointJmxExtension;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension.KeyedAtomsPageWebExtension;
import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator;
import io.keyedsequential.spring.actuate.KeyedAtomsInfoContributor;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.event.AtomEvents;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/** Auto-configuration for what Actuator shows of atoms: the endpoint with its live page, health, and info. */
@AutoConfiguration(after = KeyedSequentialAutoConfiguration.class)
@ConditionalOnBean(AtomRegistry.class)
public final class KeyedAtomsActuatorAutoConfiguration {

    /** For Spring. */
    public KeyedAtomsActuatorAutoConfiguration() {}

    /** {@link KeyedAtomsEndpoint}, where it is available. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    @ConditionalOnAvailableEndpoint(KeyedAtomsEndpoint.class)
    @EnableConfigurationProperties(KeyedAtomsActuatorAutoConfiguration.Endpoint.KeyedAtomsEndpointProperties.class)
    static class Endpoint {

        /** The live page: an extension of the endpoint that takes the place of the one without it. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnAvailableEndpoint(endpoint = KeyedAtomsEndpoint.class, exposure = EndpointExposure.WEB)
        @ConditionalOnBooleanProperty(name = "management.endpoint.keyedatoms.page.enabled", matchIfMissing = true)
        @ImportRuntimeHints(Page.Resources.class)
        static class Page {

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
            return access != null
                    && access.accessFor(EndpointId.of("keyedatoms"), Access.READ_ONLY) == Access.UNRESTRICTED;
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

        /** Names this process to those who look at one of several: nothing is asked of the network for it. */
        private static final class ThisProcess {

            private ThisProcess() {}

            /** The name of the host, or of the container, where the environment has it, and the id of the process. */
            static String name(Environment environment) {
                long id = ProcessHandle.current().pid();
                String host = environment.getProperty("HOSTNAME", environment.getProperty("COMPUTERNAME", ""));
                return host.isBlank() ? "process " + id : host + "-" + id;
            }
        }

        /**
         * Properties of the keyedatoms endpoint.
         *
         * @param showKeys When to show keys and error messages, which may be personal data.
         * @param roles Roles of those who are authorized to see them. When empty, every authenticated user is.
         * @param traceUrl Address at which a trace is shown, with {traceId} in the place of its id. By default the id
         *     stands alone.
         * @param instance Name of this process, in answers and in the title of the live page. By default the host's
         *     name and the process id.
         * @param history What is remembered of the last hour.
         */
        @ConfigurationProperties("management.endpoint.keyedatoms")
        record KeyedAtomsEndpointProperties(
                @DefaultValue("never") Show showKeys,
                @DefaultValue Set<String> roles,
                @Nullable String traceUrl,
                @Nullable String instance,
                @DefaultValue History history) {

            /**
             * What is remembered of the last hour.
             *
             * @param enabled Whether throughput, failures, queue and oldest wait of the last hour are sampled for each
             *     atom.
             */
            record History(@DefaultValue("true") boolean enabled) {}

            /**
             * Copies the roles, and validates.
             *
             * @param showKeys when to show keys
             * @param roles who is authorized
             * @param traceUrl where a trace is shown
             * @param instance which process this is
             * @param history what is remembered
             */
            KeyedAtomsEndpointProperties {
                roles = Set.copyOf(roles);
                if (traceUrl != null) {
                    try {
                        new TraceUrl(traceUrl);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("management.endpoint.keyedatoms." + e.getMessage(), e);
                    }
                }
                if (instance != null && instance.isBlank()) {
                    throw new IllegalArgumentException("management.endpoint.keyedatoms.instance must not be blank");
                }
            }

            @Nullable
            TraceUrl traces() {
                return traceUrl == null ? null : new TraceUrl(traceUrl);
            }
        }
    }

    /** {@link KeyedAtomsHealthIndicator}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    @ConditionalOnEnabledHealthIndicator("keyedatoms")
    @EnableConfigurationProperties(KeyedSequentialProperties.class)
    static class Health {

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

    /** {@link KeyedAtomsInfoContributor}. Off unless {@code management.info.keyedatoms.enabled}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
    @ConditionalOnEnabledInfoContributor(value = "keyedatoms", fallback = InfoContributorFallback.DISABLE)
    static class Info {

        @Bean
        @ConditionalOnMissingBean
        KeyedAtomsInfoContributor keyedAtomsInfoContributor(AtomRegistry registry) {
            return new KeyedAtomsInfoContributor(registry);
        }
    }
}
