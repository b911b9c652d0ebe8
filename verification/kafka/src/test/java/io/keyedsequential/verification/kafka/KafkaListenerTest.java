package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.util.backoff.FixedBackOff;

/** What {@code docs/listeners.md} says of {@code @KafkaListener} without {@code keyedsequential-kafka}, with a broker. */
@SpringBootTest(
        properties = {
            "keyedsequential.kafka.listeners=false",
            "spring.kafka.bootstrap-servers=${spring.embedded.kafka.brokers}",
            "spring.kafka.consumer.auto-offset-reset=earliest",
            "spring.main.banner-mode=off"
        })
@EmbeddedKafka(
        partitions = 4,
        topics = {"orders", "held", "failing", "again"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaListenerTest {

    @Configuration
    @EnableAutoConfiguration
    static class App {
        @Bean
        Consumers consumers() {
            return new Consumers();
        }

        @Bean
        Journal journal() {
            return new Journal();
        }

        @Bean
        DefaultErrorHandler errorHandler(Journal journal) {
            return new DefaultErrorHandler(
                    (record, failure) -> journal.recovered.add(record.value() + ": " + rootOf(failure)),
                    new FixedBackOff(0, 0));
        }

        private static String rootOf(Throwable failure) {
            return failure.getCause() == null ? String.valueOf(failure.getMessage()) : rootOf(failure.getCause());
        }
    }

    static class Journal {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();
        final BlockingQueue<String> recovered = new LinkedBlockingQueue<>();
        final CountDownLatch orders = new CountDownLatch(120);

        /** Bodies that wait for the test, as they begin. */
        final BlockingQueue<CompletableFuture<Void>> held = new LinkedBlockingQueue<>();

        final BlockingQueue<String> others = new LinkedBlockingQueue<>();
    }

    static class Consumers {
        @Autowired
        private Journal journal;

        // snippet: kafka
        @KafkaListener(id = "orders", topics = "orders", concurrency = "2")
        @KeyedSequential(key = "#record.key()", atom = "orders")
        public CompletableFuture<Void> process(ConsumerRecord<String, String> record) {
            journal.bodies.add(record.key() + " " + record.value());
            journal.orders.countDown();
            return CompletableFuture.completedFuture(null);
        }
        // end: kafka

        @KafkaListener(
                id = "held",
                topics = {"held", "again"})
        @KeyedSequential(key = "#record.key()", atom = "held")
        public CompletableFuture<Void> hold(ConsumerRecord<String, String> record) {
            if (!record.value().equals("hold")) {
                journal.others.add(record.value());
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> release = new CompletableFuture<>();
            journal.held.add(release);
            return release;
        }

        @KafkaListener(id = "failing", topics = "failing")
        @KeyedSequential(key = "#record.key()", atom = "failing")
        public CompletableFuture<Void> fail(ConsumerRecord<String, String> record) {
            return CompletableFuture.failedFuture(new IllegalStateException("no stock"));
        }
    }

    @Autowired
    private Journal journal;

    @Autowired
    private KafkaTemplate<String, String> kafka;

    @Autowired
    private KafkaListenerEndpointRegistry containers;

    @Autowired
    private AtomRegistry atoms;

    @Autowired
    private EmbeddedKafkaBroker broker;

    private Admin admin;

    @BeforeAll
    void openAdmin() {
        admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.getBrokersAsString()));
    }

    @AfterAll
    void closeAdmin() {
        admin.close();
    }

    @AfterEach
    void atomsAreAtRest() {
        atoms.atoms().forEach(atom -> assertThat(atom.coordinator().awaitIdle(Duration.ofMinutes(2)))
                .as(atom.name())
                .isTrue());
    }

    @Test
    void recordsOfOneKeyRunInTheOrderInWhichTheyWereSent() throws Exception {
        for (int number = 0; number < 10; number++) {
            for (int key = 0; key < 12; key++) {
                kafka.send("orders", "customer-" + key, String.valueOf(number));
            }
        }
        kafka.flush();
        assertThat(journal.orders.await(120, TimeUnit.SECONDS)).isTrue();
        for (int key = 0; key < 12; key++) {
            String prefix = "customer-" + key + " ";
            assertThat(journal.bodies.stream().filter(body -> body.startsWith(prefix)))
                    .containsExactlyElementsOf(IntStream.range(0, 10)
                            .mapToObj(number -> prefix + number)
                            .toList());
        }
    }

    @Test
    void anOffsetIsCommittedOnlyWhenTheFuturesUpToItAreComplete() throws Exception {
        // Both are there before the container is, so that one poll brings both.
        containers.getListenerContainer("held").stop();
        kafka.send("held", 0, "ada", "hold").get(120, TimeUnit.SECONDS);
        kafka.send("held", 0, "bob", "overtakes").get(120, TimeUnit.SECONDS);
        containers.getListenerContainer("held").start();
        CompletableFuture<Void> body = journal.held.poll(120, TimeUnit.SECONDS);
        assertThat(body).isNotNull();
        assertThat(journal.others.poll(120, TimeUnit.SECONDS)).isEqualTo("overtakes");
        // What comes later waits until all that the poll brought is acknowledged.
        kafka.send("held", 1, "eve", "later").get(120, TimeUnit.SECONDS);
        for (int question = 0; question < 50; question++) {
            assertThat(committed("held", "held", 0)).isZero();
        }
        assertThat(journal.others).isEmpty();

        body.complete(null);
        until(() -> committed("held", "held", 0) == 2);
        assertThat(journal.others.poll(120, TimeUnit.SECONDS)).isEqualTo("later");
    }

    @Test
    void aFailedFutureGoesToTheErrorHandlerOfTheContainer() throws Exception {
        kafka.send("failing", 0, "ada", "order 1").get(120, TimeUnit.SECONDS);
        assertThat(journal.recovered.poll(120, TimeUnit.SECONDS)).isEqualTo("order 1: no stock");
        until(() -> committed("failing", "failing", 0) == 1);
    }

    @Test
    void whatWasNotAcknowledgedIsDeliveredAgainToTheNextContainer() throws Exception {
        kafka.send("again", 0, "zoe", "hold").get(120, TimeUnit.SECONDS);
        CompletableFuture<Void> first = journal.held.poll(120, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        containers.getListenerContainer("held").stop();
        first.complete(null); // too late: nobody is there to commit it
        containers.getListenerContainer("held").start();
        CompletableFuture<Void> second = journal.held.poll(120, TimeUnit.SECONDS);
        assertThat(second).isNotNull().isNotSameAs(first);
        second.complete(null);
        until(() -> committed("held", "again", 0) == 1);
    }

    /** The next offset of the group in a partition; 0 if it has committed none. */
    private long committed(String group, String topic, int partition) {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(120, TimeUnit.SECONDS);
            OffsetAndMetadata offset = offsets.get(new TopicPartition(topic, partition));
            return offset == null ? 0 : offset.offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Asks again and again; every question is a round trip to the broker. */
    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
        }
    }
}
