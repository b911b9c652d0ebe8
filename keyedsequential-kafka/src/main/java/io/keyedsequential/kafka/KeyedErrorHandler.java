package io.keyedsequential.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Takes over records that fail before the listener has them: they could not be read, or an interceptor has thrown. What
 * the consumer itself fails with goes to the handler of the application.
 */
final class KeyedErrorHandler implements CommonErrorHandler {

    private final CommonErrorHandler otherwise;

    KeyedErrorHandler(CommonErrorHandler otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public boolean handleOne(
            Exception failure,
            ConsumerRecord<?, ?> record,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        RecordDelivery delivery = KeyedConsumer.of(consumer).open(record);
        if (delivery != null) {
            delivery.failed(failure);
            delivery.handedOver();
        }
        return true;
    }

    /** Reached by a commit of the container that failed, which commits nothing. */
    @Override
    public void handleRemaining(
            Exception failure,
            List<ConsumerRecord<?, ?>> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        records.forEach(record -> handleOne(failure, record, consumer, container));
    }

    @Override
    public void handleOtherException(
            Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        otherwise.handleOtherException(failure, consumer, container, batchListener);
    }

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }
}
