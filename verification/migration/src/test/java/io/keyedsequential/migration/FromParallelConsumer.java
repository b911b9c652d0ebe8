package io.keyedsequential.migration;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Service;

/** From Confluent's parallel consumer. */
class FromParallelConsumer {

    static class Before {

        private final Ledger ledger;

        Before(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: parallel-consumer-before
        ParallelStreamProcessor<String, Order> start(Consumer<String, Order> consumer) {
            ParallelStreamProcessor<String, Order> orders =
                    ParallelStreamProcessor.createEosStreamProcessor(ParallelConsumerOptions.<String, Order>builder()
                            .consumer(consumer)
                            .ordering(ProcessingOrder.KEY)
                            .maxConcurrency(16)
                            .build());
            orders.subscribe(List.of("orders"));
            orders.poll(polled -> ledger.append(polled.getSingleConsumerRecord().value()));
            return orders;
        }
        // end: parallel-consumer-before
    }

    @Service
    static class After {

        private final Ledger ledger;

        After(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: parallel-consumer-after
        @KafkaListener(topics = "orders")
        @KeyedSequential(key = "#record.key()", atom = "orders", maxConcurrency = 16, maxAttempts = 10)
        public CompletableFuture<Void> process(ConsumerRecord<String, Order> record) {
            ledger.append(record.value());
            return CompletableFuture.completedFuture(null); // acknowledges the record
        }
        // end: parallel-consumer-after
    }
}
