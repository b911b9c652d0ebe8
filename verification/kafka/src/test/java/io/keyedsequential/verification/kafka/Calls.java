package io.keyedsequential.verification.kafka;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The method that {@code docs/kafka.md} shows, and others of its atom. */
class Calls {

    private final Queue<String> sent = new ConcurrentLinkedQueue<>();

    // snippet: called
    @KeyedSequential(atom = "parcels", key = "#customer")
    public void send(String customer, String parcel) {
        sent.add(customer + " " + parcel);
    }
    // end: called

    @KeyedSequential(atom = "parcels", key = "#customer")
    public void weigh(String customer, int grams) {
        sent.add(customer + " " + grams + " g");
    }

    List<String> sent() {
        return List.copyOf(sent);
    }
}
