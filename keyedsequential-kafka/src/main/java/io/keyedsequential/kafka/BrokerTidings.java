package io.keyedsequential.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer hears from the broker besides records: where logs end, how many partitions topics
 * have, and whether it is there at all. Looks about
 * once a second, mostly at what the client knows already. Of the thread of the consumer.
 */
final class BrokerTidings {

    static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The client hears nothing of a partition that is paused, so that the broker is asked, now and then. */
    private static final long ASK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Duration ASK_TIMEOUT = Duration.ofMillis(300);

    /**
     * A broker answers the requests of one connection in turn, and may keep a fetch of the other partitions for {@code
     * fetch.max.wait.ms}, 500 ms unless configured: a question that is given less time could be late every time.
     */
    static final Duration ASK_END_TIMEOUT = Duration.ofSeconds(1);

    private final Consumer<?, ?> client;
    private final KeyedListener listener;
    private final LongSupplier nanoTime;
    private long looked;
    private long asked;
    private @Nullable Metric received;

    BrokerTidings(Consumer<?, ?> client, KeyedListener listener, LongSupplier nanoTime) {
        this.client = client;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
        this.asked = looked;
    }

    /** Looks, if it is time. To be called with every poll. */
    void look(Collection<AssignedPartition> partitions) {
        long now = nanoTime.getAsLong();
        if (now - looked < EVERY_NANOS) {
            return;
        }
        looked = now;
        watch();
        partitions.stream().map(partition -> partition.id().topic()).distinct().forEach(this::count);
        Map<TopicPartition, AssignedPartition> paused = new HashMap<>();
        for (AssignedPartition partition : partitions) {
            if (partition.wantsPause()) {
                paused.put(partition.id(), partition);
            } else {
                lookAt(partition);
            }
        }
        if (!paused.isEmpty() && now - asked >= ASK_EVERY_NANOS) {
            asked = now;
            ask(paused);
        }
    }

    /** What was assigned may have been assigned by a broker that knows more of the topic than this client. */
    private void count(String topic) {
        try {
            listener.partitionCount(
                    topic, client.partitionsFor(topic, ASK_TIMEOUT).size());
        } catch (KafkaException | IllegalStateException e) {
            // not known now
        }
    }

    private void lookAt(AssignedPartition partition) {
        try {
            OptionalLong lag = client.currentLag(partition.id());
            if (lag.isPresent()) {
                long position = client.position(partition.id(), ASK_TIMEOUT);
                partition.heard(position, position + lag.getAsLong());
            }
        } catch (KafkaException | IllegalStateException e) {
            // not known yet, or not assigned any more
        }
    }

    private void ask(Map<TopicPartition, AssignedPartition> paused) {
        try {
            client.endOffsets(paused.keySet(), ASK_END_TIMEOUT).forEach((id, end) -> {
                AssignedPartition partition = paused.get(id);
                if (partition != null) {
                    partition.heard(Math.max(0, partition.watermark()), end);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            // the broker is away: what was heard last is shown
        }
    }

    /** Looks whether the broker is there, which asks nothing of it. To be called about once a second. */
    void watch() {
        if (received == null) {
            received = client.metrics().values().stream()
                    .filter(metric -> metric.metricName().name().equals("incoming-byte-total")
                            && metric.metricName().group().equals("consumer-metrics"))
                    .findFirst()
                    .orElse(null);
        }
        if (received != null && received.metricValue() instanceof Number bytes) {
            listener.broker().look(this, bytes.doubleValue());
        }
    }

    void forget() {
        listener.broker().forget(this);
    }
}
