package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The listeners and the configuration of {@code docs/kafka.md}: records, payloads with headers, replies, meters. */
class OrdersTest {

    private final Broker broker = Broker.shared();

    @Test
    void recordsPayloadsHeadersAndRepliesAreThoseOfSpringKafka() {
        for (String topic : List.of("orders", "parcels", "questions", "answers")) {
            broker.createTopic(topic, 1);
        }
        Orders orders = new Orders();
        try (Instance instance = Instance.start(
                List.of(orders),
                "spring.config.location=classpath:listeners.yml",
                "management.defaults.metrics.export.enabled=true")) {
            broker.send("orders", 0, "ada", "first");
            broker.send("orders", 0, "ada", "second");
            ProducerRecord<String, String> parcel = new ProducerRecord<>("parcels", "lamp");
            parcel.headers().add("customer", "ada".getBytes(StandardCharsets.UTF_8));
            broker.send(parcel);
            broker.send("questions", 0, null, "how many");

            Broker.until("orders are acknowledged", () -> broker.committed("orders", "orders", 0) == 2);
            Broker.until("parcels are acknowledged", () -> broker.committed("parcels", "parcels", 0) == 1);
            Broker.until("questions are acknowledged", () -> broker.committed("questions", "questions", 0) == 1);
            assertThat(orders.orders).containsExactly("ada first", "ada second");
            assertThat(orders.parcels).containsExactly("ada lamp");
            assertThat(broker.read("answers", 0, 1))
                    .extracting(answer -> new String(answer.value(), StandardCharsets.UTF_8))
                    .containsExactly("8 letters");

            MeterRegistry meters = instance.bean(MeterRegistry.class);
            assertThat(meters.get("keyedsequential.kafka.unacknowledged")
                            .tags("atom", "orders", "listener", "orders")
                            .gauge()
                            .value())
                    .isZero();
            assertThat(meters.get("keyedsequential.kafka.dead.letters")
                            .tags("listener", "orders")
                            .functionCounter()
                            .count())
                    .isZero();
        }
    }
}
