package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.PartitionSource.KeyInPartition;
import io.keyedsequential.spring.atom.PartitionSource.Partition;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.KafkaListener;

/** What operators are told of partitions: watermark, lag, window, what they wait for, and where the records of a key are. */
class SeenTest {

    private final Broker broker = Broker.shared();

    static class Seen {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch begun = new CountDownLatch(1);

        @KafkaListener(id = "seen", topics = "seen")
        @KeyedSequential(key = "#record.key()", atom = "seen", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) throws InterruptedException {
            if (record.value().equals("hold")) {
                begun.countDown();
                release.await();
            }
            if (record.value().equals("poison")) {
                throw new IllegalStateException("no stock");
            }
        }
    }

    @Test
    void aPartitionTellsWhatItWaitsFor() throws Exception {
        broker.createTopic("seen", 2);
        broker.createTopic("seen-dlt", 2);
        Seen seen = new Seen();
        try (Instance instance = Instance.start(List.of(seen), "keyedsequential.atoms.seen.kafka.window=1000")) {
            Broker.until(
                    "its partitions are shown",
                    () -> source(instance).partitions().size() == 2);
            broker.send("seen", 1, "bad", "poison");
            broker.send("seen", 1, "ada", "1");
            Broker.until("that is done", () -> broker.committed("seen", "seen", 1) == 2);
            assertThat(partition(instance, 1).sentence())
                    .isEqualTo(
                            "partition 1 of topic seen is acknowledged up to offset 2, and nothing of it is under way");
            assertThat(partition(instance, 1).deadLetters()).isOne();

            broker.send("seen", 1, "held", "hold");
            seen.begun.await();
            long operation = instance.bean(AtomRegistry.class)
                    .find("seen")
                    .orElseThrow()
                    .view()
                    .running(1)
                    .get(0)
                    .id();
            broker.sendSoon("seen", 1, "held", "behind it");
            for (int number = 0; number < 1_500; number++) {
                broker.sendSoon("seen", 1, "k" + number % 7, String.valueOf(number));
            }
            broker.flush();
            Broker.until("the window is full, and the log has an end", () -> {
                Partition now = partition(instance, 1);
                return now.paused() && Long.valueOf(1_502).equals(now.lag());
            });
            Partition full = partition(instance, 1);
            assertThat(full.source()).isEqualTo("seen");
            assertThat(full.watermark()).isEqualTo(2);
            assertThat(full.window()).isEqualTo(1_000);
            assertThat(full.taken()).isEqualTo(1_000);
            assertThat(full.sentence())
                    .isEqualTo("partition 1 of topic seen is paused: its window of 1,000 is full behind offset 2, "
                            + "whose operation " + operation + " runs");
            assertThat(partition(instance, 0).sentence())
                    .isEqualTo("nothing of partition 0 of topic seen is taken over yet");

            KeyInPartition held = source(instance).find("held").get(0);
            assertThat(held.offset()).isEqualTo(2);
            assertThat(held.records()).isEqualTo(2);
            assertThat(held.sentence())
                    .startsWith("partition 1 of topic seen is paused: its window of 1,000 is full behind offset 2, a "
                            + "record of this key, whose operation");
            assertThat(source(instance).find("ada")).as("it is done").isEmpty();

            // More than a window behind the held record: their records may be done, or taken over.
            instance.container("seen").stop(() -> {});
            seen.release.countDown();
            Broker.until("it has stopped", () -> !instance.container("seen").isRunning());
            Broker.until(
                    "partitions are gone", () -> source(instance).partitions().isEmpty());
            instance.container("seen").start();
            Broker.until("all is acknowledged", () -> broker.committed("seen", "seen", 1) == 1_504);
            Broker.until("nothing is behind", () -> Long.valueOf(0)
                    .equals(partition(instance, 1).lag()));
            assertThat(partition(instance, 1).deadLetters())
                    .as("counted on, over assignments")
                    .isOne();
        }
    }

    private static PartitionSource source(Instance instance) {
        List<PartitionSource> sources =
                instance.bean(AtomRegistry.class).find("seen").orElseThrow().partitionSources();
        assertThat(sources).hasSize(1);
        return sources.get(0);
    }

    private static Partition partition(Instance instance, int number) {
        return source(instance).partitions().stream()
                .filter(partition -> partition.number() == number)
                .findFirst()
                .orElseThrow();
    }
}
