package io.keyedsequential.kafka.benchmarks;

import java.util.Map;

/** What the consumers of all contenders are told alike; the rest is as their clients have it. */
final class ConsumerConfigs {

    private ConsumerConfigs() {}

    static Map<String, String> of(Arguments arguments) {
        return Map.of(
                "auto.offset.reset", "earliest",
                "session.timeout.ms", arguments.text("session-ms"),
                "heartbeat.interval.ms", "500",
                "metadata.max.age.ms", "1000");
    }
}
