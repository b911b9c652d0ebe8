package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.DrainReport;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void retriesOnTheLaneAndParks() {
        List<String> ledger = new ArrayList<>();
        CountDownLatch parked = new CountDownLatch(1);
        CoordinatorListener listener = new CoordinatorListener() {
            @Override
            public void operationParked(String atom, OperationSnapshot operation) {
                parked.countDown();
            }
        };
        AtomicBoolean bankIsClosed = new AtomicBoolean(true);
        Runnable transfer = () -> {
            if (bankIsClosed.get()) {
                throw new IllegalStateException("the bank is closed");
            }
            ledger.add("transfer");
        };
        // snippet: failure
        try (KeyedCoordinator<String> orders = KeyedCoordinator.<String>builder("orders")
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofMillis(10))
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .listener(listener)
                .build()) {
            orders.execute("ada", transfer); // fails three times; meanwhile nothing of ada overtakes it
            orders.execute("ada", () -> ledger.add("receipt"));
            await(parked);
            LaneSnapshot lane = orders.lane("ada").orElseThrow();
            System.out.println(lane.state() + ": " + lane.explanation().sentence());
            bankIsClosed.set(false);
            orders.retry("ada"); // or skip("ada"), or purge("ada")
        }
        // end: failure
        assertThat(ledger).containsExactly("transfer", "receipt");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
