package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.DrainReport;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import io.keyedsequential.OperationFuture;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The core without Spring, as README shows it. */
class WithoutSpringTest {

    @Test
    void oneCoordinatorForAnyBody() {
        List<String> ledger = new ArrayList<>();
        // snippet: coordinator
        try (KeyedCoordinator<String> orders =
                KeyedCoordinator.<String>builder("orders").maxConcurrency(8).build()) {
            long id = orders.execute("ada", () -> ledger.add("first")); // enqueues; returns the operation's id
            OperationFuture<Boolean> second = orders.submit("ada", () -> ledger.add("second"));
            orders.submitAsync("ada", () -> CompletableFuture.runAsync(() -> ledger.add("third")));
            int entries = orders.call("ada", ledger::size); // takes its turn on this thread: after the third
            System.out.println(id + " " + second.operationId() + " " + entries);
        }
        // end: coordinator
        assertThat(ledger).containsExactly("first", "second", "third");
    }

    @Test
    void oneAtomForOneBody() {
        List<String> ledger = new ArrayList<>();
        // snippet: atom
        try (KeyedSequentialAtom<Order, String> orders = KeyedSequentialAtom.builder(
                        Order::customer, (Order order) -> ledger.add(order.reference()))
                .name("orders")
                .build()) {
            orders.enqueue(new Order("ada", new BigDecimal("12.50"), "first"));
            orders.enqueue(new Order("ada", new BigDecimal("30.00"), "second"));
            DrainReport report = orders.drain(Duration.ofSeconds(10));
            System.out.println(report.summary());
        }
        // end: atom
        assertThat(ledger).containsExactly("first", "second");
    }
}
