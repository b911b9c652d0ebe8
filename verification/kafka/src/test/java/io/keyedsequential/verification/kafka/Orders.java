package io.keyedsequential.verification.kafka;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;

/** The listeners that {@code docs/kafka.md} shows. */
class Orders {

    final Queue<String> orders = new ConcurrentLinkedQueue<>();
    final Queue<String> parcels = new ConcurrentLinkedQueue<>();

    // snippet: listener
    @KafkaListener(id = "orders", topics = "orders")
    @KeyedSequential(key = "#record.key()", atom = "orders")
    void process(ConsumerRecord<String, String> record) {
        orders.add(record.key() + " " + record.value());
    }
    // end: listener

    // snippet: payload
    @KafkaListener(id = "parcels", topics = "parcels")
    @KeyedSequential(key = "#customer", label = "#parcel", atom = "parcels")
    void ship(@Payload String parcel, @Header("customer") String customer) {
        parcels.add(customer + " " + parcel);
    }
    // end: payload

    // snippet: reply
    @KafkaListener(id = "questions", topics = "questions")
    @SendTo("answers")
    @KeyedSequential(key = "#question", atom = "questions")
    CompletableFuture<String> answer(@Payload String question) {
        return CompletableFuture.supplyAsync(() -> question.length() + " letters");
    }
    // end: reply
}
