package io.keyedsequential.kafka;

import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.HeaderCodec;
import io.keyedsequential.spring.engine.StoredCall;
import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Calls as records: the key is the text of the call's key, the value its arguments as a JSON array, and headers have
 * the operation, the label and what travels from the caller to the body. For any thread.
 */
final class CallRecords {

    /** The operation's name. A record without it is no call. */
    static final String OPERATION = "keyed.operation";

    private static final String LABEL = "keyed.label";

    /** What {@link io.keyedsequential.spring.engine.HeaderCarrier}s have written, as one JSON object. */
    private static final String CARRIED = "keyed.headers";

    private final String atom;
    private final StoredOperations operations;
    private final ArgumentCodec arguments;

    CallRecords(String atom, StoredOperations operations, ArgumentCodec arguments) {
        this.atom = atom;
        this.operations = operations;
        this.arguments = arguments;
    }

    /**
     * A call as it is stored.
     *
     * @param operation the operation's name
     * @param key the text of its key
     * @param arguments a JSON array
     * @param headers a JSON object, or {@code null}
     * @param label or {@code null}
     */
    record Call(String operation, String key, String arguments, @Nullable String headers, @Nullable String label) {

        /** Without key and arguments, which may be personal data. */
        @Override
        public String toString() {
            return operation;
        }
    }

    /**
     * Writes a call.
     *
     * @throws IllegalArgumentException if its key or its arguments cannot be stored
     */
    ProducerRecord<byte[], byte[]> write(StoredCall call, TopicSettings topic) {
        String title = atom + "." + call.operation();
        byte[] key = bytes(title, "key", StoredKey.of(atom, call.key()));
        byte[] value = bytes(
                title, "arguments", arguments.write(title, operations.of(call).method(), call.arguments()));
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic.topic(), partition(key, topic.partitions()), key, value);
        add(record, OPERATION, call.operation());
        add(record, LABEL, call.label());
        add(record, CARRIED, HeaderCodec.write(call.headers()));
        return record;
    }

    /**
     * That of Kafka's own partitioner for keys, but by the configured number of partitions: one that is raised while
     * calls are under way does not move keys.
     */
    static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    private static void add(ProducerRecord<byte[], byte[]> record, String name, @Nullable String text) {
        if (text != null) {
            record.headers().add(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Half of a character would come back as another one. */
    private static byte[] bytes(String title, String what, String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "%s: the %s contain half of a character, which cannot be stored".formatted(title, what), e);
        }
    }

    /**
     * Reads a record.
     *
     * @throws ForeignRecordException if it is none of ours
     */
    static Call read(ConsumerRecord<byte[], byte[]> record) {
        String operation = text(record, OPERATION);
        byte[] key = record.key();
        byte[] value = record.value();
        if (operation == null || key == null || value == null) {
            throw new ForeignRecordException(
                    "%s-%d@%d is no call: it has no %s. Only calls of the engine 'kafka' belong into this topic"
                            .formatted(
                                    record.topic(),
                                    record.partition(),
                                    record.offset(),
                                    operation == null ? "header " + OPERATION : key == null ? "key" : "value"));
        }
        return new Call(
                operation,
                new String(key, StandardCharsets.UTF_8),
                new String(value, StandardCharsets.UTF_8),
                text(record, CARRIED),
                text(record, LABEL));
    }

    private static @Nullable String text(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** A record that another application has written, which no version of this one can run. */
    static final class ForeignRecordException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ForeignRecordException(String message) {
            super(message);
        }
    }
}
