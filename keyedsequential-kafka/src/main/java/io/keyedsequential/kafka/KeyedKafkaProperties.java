package io.keyedsequential.kafka;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Listeners of Kafka, and the engine kafka.
 *
 * @param listeners Whether the container factory of the application, kafkaListenerContainerFactory, runs the keys of
 *     annotated listeners in parallel.
 * @param topicPrefix What the names of the topics begin with that keep calls; the name of the atom follows. Two
 *     applications at one broker need two.
 * @param createTopics Whether topics that are missing are made at start-up.
 * @param replicationFactor Of topics that are made. By default that of the broker.
 * @param sendTimeout How long a call waits for the broker at most, and the start-up for its answer.
 * @param maxArguments Size of the arguments of one call at most, as JSON.
 * @param unreadableGrace How long a call that this version of the application cannot read waits for one that can,
 *     before it is dead-lettered.
 * @param headers What travels from the caller to the body.
 */
@ConfigurationProperties("keyedsequential.kafka")
record KeyedKafkaProperties(
        @DefaultValue("true") boolean listeners,
        @DefaultValue("keyed.") String topicPrefix,
        @DefaultValue("true") boolean createTopics,
        @Nullable Short replicationFactor,
        @DefaultValue("30s") Duration sendTimeout,
        @DefaultValue("900KB") DataSize maxArguments,
        @DefaultValue("10m") Duration unreadableGrace,
        @DefaultValue Headers headers) {

    private static final Duration LONGEST_SEND = Duration.ofMinutes(10);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one cannot be
     */
    KeyedKafkaProperties {
        if (sendTimeout.toMillis() < 1 || sendTimeout.compareTo(LONGEST_SEND) > 0) {
            throw new IllegalArgumentException("keyedsequential.kafka.send-timeout must be 1ms to %s, was %s"
                    .formatted(LONGEST_SEND, sendTimeout));
        }
        if (unreadableGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "keyedsequential.kafka.unreadable-grace must not be negative, was " + unreadableGrace);
        }
        if (maxArguments.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "keyedsequential.kafka.max-arguments must be 1B or more, was " + maxArguments);
        }
        if (replicationFactor != null && replicationFactor < 1) {
            throw new IllegalArgumentException(
                    "keyedsequential.kafka.replication-factor must be 1 or more, was " + replicationFactor);
        }
    }

    /**
     * What travels from the caller to the body.
     *
     * @param mdc Names of the MDC that travel with a call. By default none.
     */
    record Headers(@DefaultValue List<String> mdc) {}
}
