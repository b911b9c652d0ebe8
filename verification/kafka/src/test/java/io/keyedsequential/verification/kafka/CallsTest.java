package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.actuate.AtomDescriptor.AtomSummaryDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What {@code docs/kafka.md} says of calls on Kafka, with a broker. */
@ExtendWith(OutputCaptureExtension.class)
class CallsTest {

    private final Broker broker = Broker.shared();

    private static String[] on(String prefix, String... more) {
        return Stream.concat(
                        Stream.of(
                                "keyedsequential.atoms.parcels.engine=kafka",
                                "keyedsequential.kafka.topic-prefix=" + prefix,
                                "management.endpoint.keyedatoms.show-keys=always",
                                "management.endpoints.web.exposure.include=keyedatoms"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The set-up of the page, and what is then in the topic. */
    @Test
    void theSetUpOfThePageKeepsCallsInATopic() {
        Calls calls = new Calls();
        try (Instance instance = Instance.start(List.of(calls), "spring.config.location=classpath:calls.yml")) {
            instance.bean(Calls.class).send("ada", "lamp");
            Broker.until("it is sent", () -> calls.sent().equals(List.of("ada lamp")));
            int partition = BuiltInPartitioner.partitionForKey("ada".getBytes(StandardCharsets.UTF_8), 6);
            ConsumerRecord<byte[], byte[]> record =
                    broker.read("desk.parcels", partition, 1).get(0);
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("ada");
            assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("[\"ada\",\"lamp\"]");
            assertThat(record.headers().lastHeader("keyed.operation").value())
                    .isEqualTo("send".getBytes(StandardCharsets.UTF_8));
            Broker.until("it is acknowledged", () -> broker.committed("desk.parcels", "desk.parcels", partition) == 1);
        }
    }

    /** What one instance is called for, and another one does after it has ended. */
    @Test
    void aCallIsARecordThatOutlivesItsCaller() {
        Calls calls = new Calls();
        try (Instance caller = Instance.start(List.of(calls), on("outlives."))) {
            caller.bean(KeyedAtomsEndpoint.class).steerAtom("parcels", "pause", null, null, null, null, null);
            caller.bean(Calls.class).send("ada", "lamp");
            caller.bean(Calls.class).send("ada", "chair");
            AtomSummaryDescriptor shown = caller.bean(KeyedAtomsEndpoint.class)
                    .keyedAtom("parcels", null, null)
                    .summary();
            assertThat(shown.engine()).isEqualTo("kafka");
            assertThat(shown.scope()).isEqualTo(AtomView.Scope.INSTANCE);
        }
        assertThat(calls.sent()).isEmpty();
        Calls others = new Calls();
        try (Instance next = Instance.start(List.of(others), on("outlives."))) {
            Broker.until("both are sent", () -> others.sent().size() == 2);
        }
        assertThat(others.sent()).containsExactly("ada lamp", "ada chair");
    }

    @Test
    void anotherNumberOfPartitionsEndsTheStartWithTheRemedy() {
        broker.createTopic("changed.parcels", 3);
        assertThatThrownBy(() -> Instance.start(List.of(new Calls()), on("changed.")))
                .hasStackTraceContaining("The topic 'changed.parcels' of the atom 'parcels' has 3 partitions, and "
                        + "keyedsequential.atoms.parcels.kafka.partitions is 12");
        Calls calls = new Calls();
        try (Instance instance =
                Instance.start(List.of(calls), on("changed.", "keyedsequential.atoms.parcels.kafka.partitions=3"))) {
            instance.bean(Calls.class).send("ada", "lamp");
            Broker.until("it is sent", () -> calls.sent().size() == 1);
        }
    }

    /** The number that is configured says where a key is, until the next start. */
    @Test
    void partitionsThatAreAddedMoveNoKeyAndEndTheNextStart(CapturedOutput output) {
        String[] properties = on("grown.", "keyedsequential.atoms.parcels.kafka.partitions=1");
        Calls calls = new Calls();
        try (Instance instance = Instance.start(List.of(calls), properties)) {
            instance.bean(Calls.class).send("ada", "lamp");
            Broker.until("it is sent", () -> calls.sent().size() == 1);
            broker.addPartitions("grown.parcels", 8);
            Broker.until("it is told", () -> output.getOut().contains("grown.parcels: topic grown.parcels has"));
            for (int number = 0; number < 20; number++) {
                instance.bean(Calls.class).send("customer " + number, "chair");
            }
            Broker.until("all are sent", () -> calls.sent().size() == 21);
        }
        assertThat(broker.end("grown.parcels", 0)).isEqualTo(21);
        assertThat(output.getOut().lines().filter(line -> line.contains("grown.parcels: topic grown.parcels has")))
                .singleElement()
                .asString()
                .contains("has 8 partitions now and had 1. Calls go on to the first 1, and every key stays where it is")
                .contains("as long as the number of partitions is not keyedsequential.atoms.parcels.kafka.partitions")
                .doesNotContain("Producers put");
        assertThatThrownBy(() -> Instance.start(List.of(new Calls()), properties))
                .hasStackTraceContaining("has 8 partitions, and keyedsequential.atoms.parcels.kafka.partitions is 1");
    }

    @Test
    void aTopicThatMayNotBeMadeHasToBeThere() {
        assertThatThrownBy(() -> Instance.start(
                        List.of(new Calls()), on("missing.", "keyedsequential.kafka.create-topics=false")))
                .hasStackTraceContaining("The topic 'missing.parcels', which is to keep the calls of the atom "
                        + "'parcels', does not exist");
    }

    @Test
    void aTopicThatForgetsAllButTheLastCallOfAKeyIsRefused() {
        broker.createTopic("compacted.parcels", 12, Map.of("cleanup.policy", "compact"));
        assertThatThrownBy(() -> Instance.start(List.of(new Calls()), on("compacted.")))
                .hasStackTraceContaining(
                        "The topic 'compacted.parcels' of the atom 'parcels' has the cleanup.policy compact");
    }

    /** Another application's record, an operation that is not there, arguments of another version. */
    @Test
    void whatCannotBeRunIsDeadLetteredAndThePartitionGoesOn() {
        broker.createTopic("odd.parcels", 1);
        broker.send("odd.parcels", 0, "ada", "a text");
        broker.send(call("gift", "[\"ada\"]"));
        broker.send(call("weigh", "[\"ada\",\"heavy\"]"));
        Calls calls = new Calls();
        try (Instance instance = Instance.start(
                List.of(calls),
                on(
                        "odd.",
                        "keyedsequential.atoms.parcels.kafka.partitions=1",
                        "keyedsequential.atoms.parcels.kafka.failed-records=skip",
                        "keyedsequential.kafka.unreadable-grace=1ms"))) {
            instance.bean(Calls.class).send("ada", "lamp");
            Broker.until("what can be run has run", () -> calls.sent().equals(List.of("ada lamp")));
            // A foreign record is skipped, as failed-records says; a call is not, since another version may run it.
            List<ConsumerRecord<byte[], byte[]>> dead = broker.read("odd.parcels-dlt", 0, 2);
            assertThat(dead)
                    .extracting(record -> new String(
                            record.headers().lastHeader("keyed.operation").value(), StandardCharsets.UTF_8))
                    .containsExactly("gift", "weigh");
            Broker.until("all is acknowledged", () -> broker.committed("odd.parcels", "odd.parcels", 0) == 4);
        }
    }

    private static ProducerRecord<String, String> call(String operation, String arguments) {
        ProducerRecord<String, String> record = new ProducerRecord<>("odd.parcels", 0, "ada", arguments);
        record.headers().add("keyed.operation", operation.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    /** While a call waits for a version that can run it, other keys go on, and a stop does not wait for it. */
    @Test
    void aCallOfAnotherVersionWaitsForItAloneInItsLane() {
        broker.createTopic("rolling.parcels", 1);
        ProducerRecord<String, String> unknown = new ProducerRecord<>("rolling.parcels", 0, "ada", "[\"ada\"]");
        unknown.headers().add("keyed.operation", "gift".getBytes(StandardCharsets.UTF_8));
        broker.send(unknown);
        String[] properties = on("rolling.", "keyedsequential.atoms.parcels.kafka.partitions=1");
        Calls old = new Calls();
        try (Instance instance = Instance.start(List.of(old), properties)) {
            instance.bean(Calls.class).send("ada", "lamp");
            instance.bean(Calls.class).send("bob", "chair");
            Broker.until("the other key goes on", () -> old.sent().equals(List.of("bob chair")));
        }
        assertThat(old.sent()).containsExactly("bob chair");
        assertThat(broker.committed("rolling.parcels", "rolling.parcels", 0)).isZero();
        Gifts gifts = new Gifts();
        try (Instance instance = Instance.start(List.of(gifts), properties)) {
            Broker.until("the new version has run it", () -> gifts.given.equals(List.of("ada")));
        }
    }

    static class Gifts {
        final List<String> given = new CopyOnWriteArrayList<>();

        @KeyedSequential(atom = "parcels", key = "#customer")
        public void gift(String customer) {
            given.add(customer);
        }
    }
}
