package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The engine's own clients: connected and secured as those of the application, but with what the engine's promise
 * depends on set by itself. The application's beans are looked up when the engine is made; what is missing is told
 * only when an atom needs it.
 */
final class KafkaClients {

    /** What the engine decides: what the application says of its own producer does not count. */
    private static final List<String> OWN_OF_PRODUCER = List.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.RETRIES_CONFIG,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);

    /** Kafka's default, which a shorter limit of ours undercuts. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final @Nullable Map<String, Object> producers;
    private final @Nullable Map<String, Object> consumers;
    private final @Nullable Map<String, Object> admins;

    KafkaClients(
            ObjectProvider<ProducerFactory<?, ?>> producers,
            ObjectProvider<ConsumerFactory<?, ?>> consumers,
            ObjectProvider<KafkaAdmin> admins) {
        ProducerFactory<?, ?> producing = producers.getIfUnique();
        ConsumerFactory<?, ?> consuming = consumers.getIfUnique();
        KafkaAdmin administering = admins.getIfUnique();
        this.producers = producing == null ? null : producing.getConfigurationProperties();
        this.consumers = consuming == null ? null : consuming.getConfigurationProperties();
        this.admins = administering == null ? null : administering.getConfigurationProperties();
    }

    /** A producer that loses and reorders nothing, and gives up within this time. */
    Producer<byte[], byte[]> producer(String clientId, Duration timeout) {
        Map<String, Object> config = copy(producers, "ProducerFactory");
        OWN_OF_PRODUCER.forEach(config::remove);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0); // a caller waits for each
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                Math.min(timeout.toMillis(), REQUEST_TIMEOUT.toMillis()));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Makes consumers of bytes that begin with the first call and commit nothing by themselves. */
    ConsumerFactory<byte[], byte[]> consumers() {
        Map<String, Object> config = copy(consumers, "ConsumerFactory");
        config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // what came before the first consumer counts
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Admin admin(Duration timeout) {
        Map<String, Object> config = copy(admins, "KafkaAdmin");
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int)
                Math.min(timeout.toMillis(), REQUEST_TIMEOUT.toMillis()));
        return Admin.create(config);
    }

    /** Where the broker is looked for, for messages. */
    String address() {
        Object servers = admins == null ? null : admins.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return String.valueOf(servers);
    }

    /** Refuses, at start-up, an application without what the clients are made of. */
    void check() {
        copy(producers, "ProducerFactory");
        copy(consumers, "ConsumerFactory");
        copy(admins, "KafkaAdmin");
    }

    private static Map<String, Object> copy(@Nullable Map<String, Object> config, String bean) {
        if (config == null) {
            throw new MisconfiguredAtomException(
                    "The engine 'kafka' connects as the application's %s does, and there is none, or there are several."
                            .formatted(bean),
                    "Leave Spring Boot's KafkaAutoConfiguration on, or define one %s; mark one of several @Primary."
                            .formatted(bean));
        }
        Map<String, Object> copy = new HashMap<>();
        config.forEach((name, value) -> {
            if (value != null) {
                copy.put(name, value);
            }
        });
        return copy;
    }
}
