package io.keyedsequential.kafka.benchmarks;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.confluent.parallelconsumer.RecordContext;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The parallel consumer, with the order of keys. Its class path is its own: without Spring, and with the client that it is made for. */
final class ParallelConsumerContender {

    private ParallelConsumerContender() {}

    /**
     * Consumes until the process is ended.
     *
     * @param arguments see {@link ContenderProcess}
     */
    public static void main(String[] arguments) throws IOException {
        Arguments given = Arguments.of(List.of(arguments));
        Work work = Work.of(given);
        Map<String, Object> config = new HashMap<>(ConsumerConfigs.of(given));
        config.put("bootstrap.servers", given.text("broker"));
        config.put("group.id", given.text("topic"));
        config.put("enable.auto.commit", "false");
        var options = ParallelConsumerOptions.<String, String>builder()
                .consumer(new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer()))
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(given.number("concurrency"))
                .defaultMessageRetryDelay(Duration.ofMillis(Work.BACKOFF_MILLIS))
                .commitInterval(Duration.ofMillis(given.number("commit-ms")))
                .build();
        ParallelStreamProcessor<String, String> processor = ParallelStreamProcessor.createEosStreamProcessor(options);
        processor.subscribe(List.of(given.text("topic")));
        processor.poll(polled -> run(work, polled.getSingleRecord()));
    }

    /** It would try for ever; attempts are for the function to count. */
    private static void run(Work work, RecordContext<String, String> record) {
        try {
            work.run(record.value());
        } catch (IllegalStateException e) {
            if (record.getNumberOfFailedAttempts() + 1 < Work.ATTEMPTS) {
                throw e;
            }
        }
    }
}
