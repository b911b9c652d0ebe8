package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.annotation.KafkaListener;

/** The broker is not there when the application starts, and goes while it runs: nothing is lost, and each change is one line of the log. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerAwayTest {

    private static final TopicPartition PARTITION = new TopicPartition("away", 0);

    @TempDir
    private Path directory;

    static class Away {
        private final Ledger ledger;
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        Away(Ledger ledger) {
            this.ledger = ledger;
        }

        @KafkaListener(id = "away", topics = "away")
        @KeyedSequential(key = "#record.key()", atom = "away", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) {
            ledger.run(record.key(), Integer.parseInt(record.value()), () -> {
                if (record.key().equals("k0") && record.value().equals("20")) {
                    begun.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void nothingIsLostAndEachChangeIsOneLine(String protocol, CapturedOutput output) throws Exception {
        Ledger ledger = new Ledger();
        Away away = new Away(ledger);
        List<String> properties = new ArrayList<>(OwnBroker.keepingPartitions(protocol));
        properties.add("spring.kafka.admin.auto-create=false");
        try (OwnBroker broker = new OwnBroker(directory);
                Instance instance =
                        Instance.startAt(broker.address(), List.of(away), properties.toArray(String[]::new))) {
            Broker.until("its absence is told", () -> told(output, "nothing has been heard from a broker") == 1);
            broker.start();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
                admin.createTopics(List.of(new NewTopic("away", 1, (short) 1)))
                        .all()
                        .get(2, TimeUnit.MINUTES);
                send(broker, 0, 20);
                Broker.until("what has been sent is acknowledged", () -> committed(admin) == 100);
                // The consumer looks whether it hears of its broker once a second, and commits before that.
                Broker.until("its return is told", () -> told(output, "the broker answers again") == 1);

                send(broker, 20, 40);
                away.begun.await();
                Broker.until("all others are done", () -> ledger.total() == 180);
                broker.stop();
                Broker.until(
                        "its absence is told again", () -> told(output, "nothing has been heard from a broker") == 2);
                away.release.countDown();
                Broker.until("the rest is done without the broker", () -> ledger.total() == 200);
                broker.start();
                Broker.until("that is acknowledged", () -> committed(admin) == 200);
                send(broker, 40, 50);
                Broker.until("all is acknowledged", () -> committed(admin) == 250);
                Broker.until("its return is told again", () -> told(output, "the broker answers again") == 2);
            }
            ledger.assertExactly(5, 50);
            assertThat(told(output, "nothing has been heard from a broker")).isEqualTo(2);
            assertThat(told(output, "the broker answers again")).isEqualTo(2);
            assertThat(output.getOut())
                    .contains("Is a broker running at [" + broker.address() + "] (spring.kafka.bootstrap-servers)");
        }
    }

    private static long told(CapturedOutput output, String what) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("away: " + what))
                .count();
    }

    private static long committed(Admin admin) {
        try {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets("away")
                    .partitionsToOffsetAndMetadata()
                    .get(2, TimeUnit.MINUTES)
                    .get(PARTITION);
            return offset == null ? 0 : offset.offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void send(OwnBroker broker, int from, int to) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address()), new StringSerializer(), new StringSerializer())) {
            for (int number = from; number < to; number++) {
                for (int key = 0; key < 5; key++) {
                    producer.send(new ProducerRecord<>("away", "k" + key, String.valueOf(number)));
                }
            }
        }
    }
}
