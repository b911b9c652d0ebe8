package io.keyedsequential.sample.broker;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Starts the broker before anything looks for it, and stops it after everything that uses it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("desk.broker.enabled")
@EnableConfigurationProperties(BrokerProperties.class)
class BrokerConfiguration {

    @Bean(initMethod = "start", destroyMethod = "stop")
    DeskBroker deskBroker(BrokerProperties properties) {
        return new DeskBroker(properties);
    }
}
