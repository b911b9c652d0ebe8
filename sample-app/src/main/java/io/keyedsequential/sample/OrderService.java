package io.keyedsequential.sample;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Service;

/** Takes orders. A future is returned, so that the caller does not wait and learns the operation's id. */
// snippet: service
@Service
class OrderService {

    private final Ledgers ledgers;

    OrderService(Ledgers ledgers) {
        this.ledgers = ledgers;
    }

    @KeyedSequential(key = "#order.customer", atom = "orders")
    public CompletableFuture<LedgerEntry> process(Order order) {
        LedgerEntry entry = ledgers.append(order.customer(), order.reference(), order.amount());
        return CompletableFuture.completedFuture(entry);
    }
}
// end: service
