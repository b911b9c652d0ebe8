package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.serializer.ErrorHandlingDeserializer;

/** A record whose key cannot be read has no order of its own: it is dead-lettered as it was sent, and the partition goes on. */
class UnreadableKeysTest {

    private final Broker broker = Broker.shared();

    static class Numbered {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "${topic}", topics = "${topic}")
        @KeyedSequential(key = "#record.key()", atom = "numbered")
        void process(ConsumerRecord<Integer, String> record) {
            bodies.add(record.key() + " " + record.value());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "spring", "spring-partition"})
    void itIsDeadLetteredAsItWasSent(String by) {
        String topic = "unreadable-key-" + by;
        broker.createTopic(topic, 1);
        broker.createTopic(topic + "-dlt", 1);
        Numbered numbered = new Numbered();
        try (Instance instance = Instance.start(
                List.of(numbered),
                "topic=" + topic,
                // It is not that it has no key: that cannot be read.
                "keyedsequential.atoms.numbered.kafka.null-keys=" + (by.endsWith("partition") ? "partition" : "refuse"),
                "spring.kafka.consumer.key-deserializer="
                        + (by.equals("client") ? IntegerDeserializer.class : ErrorHandlingDeserializer.class).getName(),
                "spring.kafka.consumer.properties.spring.deserializer.key.delegate.class="
                        + IntegerDeserializer.class.getName())) {
            broker.sendBytes(topic, 0, new byte[] {0, 0, 0, 1}, new byte[] {'a'});
            broker.sendBytes(topic, 0, new byte[] {7, 7}, new byte[] {'b'});
            broker.sendBytes(topic, 0, new byte[] {0, 0, 0, 2}, new byte[] {'c'});
            Broker.until("all is acknowledged", () -> broker.committed(topic, topic, 0) == 3);
        }
        assertThat(numbered.bodies).containsExactlyInAnyOrder("1 a", "2 c");
        ConsumerRecord<byte[], byte[]> dead = broker.read(topic + "-dlt", 0, 1).get(0);
        assertThat(dead.key()).containsExactly(7, 7);
        assertThat(dead.value()).containsExactly('b');
    }
}
