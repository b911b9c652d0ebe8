package io.keyedsequential.kafka;

import io.keyedsequential.kafka.KeyedConsumer.Limits;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ConsumerPostProcessor;

/** Makes the consumers of one listener: those of the application's own factory, each behind a {@link KeyedConsumer}. */
final class KeyedConsumerFactory<K, V> implements ConsumerFactory<K, V> {

    /** Kafka's default. */
    private static final int DEFAULT_MAX_POLL_INTERVAL = 300_000;

    private final ConsumerFactory<K, V> consumers;
    private final KeyedListener listener;
    private final Duration drainTimeout;

    KeyedConsumerFactory(ConsumerFactory<K, V> consumers, KeyedListener listener, Duration drainTimeout) {
        this.consumers = consumers;
        this.listener = listener;
        this.drainTimeout = drainTimeout;
    }

    @Override
    public Consumer<K, V> createConsumer(
            @Nullable String groupId,
            @Nullable String clientIdPrefix,
            @Nullable String clientIdSuffix,
            @Nullable Properties properties) {
        Map<String, Object> config = config(properties);
        requireGroup(groupId, config);
        Duration maxPollInterval =
                millis(config, CommonClientConfigs.MAX_POLL_INTERVAL_MS_CONFIG, DEFAULT_MAX_POLL_INTERVAL);
        listener.check(maxPollInterval);
        listener.show();
        listener.broker()
                .configured(
                        config.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "?"),
                        millis(config, CommonClientConfigs.HEARTBEAT_INTERVAL_MS_CONFIG, 0));
        Duration half = maxPollInterval.dividedBy(2);
        Limits limits = new Limits(half, half.compareTo(drainTimeout) < 0 ? half : drainTimeout);
        Consumer<K, V> client = consumers.createConsumer(groupId, clientIdPrefix, clientIdSuffix, properties);
        KeyedConsumer<K, V> keyed = new KeyedConsumer<>(client, listener, limits);
        listener.add(keyed);
        return keyed.proxy();
    }

    private Map<String, Object> config(@Nullable Properties properties) {
        Map<String, Object> all = new HashMap<>(consumers.getConfigurationProperties());
        if (properties != null) {
            properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        }
        return all;
    }

    /** What is no number is left to the client, which says so. */
    private static Duration millis(Map<String, Object> config, String name, int otherwise) {
        Object value = config.get(name);
        try {
            return Duration.ofMillis(
                    value == null ? otherwise : Long.parseLong(value.toString().strip()));
        } catch (NumberFormatException e) {
            return Duration.ofMillis(otherwise);
        }
    }

    private void requireGroup(@Nullable String groupId, Map<String, Object> config) {
        Object configured = config.get(CommonClientConfigs.GROUP_ID_CONFIG);
        if ((groupId == null || groupId.isBlank())
                && (configured == null || configured.toString().isBlank())) {
            throw new MisconfiguredAtomException(
                    "The keyed listener '%s' has no group: what it has done could not be acknowledged."
                            .formatted(listener),
                    "Set groupId of @KafkaListener, or spring.kafka.consumer.group-id.");
        }
    }

    @Override
    public boolean isAutoCommit() {
        return consumers.isAutoCommit();
    }

    @Override
    public Map<String, Object> getConfigurationProperties() {
        return consumers.getConfigurationProperties();
    }

    @Override
    public @Nullable Deserializer<K> getKeyDeserializer() {
        return consumers.getKeyDeserializer();
    }

    @Override
    public @Nullable Deserializer<V> getValueDeserializer() {
        return consumers.getValueDeserializer();
    }

    @Override
    public boolean removeListener(Listener<K, V> consumerListener) {
        return consumers.removeListener(consumerListener);
    }

    @Override
    public void addListener(int index, Listener<K, V> consumerListener) {
        consumers.addListener(index, consumerListener);
    }

    @Override
    public void addListener(Listener<K, V> consumerListener) {
        consumers.addListener(consumerListener);
    }

    @Override
    public List<Listener<K, V>> getListeners() {
        return consumers.getListeners();
    }

    @Override
    public void addPostProcessor(ConsumerPostProcessor<K, V> postProcessor) {
        consumers.addPostProcessor(postProcessor);
    }

    @Override
    public boolean removePostProcessor(ConsumerPostProcessor<K, V> postProcessor) {
        return consumers.removePostProcessor(postProcessor);
    }

    @Override
    public List<ConsumerPostProcessor<K, V>> getPostProcessors() {
        return consumers.getPostProcessors();
    }

    @Override
    public void updateConfigs(Map<String, Object> updates) {
        consumers.updateConfigs(updates);
    }

    @Override
    public void removeConfig(String configKey) {
        consumers.removeConfig(configKey);
    }
}
