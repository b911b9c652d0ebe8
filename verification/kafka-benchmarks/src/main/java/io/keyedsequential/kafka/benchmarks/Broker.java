package io.keyedsequential.kafka.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The broker of all contenders, inside of this process, and who sends to it. */
final class Broker implements AutoCloseable {

    static final int PARTITIONS = 6;

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final Admin admin;
    private final KafkaProducer<String, String> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private int topics;

    Broker() {
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("group.min.session.timeout.ms", "1000");
        broker.brokerProperty("auto.create.topics.enable", "false");
        broker.afterPropertiesSet();
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", address()));
        admin = Admin.create(config);
        // A topic that was just created may refuse the first batch and take the second: one at a time keeps their
        // order.
        config.put("enable.idempotence", "false");
        config.put("max.in.flight.requests.per.connection", "1");
        producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    String address() {
        return broker.getBrokersAsString();
    }

    /** Makes a topic that no other run has. Answers its name, which is that of its group as well. */
    String newTopic() {
        String name = "records-" + topics++;
        try {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("cannot make the topic " + name, e);
        }
        return name;
    }

    /** Sends it soon; keys have their partitions in turn, and the special key is in the first one. */
    void send(String topic, Message message) {
        int partition = message.key() == Message.SPECIAL ? 0 : message.key() % PARTITIONS;
        producer.send(
                new ProducerRecord<>(topic, partition, "k" + message.key(), message.text()),
                (metadata, exception) -> failure.compareAndSet(null, exception));
    }

    /** Waits until all have been taken. */
    void flush() {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the broker has not taken a record", failed);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
        admin.close(Duration.ofSeconds(10));
        broker.destroy();
    }
}
