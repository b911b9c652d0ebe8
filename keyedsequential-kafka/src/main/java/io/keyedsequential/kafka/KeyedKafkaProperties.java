package io.keyedsequential.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Listeners of Kafka.
 *
 * @param listeners Whether the container factory of the application, kafkaListenerContainerFactory, runs the keys of
 *     annotated listeners in parallel.
 */
@ConfigurationProperties("keyedsequential.kafka")
record KeyedKafkaProperties(@DefaultValue("true") boolean listeners) {}
