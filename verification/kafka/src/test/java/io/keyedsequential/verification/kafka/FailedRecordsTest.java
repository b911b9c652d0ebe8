package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.listener.ConsumerRecordRecoverer;

/** Records that do not succeed: retried on their lane, dead-lettered, skipped or parked; nothing else waits for them. */
class FailedRecordsTest {

    private final Broker broker = Broker.shared();

    static class Poison {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        // snippet: poison
        @KafkaListener(id = "poison", topics = "poison")
        @KeyedSequential(key = "#record.key()", atom = "poison", maxConcurrency = 4, maxAttempts = 3, backoff = "20ms")
        void process(ConsumerRecord<String, String> record) {
            // end: poison
            bodies.add(record.key() + " " + record.value());
            if (record.value().startsWith("poison")) {
                throw new IllegalStateException("no stock");
            }
        }
    }

    @Test
    void aPoisonRecordIsRetriedOnItsLaneAndDeadLetteredAndTheOthersGoOn() {
        broker.createTopic("poison", 2);
        broker.createTopic("poison-dlt", 2);
        Poison poison = new Poison();
        try (Instance instance = Instance.start(List.of(poison))) {
            broker.sendSoon("poison", 1, "bad", "poison 1");
            broker.sendSoon("poison", 1, "bad", "2");
            broker.sendSoon("poison", 1, "bad", "poison 3");
            for (int number = 0; number < 100; number++) {
                broker.sendSoon("poison", 1, "good", String.valueOf(number));
            }
            broker.flush();
            Broker.until("all is acknowledged", () -> broker.committed("poison", "poison", 1) == 103);
            List<ConsumerRecord<byte[], byte[]>> dead = broker.read("poison-dlt", 1, 2);
            assertThat(dead).extracting(record -> text(record.key())).containsOnly("bad");
            assertThat(dead).extracting(record -> text(record.value())).containsExactly("poison 1", "poison 3");
            assertThat(text(dead.get(0)
                            .headers()
                            .lastHeader("kafka_dlt-exception-cause-fqcn")
                            .value()))
                    .isEqualTo(IllegalStateException.class.getName());
            assertThat(poison.bodies.stream().filter(body -> body.startsWith("bad")))
                    .containsExactly(
                            "bad poison 1",
                            "bad poison 1",
                            "bad poison 1",
                            "bad 2",
                            "bad poison 3",
                            "bad poison 3",
                            "bad poison 3");
            assertThat(poison.bodies.stream().filter(body -> body.startsWith("good")))
                    .hasSize(100);
        }
    }

    static class Later {
        final Executor elsewhere = ForkJoinPool.commonPool();
        final Map<String, Integer> attempts = new ConcurrentHashMap<>();

        @KafkaListener(id = "later", topics = "later")
        @KeyedSequential(key = "#record.key()", atom = "later", maxConcurrency = 2, maxAttempts = 2, backoff = "1ms")
        CompletableFuture<Void> process(ConsumerRecord<String, String> record) {
            return CompletableFuture.runAsync(
                    () -> {
                        attempts.merge(record.value(), 1, Integer::sum);
                        if (Integer.parseInt(record.value()) % 3 == 0) {
                            throw new IllegalStateException("no stock");
                        }
                    },
                    elsewhere);
        }
    }

    @Test
    void manyFailingFuturesStarveNobodyAndNoRecordIsSkipped() {
        broker.createTopic("later", 1);
        broker.createTopic("later-dlt", 1);
        Later later = new Later();
        try (Instance instance = Instance.start(List.of(later), "keyedsequential.atoms.later.kafka.window=20")) {
            for (int number = 0; number < 300; number++) {
                broker.sendSoon("later", 0, "k" + number % 17, String.valueOf(number));
            }
            broker.flush();
            Broker.until("all is acknowledged", () -> broker.committed("later", "later", 0) == 300);
        }
        assertThat(later.attempts).hasSize(300);
        assertThat(later.attempts)
                .allSatisfy((value, attempts) ->
                        assertThat(attempts).as(value).isEqualTo(Integer.parseInt(value) % 3 == 0 ? 2 : 1));
        List<ConsumerRecord<byte[], byte[]>> dead = broker.read("later-dlt", 0, 100);
        for (int key = 0; key < 17; key++) {
            String name = "k" + key;
            assertThat(dead.stream()
                            .filter(record -> name.equals(text(record.key())))
                            .map(record -> Integer.parseInt(text(record.value()))))
                    .isSorted();
        }
    }

