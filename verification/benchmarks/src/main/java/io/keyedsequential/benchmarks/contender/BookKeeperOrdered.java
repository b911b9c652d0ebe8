package io.keyedsequential.benchmarks.contender;

import org.apache.bookkeeper.common.util.OrderedExecutor;

/** BookKeeper's {@code OrderedExecutor}: a fixed number of threads, and the key's hash says which. */
final class BookKeeperOrdered implements Contender {

    private final OrderedExecutor executor;

    BookKeeperOrdered(Threads threads) {
        this.executor = OrderedExecutor.newBuilder()
                .name("bookkeeper")
                .numThreads(threads.permits())
                .build();
    }

    @Override
    public void execute(Long key, Body body) {
        executor.executeOrdered((Object) key, body);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
