package io.keyedsequential.migration;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Notes orders as they come; the first order waits for what a test wants it to wait for. */
class Ledger {

    final List<Order> entries = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeFirst = () -> {};

    void beforeFirst(Runnable wait) {
        beforeFirst = wait;
    }

    int append(Order order) {
        if (order.number() == 1) {
            beforeFirst.run();
        }
        entries.add(order);
        synchronized (entries) {
            entries.notifyAll();
        }
        return entries.size();
    }

    /** Waits until there are so many entries. */
    void awaitEntries(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        synchronized (entries) {
            while (entries.size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("waited in vain for %d entries: %s".formatted(count, entries));
                }
                entries.wait(left);
            }
        }
    }
}
