package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A broker inside of the test, for all tests of this virtual machine, and what tests ask of it. */
final class Broker {

    private static final Broker SHARED = new Broker();

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final Admin admin;
    private final KafkaProducer<String, String> texts;
    private final KafkaProducer<byte[], byte[]> bytes;

    private Broker() {
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("group.min.session.timeout.ms", "1000");
        broker.brokerProperty("auto.create.topics.enable", "false");
        // What clients say themselves with the classic protocol.
        broker.brokerProperty("group.consumer.min.heartbeat.interval.ms", "500");
        broker.brokerProperty("group.consumer.heartbeat.interval.ms", "500");
        if (Boolean.getBoolean("kafka.processes")) { // some of which are killed, or stand still
            broker.brokerProperty("group.consumer.min.session.timeout.ms", "1000");
            broker.brokerProperty("group.consumer.session.timeout.ms", "6000");
        }
        broker.afterPropertiesSet();
        admin = Admin.create(config());
        Map<String, Object> producing = config();
        // A topic that was just created may refuse the first batch and take the second: one at a time keeps their
        // order.
        producing.put("enable.idempotence", "false");
        producing.put("max.in.flight.requests.per.connection", "1");
        texts = new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer());
        bytes = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
        Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy));
    }

    /** Properties of an instance that is taken for dead after 6 s; with one of the protocols the broker says how soon. */
    static List<String> shortSession(String protocol) {
        return protocol.equals("classic")
                ? List.of(
                        "spring.kafka.consumer.heartbeat-interval=1s",
                        "spring.kafka.consumer.properties.session.timeout.ms=6000")
                : List.of("spring.kafka.consumer.properties.group.protocol=" + protocol);
    }

    static Broker shared() {
        return SHARED;
    }

    private Map<String, Object> config() {
        return new HashMap<>(Map.of("bootstrap.servers", address()));
    }

    String address() {
        return broker.getBrokersAsString();
    }

    void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    void createTopic(String name, int partitions, Map<String, String> configs) {
        try {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)))
                    .all()
                    .get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void addPartitions(String topic, int all) {
        try {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(all)))
                    .all()
                    .get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void send(String topic, int partition, String key, String value) {
        send(new ProducerRecord<>(topic, partition, key, value));
    }

    void send(ProducerRecord<String, String> record) {
        try {
            texts.send(record).get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Without waiting for each. */
    void sendSoon(String topic, int partition, String key, String value) {
        texts.send(new ProducerRecord<>(topic, partition, key, value), (metadata, failure) -> {
            if (failure != null) {
                throw new AssertionError(failure);
            }
        });
    }

    void flush() {
        texts.flush();
    }

    void sendBytes(String topic, int partition, byte[] key, byte[] value) {
        try {
            bytes.send(new ProducerRecord<>(topic, partition, key, value)).get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The first records of a partition. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, int partition, int count) {
        TopicPartition id = new TopicPartition(topic, partition);
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(id));
            consumer.seekToBeginning(List.of(id));
            until(count + " records are in " + id, () -> {
                consumer.poll(Duration.ofMillis(100)).records(id).forEach(read::add);
                return read.size() >= count;
            });
        }
        return read;
    }

    /** How many members of a group have partitions. */
    long members(String group) {
        try {
            return admin
                    .describeConsumerGroups(List.of(group))
                    .all()
                    .get(120, TimeUnit.SECONDS)
                    .get(group)
                    .members()
                    .stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The next offset of a group in a partition; 0 if it has committed none. */
    long committed(String group, String topic, int partition) {
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

    /** The offset behind the last record of a partition. */
    long end(String topic, int partition) {
        TopicPartition id = new TopicPartition(topic, partition);
        try {
            return admin.listOffsets(Map.of(id, OffsetSpec.latest()))
                    .partitionResult(id)
                    .get(60, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Asks again and again; every question is a round trip to the broker. The limit is a last resort. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // others need the processor
        }
    }
}
