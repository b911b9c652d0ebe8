package io.keyedsequential.kafka;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;

/**
 * What a container calls with each record: it hands the record over to the listener of spring-kafka, which converts it
 * and calls the annotated method, and sees what has become of it. Throws nothing that a record is the cause of.
 */
final class KeyedRecordListener<K, V> implements AcknowledgingConsumerAwareMessageListener<K, V>, ConsumerSeekAware {

    /**
     * Records are acknowledged when they are done, not when the method has returned, nor in the order in which
     * methods return.
     */
    private static final Acknowledgment ELSEWHERE = new Acknowledgment() {
        @Override
        public void acknowledge() {}

        @Override
        public boolean isOutOfOrderCommit() {
            return true;
        }
    };

    private final MessageListener<K, V> delegate;
    private final RecordDeliveries deliveries;

    KeyedRecordListener(MessageListener<K, V> delegate, RecordDeliveries deliveries) {
        this.delegate = delegate;
        this.deliveries = deliveries;
        if (adapter(delegate) instanceof MessagingMessageListenerAdapter<?, ?> adapter) {
            adapter.setCallbackForAsyncFailure(this::hasFailed);
        }
    }

    private static Object adapter(Object listener) {
        Object inner = listener;
        while (inner instanceof DelegatingMessageListener<?> delegating) {
            inner = delegating.getDelegate();
        }
        return inner;
    }

    @Override
    public void onMessage(
            ConsumerRecord<K, V> record, @Nullable Acknowledgment acknowledgment, @Nullable Consumer<?, ?> consumer) {
        RecordDelivery delivery = KeyedConsumer.of(consumer).open(record);
        if (delivery == null) {
            return;
        }
        deliveries.begin(delivery);
        try {
            delegate.onMessage(record, ELSEWHERE, consumer);
            if (!delivery.isCall() && !delivery.hasFailed()) {
                delivery.done(); // filtered, stored by an engine, or dealt with by an error handler of the listener
            }
        } catch (RuntimeException e) {
            if (!delivery.isCall()) {
                delivery.failed(e);
            }
        } finally {
            deliveries.end();
            delivery.handedOver();
        }
        if (delivery.isRefused()) {
            delivery.partition().takeBack(delivery);
        }
    }

    /**
     * A method that returns a future has returned one that has failed, before there was an operation: its key is
     * null, say.
     */
    private void hasFailed(ConsumerRecord<?, ?> record, RuntimeException failure) {
        RecordDelivery delivery = deliveries.current();
        if (delivery != null && isSame(delivery.record(), record) && !delivery.isCall()) {
            delivery.failed(failure);
        }
    }

    @SuppressWarnings("ReferenceEquality") // two deliveries of one record are two
    private static boolean isSame(ConsumerRecord<?, ?> one, ConsumerRecord<?, ?> other) {
        return one == other;
    }

    private ConsumerSeekAware seeking() {
        return delegate instanceof ConsumerSeekAware aware ? aware : new ConsumerSeekAware() {};
    }

    @Override
    public void registerSeekCallback(ConsumerSeekCallback callback) {
        seeking().registerSeekCallback(callback);
    }

    @Override
    public void onPartitionsAssigned(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
        seeking().onPartitionsAssigned(assignments, callback);
    }

    @Override
    public void onPartitionsRevoked(@Nullable Collection<TopicPartition> partitions) {
        seeking().onPartitionsRevoked(partitions);
    }

    @Override
    public void onIdleContainer(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
        seeking().onIdleContainer(assignments, callback);
    }

    @Override
    public void onFirstPoll() {
        seeking().onFirstPoll();
    }

    @Override
    public void unregisterSeekCallback() {
        seeking().unregisterSeekCallback();
    }
}
