package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.annotation.KafkaListener;

/** Stops, and partitions that go from one instance to another: nothing is lost, nothing runs twice, and keys keep their order. */
class PartitionsThatMoveTest {

    private static final int KEYS = 30;
    private static final int NUMBERS = 40;
    private static final int PARTITIONS = 3;

    private final Broker broker = Broker.shared();

    static class Moving {
        private final Ledger ledger;

        Moving(Ledger ledger) {
            this.ledger = ledger;
        }

        @KafkaListener(id = "moving", topics = "${topic}", groupId = "${topic}", concurrency = "2")
        @KeyedSequential(key = "#record.key()", atom = "moving", maxConcurrency = 3)
        void process(ConsumerRecord<String, String> record) {
            ledger.run(
                    record.key(), Integer.parseInt(record.value()), () -> LockSupport.parkNanos(2_000_000)); // the work
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aStopUnderLoadLosesNothingAndDoublesNothing(String protocol) {
        String topic = "stops-" + protocol;
        Ledger ledger = fill(topic);
        for (int stop = 1; stop <= 2; stop++) {
            int enough = ledger.total() + 150;
            try (Instance instance = start(ledger, topic, protocol)) {
                Broker.until("some are done", () -> ledger.total() >= enough);
            }
        }
        try (Instance instance = start(ledger, topic, protocol)) {
            awaitAllAcknowledged(topic);
        }
        ledger.assertExactly(KEYS, NUMBERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aRollingRestartLosesNothingAndDoublesNothing(String protocol) {
        String topic = "rolling-" + protocol;
        Ledger ledger = fill(topic);
        try (Instance first = start(ledger, topic, protocol)) {
            Broker.until("some are done", () -> ledger.total() >= 200);
            try (Instance second = start(ledger, topic, protocol)) {
                Broker.until("it has partitions", () -> !second.container("moving")
                        .getAssignedPartitions()
                        .isEmpty());
                first.close();
                awaitAllAcknowledged(topic);
            }
        }
        ledger.assertExactly(KEYS, NUMBERS);
    }

    @Test
    void aContainerThatStopsAndStartsGoesOnWhereItWas() {
        String topic = "restarts";
        Ledger ledger = fill(topic);
        try (Instance instance = start(ledger, topic, "classic")) {
            for (int stop = 1; stop <= 2; stop++) {
                int enough = ledger.total() + 100;
                Broker.until("some are done", () -> ledger.total() >= enough);
                instance.container("moving").stop();
                int stopped = ledger.total();
                assertThat(instance.container("moving").isRunning()).isFalse();
                assertThat(ledger.total()).isEqualTo(stopped);
                instance.container("moving").start();
            }
            awaitAllAcknowledged(topic);
        }
        ledger.assertExactly(KEYS, NUMBERS);
    }

    private Instance start(Ledger ledger, String topic, String protocol) {
        return Instance.start(
                List.of(new Moving(ledger)),
                "topic=" + topic,
                "spring.kafka.consumer.max-poll-records=50",
                "spring.kafka.consumer.properties.group.protocol=" + protocol);
    }

    private Ledger fill(String topic) {
        broker.createTopic(topic, PARTITIONS);
        for (int number = 0; number < NUMBERS; number++) {
            for (int key = 0; key < KEYS; key++) {
                broker.sendSoon(topic, key % PARTITIONS, "k" + key, String.valueOf(number));
            }
        }
        broker.flush();
        return new Ledger();
    }

    private void awaitAllAcknowledged(String topic) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int asked = partition;
            Broker.until(
                    "partition " + partition + " is acknowledged",
                    () -> broker.committed(topic, topic, asked) == KEYS / PARTITIONS * NUMBERS);
        }
    }
}
