package io.keyedsequential.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** Topics that nothing is in, at a broker inside of the test, for the engine {@code kafka}. */
final class KafkaStores {

    private static final String PREFIX = "keyedsequential.kafka.topic-prefix=";

    private static final EmbeddedKafkaKraftBroker BROKER = started();

    private KafkaStores() {}

    private static EmbeddedKafkaKraftBroker started() {
        EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("auto.create.topics.enable", "false");
        // With the group protocol "consumer"; with "classic" the clients say it.
        broker.brokerProperty("group.consumer.min.heartbeat.interval.ms", "500");
        broker.brokerProperty("group.consumer.heartbeat.interval.ms", "500");
        broker.afterPropertiesSet();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy));
        return broker;
    }

    /** Until the partitions of an atom's topic are with two instances. */
    static void untilTwoTakePart(List<String> store, String atom) {
        String group = store.stream()
                        .filter(property -> property.startsWith(PREFIX))
                        .findFirst()
                        .orElseThrow()
                        .substring(PREFIX.length())
                + atom;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.getBrokersAsString()))) {
            Patience.until(() -> {
                ConsumerGroupDescription described =
                        admin.describeConsumerGroups(List.of(group)).all().get().get(group);
                assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
                assertThat(described.members()).hasSize(2).allSatisfy(member -> assertThat(
                                member.assignment().topicPartitions())
                        .isNotEmpty());
            });
        }
    }

    static List<String> fresh() {
        return List.of(
                "keyedsequential.defaults.engine=kafka",
                "keyedsequential.defaults.kafka.partitions=4",
                PREFIX + UUID.randomUUID() + ".",
                "keyedsequential.kafka.unreadable-grace=1ms",
                "spring.kafka.bootstrap-servers=" + BROKER.getBrokersAsString(),
                "spring.kafka.consumer.properties.metadata.max.age.ms=1000");
    }
}
