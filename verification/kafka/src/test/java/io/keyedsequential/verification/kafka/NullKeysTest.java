package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.KafkaListener;

/** Records without a key: refused, as FailedRecordsTest has it, or in the order of their partition. */
class NullKeysTest {

    private final Broker broker = Broker.shared();

    static class Keyless {
        final CountDownLatch release = new CountDownLatch(1);
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "null-keys", topics = "null-keys")
        @KeyedSequential(key = "#record.key()", atom = "null-keys", maxConcurrency = 8)
        void process(ConsumerRecord<String, String> record) throws InterruptedException {
            if (record.value().equals("hold")) {
                release.await();
            }
            done.add(record.partition() + " " + record.key() + " " + record.value());
        }
    }

    @Test
    void whereThatIsSaidTheyRunInTheOrderOfTheirPartition() {
        broker.createTopic("null-keys", 2);
        Keyless keyless = new Keyless();
        try (Instance instance =
                Instance.start(List.of(keyless), "keyedsequential.atoms.null-keys.kafka.null-keys=partition")) {
            broker.send("null-keys", 0, null, "hold");
            for (int number = 0; number < 50; number++) {
                broker.sendSoon("null-keys", 0, null, String.valueOf(number));
                broker.sendSoon("null-keys", 1, null, String.valueOf(number));
            }
            broker.sendSoon("null-keys", 0, "ada", "beside it");
            broker.flush();
            // Neither keys of the same partition nor those without a key in another one wait.
            Broker.until(
                    "the others are done", () -> keyless.done.contains("0 ada beside it") && keyless.done.size() == 51);
            assertThat(keyless.done.stream().filter(done -> done.startsWith("0 null")))
                    .isEmpty();
            keyless.release.countDown();
            Broker.until("all is acknowledged", () -> broker.committed("null-keys", "null-keys", 0) == 52);
        }
        for (int partition = 0; partition < 2; partition++) {
            String prefix = partition + " null ";
            assertThat(keyless.done.stream()
                            .filter(done -> done.startsWith(prefix) && !done.endsWith("hold"))
                            .map(done -> Integer.parseInt(done.substring(prefix.length()))))
                    .hasSize(50)
                    .isSorted();
        }
    }

    static class Futures {
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "null-futures", topics = "null-futures")
        @KeyedSequential(key = "#record.key()", atom = "null-futures", maxConcurrency = 8)
        CompletableFuture<Void> process(ConsumerRecord<String, String> record) {
            done.add(record.value());
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void soDoThoseOfAMethodThatReturnsAFuture() {
        broker.createTopic("null-futures", 1);
        Futures futures = new Futures();
        try (Instance instance =
                Instance.start(List.of(futures), "keyedsequential.defaults.kafka.null-keys=partition")) {
            broker.send("null-futures", 0, null, "1");
            broker.send("null-futures", 0, "ada", "2");
            broker.send("null-futures", 0, null, "3");
            Broker.until("all is acknowledged", () -> broker.committed("null-futures", "null-futures", 0) == 3);
        }
        assertThat(futures.done).containsExactlyInAnyOrder("1", "2", "3").containsSubsequence("1", "3");
    }
}
