package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.annotation.KafkaListener;

/** Partitions are added to a topic that is listened to: they are consumed, each in its order, and the log says what that means. */
@ExtendWith(OutputCaptureExtension.class)
class PartitionsAddedTest {

    private final Broker broker = Broker.shared();

    static class Growing {
        final Map<String, Queue<Integer>> done = new ConcurrentHashMap<>();

        @KafkaListener(id = "${topic}", topics = "${topic}")
        @KeyedSequential(key = "#record.key()", atom = "growing", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) {
            done.computeIfAbsent(record.partition() + " " + record.key(), added -> new ConcurrentLinkedQueue<>())
                    .add(Integer.parseInt(record.value()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void theyAreConsumedAndTheLogSaysWhatItMeansForKeys(String protocol, CapturedOutput output) {
        String topic = "growing-" + protocol;
        broker.createTopic(topic, 2);
        Growing growing = new Growing();
        try (Instance instance = Instance.start(
                List.of(growing), "topic=" + topic, "spring.kafka.consumer.properties.group.protocol=" + protocol)) {
            send(topic, 0, 0, 50);
            send(topic, 1, 0, 50);
            Broker.until("the old ones are done", () -> broker.committed(topic, topic, 1) == 250);
            broker.addPartitions(topic, 4);
            for (int partition = 0; partition < 4; partition++) {
                send(topic, partition, 50, 100);
            }
            for (int partition = 0; partition < 4; partition++) {
                int asked = partition;
                Broker.until(
                        "partition " + partition + " is acknowledged",
                        () -> broker.committed(topic, topic, asked) == (asked < 2 ? 500 : 250));
            }
            Broker.until("it is told", () -> told(output, topic).size() == 1);
        }
        for (int partition = 0; partition < 4; partition++) {
            for (int key = 0; key < 5; key++) {
                assertThat(growing.done.get(partition + " k" + key))
                        .containsExactlyElementsOf(IntStream.range(partition < 2 ? 0 : 50, 100)
                                .boxed()
                                .toList());
            }
        }
        assertThat(told(output, topic))
                .singleElement()
                .asString()
                .contains("has 4 partitions now and had 2", "stop the producers and let the lag go to 0");
    }

    private static List<String> told(CapturedOutput output, String topic) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains(topic + ": topic " + topic + " has"))
                .toList();
    }

    private void send(String topic, int partition, int from, int to) {
        for (int number = from; number < to; number++) {
            for (int key = 0; key < 5; key++) {
                broker.sendSoon(topic, partition, "k" + key, String.valueOf(number));
            }
        }
        broker.flush();
    }
}
