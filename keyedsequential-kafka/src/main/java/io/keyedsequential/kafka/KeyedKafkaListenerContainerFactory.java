package io.keyedsequential.kafka;

import org.jspecify.annotations.Nullable;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListener;

/**
 * Makes the containers of listeners. Those whose methods are {@code @KeyedSequential} run their keys in parallel, and
 * acknowledge a record when its operation and all before it in the partition have ended; all others are as ever. The
 * auto-configuration has one, under the name that listeners use by default; an application that builds its own factory
 * builds this one in the same way:
 *
 * <pre>{@code
 * var factory = new KeyedKafkaListenerContainerFactory<String, Order>(listeners);
 * factory.setConsumerFactory(consumerFactory);
 * }</pre>
 *
 * @param <K> the type of the keys of records
 * @param <V> the type of their values
 */
public final class KeyedKafkaListenerContainerFactory<K, V> extends ConcurrentKafkaListenerContainerFactory<K, V> {

    private final KeyedListeners listeners;

    /** The listener whose container is being made, on the thread that makes it. */
    private final ThreadLocal<@Nullable KeyedListener> making = new ThreadLocal<>();

    /**
     * Makes containers.
     *
     * @param listeners the bean of the auto-configuration
     */
    public KeyedKafkaListenerContainerFactory(KeyedListeners listeners) {
        this.listeners = listeners;
    }

    @Override
    public ConcurrentMessageListenerContainer<K, V> createListenerContainer(KafkaListenerEndpoint endpoint) {
        Boolean batch = endpoint.getBatchListener() == null ? isBatchListener() : endpoint.getBatchListener();
        KeyedListener listener = listeners.of(endpoint, Boolean.TRUE.equals(batch));
        if (listener == null) {
            return super.createListenerContainer(endpoint);
        }
        making.set(listener);
        try {
            ConcurrentMessageListenerContainer<K, V> container = super.createListenerContainer(endpoint);
            arrange(container, listener);
            return container;
        } finally {
            making.remove();
        }
    }

    @Override
    protected ConcurrentMessageListenerContainer<K, V> createContainerInstance(KafkaListenerEndpoint endpoint) {
        KeyedListener listener = making.get();
        ConsumerFactory<? super K, ? super V> given = getConsumerFactory();
        if (listener == null || given == null) {
            return super.createContainerInstance(endpoint);
        }
        // The base class hands the factory that it has at this moment to the container.
        setConsumerFactory(new KeyedConsumerFactory<>(given, listener, listeners.drainTimeout()));
        try {
            return super.createContainerInstance(endpoint);
        } finally {
            setConsumerFactory(given);
        }
    }

    @SuppressWarnings("unchecked") // the container's own listener
    private void arrange(ConcurrentMessageListenerContainer<K, V> container, KeyedListener listener) {
        ContainerProperties properties = container.getContainerProperties();
        new ListenerChecks(listener.id()).check(properties, getConsumerFactory());
        properties.setAckMode(AckMode.MANUAL); // nothing is acknowledged by the container
        if (!(properties.getMessageListener() instanceof MessageListener<?, ?> delegate)) {
            throw new IllegalStateException(listener + " takes no single records");
        }
        properties.setMessageListener(
                new KeyedRecordListener<>((MessageListener<K, V>) delegate, listeners.deliveries()));
        CommonErrorHandler given = container.getCommonErrorHandler();
        container.setCommonErrorHandler(new KeyedErrorHandler(given == null ? new DefaultErrorHandler() : given));
    }
}
