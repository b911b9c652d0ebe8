package io.keyedsequential.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is bytes as it is, since it could not be read; everything else as the application writes it, or texts as
 * they are.
 */
final class DeadLetterSerializer implements Serializer<Object> {

    private final Serializer<Object> application;

    DeadLetterSerializer(Serializer<Object> application) {
        this.application = application;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Object data) {
        return write(data, () -> application.serialize(topic, data));
    }

    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable Object data) {
        return write(data, () -> application.serialize(topic, headers, data));
    }

    private static byte @Nullable [] write(@Nullable Object data, Writing application) {
        if (data == null || data instanceof byte[]) {
            return (byte[]) data;
        }
        try {
            return application.write();
        } catch (SerializationException | ClassCastException | IllegalArgumentException e) {
            if (data instanceof String text) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            throw e instanceof SerializationException
                    ? e
                    : new SerializationException(
                            "the application's serializer does not write "
                                    + data.getClass().getName(),
                            e);
        }
    }

    @Override
    public void close() {
        application.close();
    }

    @FunctionalInterface
    private interface Writing {
        byte @Nullable [] write();
    }
}
