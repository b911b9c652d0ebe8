package io.keyedsequential.kafka;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConsumerRecordRecoverer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;

/**
 * Publishes dead letters by spring-kafka's own recoverer, which waits until the broker has taken them: to the topic of
 * the record with {@code -dlt} behind it, same partition and key, with the headers that say why. With a producer of its
 * own, that is set up as that of the application, made when it is first needed.
 */
final class DeadLetters implements ConsumerRecordRecoverer, DisposableBean {

    private final ObjectProvider<ProducerFactory<?, ?>> producers;

    private @Nullable DefaultKafkaProducerFactory<Object, Object> own;
    private @Nullable DeadLetterPublishingRecoverer recoverer;

    DeadLetters(ObjectProvider<ProducerFactory<?, ?>> producers) {
        this.producers = producers;
    }

    @Override
    public void accept(ConsumerRecord<?, ?> record, Exception failure) {
        recoverer().accept(record, failure);
    }

    private synchronized DeadLetterPublishingRecoverer recoverer() {
        if (recoverer == null) {
            ProducerFactory<?, ?> application = producers.getObject();
            Map<String, Object> config = application.getConfigurationProperties();
            own = new DefaultKafkaProducerFactory<>(
                    config,
                    new DeadLetterSerializer(serializer(
                            application.getKeySerializerSupplier(),
                            config,
                            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                            true)),
                    new DeadLetterSerializer(serializer(
                            application.getValueSerializerSupplier(),
                            config,
                            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                            false)),
                    false);
            recoverer = new DeadLetterPublishingRecoverer(new KafkaTemplate<>(own));
        }
        return recoverer;
    }

    @SuppressWarnings("unchecked") // whatever it writes: what it does not is a failure
    private static Serializer<Object> serializer(
            @Nullable Supplier<? extends @Nullable Serializer<?>> supplied,
            Map<String, Object> config,
            String property,
            boolean isKey) {
        Serializer<Object> given = supplied == null ? null : (Serializer<Object>) supplied.get();
        if (given != null) {
            return given;
        }
        Object named = config.get(property);
        try {
            Serializer<Object> made = named instanceof Class<?> type
                    ? (Serializer<Object>) Utils.newInstance(type, Serializer.class)
                    : Utils.newInstance(String.valueOf(named), Serializer.class);
            made.configure(config, isKey);
            return made;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(property + " names no class: " + named, e);
        }
    }

    @Override
    public synchronized void destroy() {
        if (own != null) {
            own.destroy();
        }
    }
}
