package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.KafkaListener;

/** What {@code docs/kafka.md} says of keys, partitions and acknowledgement, with a broker. */
class KeyedListenerTest {

    private final Broker broker = Broker.shared();

    static class Slow {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch begun = new CountDownLatch(1);
        final Queue<String> done = new ConcurrentLinkedQueue<>();
        final Map<String, Integer> last = new ConcurrentHashMap<>();
        final Queue<String> disorder = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "slow", topics = "slow")
        @KeyedSequential(key = "#record.key()", atom = "slow", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) throws InterruptedException {
            if (record.value().equals("hold")) {
                begun.countDown();
                release.await();
            }
            done.add(record.partition() + " " + record.key() + " " + record.value());
            if (!record.value().equals("hold")) {
                int number = Integer.parseInt(record.value());
                Integer before = last.put(record.key(), number);
                if (before != null && before != number - 1) {
                    disorder.add(record.key() + ": " + number + " after " + before);
                }
            }
        }
    }

    @Test
    void oneSlowKeyHoldsNeitherOtherKeysNorOtherPartitions() throws Exception {
        broker.createTopic("slow", 2);
        Slow slow = new Slow();
        try (Instance instance = Instance.start(List.of(slow), "keyedsequential.atoms.slow.kafka.window=100")) {
            broker.send("slow", 0, "held", "hold");
            slow.begun.await();
            for (int number = 0; number < 500; number++) {
                for (int key = 0; key < 10; key++) {
                    broker.sendSoon("slow", 1, "other-" + key, String.valueOf(number));
                    if (number < 9) {
                        broker.sendSoon("slow", 0, "near-" + key, String.valueOf(number));
                    }
                }
            }
            broker.flush();
            // All of the other partition, though it is more than a window.
            Broker.until("the other partition is done", () -> broker.committed("slow", "slow", 1) == 5_000);
            // All keys of the same partition that are in the window, and nothing of them is acknowledged.
            Broker.until("the rest of the window is done", () -> count(slow, "0 near-") == 90);
            assertThat(broker.committed("slow", "slow", 0)).isZero();

            slow.release.countDown();
            Broker.until("all is acknowledged", () -> broker.committed("slow", "slow", 0) == 91);
        }
        assertThat(slow.disorder).isEmpty();
        assertThat(slow.done).hasSize(5_091);
    }

    @Test
    void noMoreThanAWindowIsTakenOverBehindARecordThatIsNotDone() throws Exception {
        broker.createTopic("window", 1);
        Windowed windowed = new Windowed();
        try (Instance instance = Instance.start(List.of(windowed), "keyedsequential.atoms.window.kafka.window=10")) {
            broker.send("window", 0, "held", "hold");
            windowed.begun.await();
            IntStream.range(0, 100).forEach(number -> broker.sendSoon("window", 0, "k" + number % 7, "" + number));
            broker.flush();
            Broker.until("the window is full", () -> windowed.done.size() == 9);
            for (int question = 0; question < 50; question++) {
                assertThat(broker.committed("window", "window", 0)).isZero();
            }
            assertThat(windowed.done).hasSize(9);
            windowed.release.countDown();
            Broker.until("all is acknowledged", () -> broker.committed("window", "window", 0) == 101);
        }
        assertThat(windowed.done).hasSize(101);
    }

    static class Windowed {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch begun = new CountDownLatch(1);
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "window", topics = "window")
        @KeyedSequential(key = "#record.key()", atom = "window", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) throws InterruptedException {
            if (record.value().equals("hold")) {
                begun.countDown();
                release.await();
            }
            done.add(record.value());
        }
    }

    private static long count(Slow slow, String prefix) {
        return slow.done.stream().filter(done -> done.startsWith(prefix)).count();
    }
}
