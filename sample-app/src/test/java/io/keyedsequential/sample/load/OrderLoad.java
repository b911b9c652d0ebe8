package io.keyedsequential.sample.load;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Sends the orders of a plan to an order desk, all connections at once. */
final class OrderLoad {

    private final URI desk;
    private final LoadPlan plan;

    OrderLoad(URI desk, LoadPlan plan) {
        this.desk = desk;
        this.plan = plan;
    }

    /**
     * Sends all orders.
     *
     * @param onAnswer run after every answer, by the thread of its connection
     */
    LoadResult run(Runnable onAnswer) {
        CountDownLatch begin = new CountDownLatch(1);
        List<OrderConnection> connections = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            List<DraftOrder> drafts = plan.ordersOf(i);
            OrderConnection connection = new OrderConnection(desk, onAnswer);
            connections.add(connection);
            ends.add(CompletableFuture.runAsync(
                    () -> {
                        await(begin);
                        connection.send(drafts);
                    },
                    body -> new Thread(body, "connection").start()));
        }
        long start = System.nanoTime();
        begin.countDown();
        ends.forEach(CompletableFuture::join);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new LoadResult(
                connections.stream().flatMap(c -> c.placed().stream()).toList(),
                connections.stream().flatMap(c -> c.unanswered().stream()).toList(),
                took);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