    static class Skipping {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "skipping", topics = "skipping")
        @KeyedSequential(key = "#record.key()", atom = "skipping")
        void process(ConsumerRecord<String, String> record) {
            bodies.add(record.value());
            throw new IllegalStateException("no stock");
        }
    }

    @Test
    void recordsAreSkippedWhereThatIsSaid() {
        broker.createTopic("skipping", 1);
        Skipping skipping = new Skipping();
        try (Instance instance =
                Instance.start(List.of(skipping), "keyedsequential.defaults.kafka.failed-records=skip")) {
            broker.send("skipping", 0, "ada", "1");
            broker.send("skipping", 0, null, "2"); // no key: dead-lettered, or skipped, as one that fails
            broker.send("skipping", 0, "ada", "3");
            Broker.until("all is acknowledged", () -> broker.committed("skipping", "skipping", 0) == 3);
        }
        assertThat(skipping.bodies).containsExactly("1", "3");
    }

    static class Parking {
        final CountDownLatch fixed = new CountDownLatch(1);
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "parking", topics = "parking")
        @KeyedSequential(key = "#record.key()", atom = "parking", exhaustedPolicy = "park")
        void process(ConsumerRecord<String, String> record) {
            if (record.value().equals("poison") && fixed.getCount() > 0) {
                throw new IllegalStateException("no stock");
            }
            done.add(record.value());
        }
    }

    @Test
    void aParkedKeyHoldsTheWatermarkUntilAnOperatorDecides() {
        broker.createTopic("parking", 1);
        Parking parking = new Parking();
        try (Instance instance = Instance.start(List.of(parking))) {
            broker.send("parking", 0, "bad", "poison");
            broker.send("parking", 0, "bad", "behind it");
            broker.send("parking", 0, "good", "beside it");
            Broker.until("the other key is done", () -> parking.done.contains("beside it"));
            var atom = instance.bean(AtomRegistry.class).find("parking").orElseThrow();
            Broker.until("the key is parked", () -> atom.view().stats().parked() == 1);
            assertThat(broker.committed("parking", "parking", 0)).isZero();
            parking.fixed.countDown();
            assertThat(atom.controls().retry("bad")).isTrue();
            Broker.until("all is acknowledged", () -> broker.committed("parking", "parking", 0) == 3);
        }
        assertThat(parking.done).containsExactly("beside it", "poison", "behind it");
    }

    @Test
    void aParkedKeyDoesNotDelayAStopAndIsDeliveredAgain() {
        broker.createTopic("parked-stop", 1);
        ParkedAtStop first = new ParkedAtStop(true);
        try (Instance instance = Instance.start(List.of(first))) {
            broker.send("parked-stop", 0, "ada", "1");
            broker.send("parked-stop", 0, "bad", "poison");
            broker.send("parked-stop", 0, "ada", "2");
            var atom = instance.bean(AtomRegistry.class).find("parked-stop").orElseThrow();
            Broker.until("the key is parked", () -> atom.view().stats().parked() == 1 && first.done.size() == 2);
        }
        assertThat(broker.committed("parked-stop", "parked-stop", 0)).isEqualTo(1);
        ParkedAtStop second = new ParkedAtStop(false);
        try (Instance instance = Instance.start(List.of(second))) {
            Broker.until("all is acknowledged", () -> broker.committed("parked-stop", "parked-stop", 0) == 3);
        }
        assertThat(second.done).containsExactlyInAnyOrder("poison", "2");
    }

    static class ParkedAtStop {
        final Queue<String> done = new ConcurrentLinkedQueue<>();
        private final boolean fails;

        ParkedAtStop(boolean fails) {
            this.fails = fails;
        }

        @KafkaListener(id = "parked-stop", topics = "parked-stop")
        @KeyedSequential(key = "#record.key()", atom = "parked-stop", exhaustedPolicy = "park")
        void process(ConsumerRecord<String, String> record) {
            if (fails && record.value().equals("poison")) {
                throw new IllegalStateException("no stock");
            }
            done.add(record.value());
        }
    }

    @Test
    void whatSpringKafkaCannotReadIsDeadLetteredAsItWasSent() {
        unreadable(
                "spring.kafka.consumer.value-deserializer=org.springframework.kafka.support.serializer.ErrorHandlingDeserializer",
                "spring.kafka.consumer.properties.spring.deserializer.value.delegate.class=org.apache.kafka.common.serialization.IntegerDeserializer");
    }

    @Test
    void whatTheClientCannotReadIsDeadLetteredAsItWasSent() {
        unreadable(
                "spring.kafka.consumer.value-deserializer=org.apache.kafka.common.serialization.IntegerDeserializer");
    }

    private void unreadable(String... properties) {
        String topic = "unreadable" + properties.length;
        broker.createTopic(topic, 1);
        broker.createTopic(topic + "-dlt", 1);
        Object listener = properties.length == 1 ? new UnreadableByClient() : new UnreadableBySpring();
        Queue<String> bodies = ((Unreadable) listener).bodies();
        try (Instance instance = Instance.start(List.of(listener), properties)) {
            broker.sendBytes(topic, 0, "ada".getBytes(StandardCharsets.UTF_8), new byte[] {0, 0, 0, 1});
            broker.sendBytes(topic, 0, "ada".getBytes(StandardCharsets.UTF_8), new byte[] {7, 7});
            broker.sendBytes(topic, 0, "ada".getBytes(StandardCharsets.UTF_8), new byte[] {0, 0, 0, 2});
            Broker.until("all is acknowledged", () -> broker.committed(topic, topic, 0) == 3);
        }
        assertThat(bodies).containsExactly("ada 1", "ada 2");
        ConsumerRecord<byte[], byte[]> dead = broker.read(topic + "-dlt", 0, 1).get(0);
        assertThat(dead.value()).containsExactly(7, 7);
        assertThat(text(dead.key())).isEqualTo("ada");
    }

    interface Unreadable {
        Queue<String> bodies();
    }

    static class UnreadableByClient implements Unreadable {
        private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        @Override
        public Queue<String> bodies() {
            return bodies;
        }

        @KafkaListener(id = "unreadable1", topics = "unreadable1")
        @KeyedSequential(key = "#record.key()", atom = "unreadable1")
        void process(ConsumerRecord<String, Integer> record) {
            bodies.add(record.key() + " " + record.value());
        }
    }

    static class UnreadableBySpring implements Unreadable {
        private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        @Override
        public Queue<String> bodies() {
            return bodies;
        }

        @KafkaListener(id = "unreadable2", topics = "unreadable2")
        @KeyedSequential(key = "#record.key()", atom = "unreadable2")
        void process(ConsumerRecord<String, Integer> record) {
            bodies.add(record.key() + " " + record.value());
        }
    }

    static class Keyless {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "keyless", topics = "keyless")
        @KeyedSequential(key = "#record.key()", atom = "keyless")
        CompletableFuture<Void> process(ConsumerRecord<String, String> record) {
            bodies.add(record.value());
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void aDeadLetterIsAcknowledgedOnlyWhenItsRecovererHasTakenIt() {
        broker.createTopic("keyless", 1);
        Keyless keyless = new Keyless();
        CountDownLatch open = new CountDownLatch(1);
        Queue<String> recovered = new ConcurrentLinkedQueue<>();
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        ConsumerRecordRecoverer recoverer = (record, failure) -> {
            if (open.getCount() > 0) {
                refused.add(String.valueOf(record.value()));
                throw new IllegalStateException("the broker is away");
            }
            recovered.add(record.value() + ": " + root(failure));
        };
        try (Instance instance = Instance.start(List.of(keyless, new Recoverer(recoverer)))) {
            broker.send("keyless", 0, null, "no key");
            broker.send("keyless", 0, "ada", "1");
            Broker.until("the other one is done", () -> keyless.bodies.size() == 1 && refused.size() > 1);
            assertThat(broker.committed("keyless", "keyless", 0)).isZero();
            open.countDown();
            Broker.until("all is acknowledged", () -> broker.committed("keyless", "keyless", 0) == 2);
        }
        assertThat(recovered).singleElement().asString().startsWith("no key: ").contains("is null");
    }

    /** A bean of the application that is asked instead of dead letters. */
    static class Recoverer implements ConsumerRecordRecoverer {
        private final ConsumerRecordRecoverer delegate;

        Recoverer(ConsumerRecordRecoverer delegate) {
            this.delegate = delegate;
        }

        @Override
        public void accept(ConsumerRecord<?, ?> record, Exception failure) {
            delegate.accept(record, failure);
        }
    }

    private static String root(Throwable failure) {
        return failure.getCause() == null ? String.valueOf(failure.getMessage()) : root(failure.getCause());
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
