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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.annotation.KafkaListener;

/** Partitions are added to a topic that is listened to: they are consumed, each in its order, and the log says what that means. */
@ExtendWith(OutputCaptureExtension.class)
class PartitionsAddedTest {

    private final Broker broker = Broker.shared();

    static class Growing {
        final Map<String, Queue<Integer>> done = new ConcurrentHashMap<>();

        @KafkaListener(id = "growing", topics = "growing")
        @KeyedSequential(key = "#record.key()", atom = "growing", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) {
            done.computeIfAbsent(record.partition() + " " + record.key(), added -> new ConcurrentLinkedQueue<>())
                    .add(Integer.parseInt(record.value()));
        }
    }

    @Test
    void theyAreConsumedAndTheLogSaysWhatItMeansForKeys(CapturedOutput output) {
        broker.createTopic("growing", 2);
        Growing growing = new Growing();
        try (Instance instance = Instance.start(List.of(growing))) {
            send(0, 0, 50);
            send(1, 0, 50);
            Broker.until("the old ones are done", () -> broker.committed("growing", "growing", 1) == 250);
            broker.addPartitions("growing", 4);
            for (int partition = 0; partition < 4; partition++) {
                send(partition, 50, 100);
            }
            for (int partition = 0; partition < 4; partition++) {
                int asked = partition;
                Broker.until(
                        "partition " + partition + " is acknowledged",
                        () -> broker.committed("growing", "growing", asked) == (asked < 2 ? 500 : 250));
            }
        }
        for (int partition = 0; partition < 4; partition++) {
            for (int key = 0; key < 5; key++) {
                assertThat(growing.done.get(partition + " k" + key))
                        .containsExactlyElementsOf(IntStream.range(partition < 2 ? 0 : 50, 100)
                                .boxed()
                                .toList());
            }
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("growing: topic growing has")))
                .singleElement()
                .asString()
                .contains("has 4 partitions now and had 2", "stop the producers and let the lag go to 0");
    }

    private void send(int partition, int from, int to) {
        for (int number = from; number < to; number++) {
            for (int key = 0; key < 5; key++) {
                broker.sendSoon("growing", partition, "k" + key, String.valueOf(number));
            }
        }
        broker.flush();
    }
}
