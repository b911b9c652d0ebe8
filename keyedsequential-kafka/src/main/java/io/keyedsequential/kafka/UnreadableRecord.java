package io.keyedsequential.kafka;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.serializer.DeserializationException;

/**
 * A record that the client could not read, in its place among the others: its value is what spring-kafka takes for the
 * failure of a deserializer, so that it goes to the error handler and not to the listener.
 */
final class UnreadableRecord<K, V> extends ConsumerRecord<K, V> {

    private final RecordDeserializationException failure;

    @SuppressWarnings({"unchecked", "NullAway"}) // containers look for this type in the place of a value
    UnreadableRecord(RecordDeserializationException failure) {
        super(
                failure.topicPartition().topic(),
                failure.topicPartition().partition(),
                failure.offset(),
                failure.timestamp(),
                failure.timestampType(),
                NULL_SIZE,
                NULL_SIZE,
                null,
                (V) new DeserializationException(
                        String.valueOf(failure.getMessage()), bytes(failure.valueBuffer()), false, failure),
                failure.headers(),
                Optional.empty());
        this.failure = failure;
    }

    RecordDeserializationException failure() {
        return failure;
    }

    /** The record as it was sent. */
    ConsumerRecord<byte[], byte[]> raw() {
        return new ConsumerRecord<>(
                topic(),
                partition(),
                offset(),
                timestamp(),
                timestampType(),
                NULL_SIZE,
                NULL_SIZE,
                bytes(failure.keyBuffer()),
                bytes(failure.valueBuffer()),
                headers(),
                Optional.empty());
    }

    @SuppressWarnings("NullAway") // null is a value of a record
    private static byte[] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
