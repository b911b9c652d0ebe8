package io.keyedsequential.conformance;

import java.util.ArrayList;
import java.util.List;

/** The same where the brokers say which instance has which partitions. */
class KafkaConsumerProtocolConformanceTest extends KafkaConformanceTest {

    @Override
    List<String> freshStore() {
        List<String> store = new ArrayList<>(super.freshStore());
        store.add("spring.kafka.consumer.properties.group.protocol=consumer");
        return store;
    }
}
