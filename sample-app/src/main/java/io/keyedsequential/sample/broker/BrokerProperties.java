package io.keyedsequential.sample.broker;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the broker inside the order desk.
 *
 * @param enabled Whether there is one. By default not.
 * @param port Where it listens, at localhost.
 * @param directory What it keeps is there.
 */
@ConfigurationProperties("desk.broker")
record BrokerProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("9092") int port,
        @DefaultValue("target/order-desk-broker") Path directory) {}
