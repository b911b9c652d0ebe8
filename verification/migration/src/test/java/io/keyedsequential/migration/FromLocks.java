package io.keyedsequential.migration;

import com.google.common.util.concurrent.Striped;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import org.springframework.stereotype.Service;

/** From a monitor for each key, and from Guava's {@code Striped}. */
class FromLocks {

    static class Synchronized {

        private final Ledger ledger;

        Synchronized(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: synchronized-before
        private final Map<String, Object> monitors = new ConcurrentHashMap<>(); // grows with every customer

        public int process(Order order) {
            synchronized (monitors.computeIfAbsent(order.customer(), customer -> new Object())) {
                return ledger.append(order);
            }
        }
        // end: synchronized-before
    }

    static class Stripes {

        private final Ledger ledger;

        Stripes(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: striped-before
        private final Striped<Lock> locks = Striped.lock(64); // customers that share a lock wait for each other

        public int process(Order order) {
            Lock lock = locks.get(order.customer());
            lock.lock();
            try {
                return ledger.append(order);
            } finally {
                lock.unlock();
            }
        }
        // end: striped-before
    }

    @Service
    static class After {

        private final Ledger ledger;

        After(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: locks-after
        @KeyedSequential(key = "#order.customer", atom = "orders")
        public int process(Order order) { // on the caller's thread, in its transaction
            return ledger.append(order);
        }
        // end: locks-after
    }

    static class WithoutSpring {

        private final Ledger ledger;

        WithoutSpring(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: locks-after-without-spring
        private final KeyedCoordinator<String> orders =
                KeyedCoordinator.<String>builder("orders").build();

        public int process(Order order) {
            return orders.call(order.customer(), () -> ledger.append(order));
        }
        // end: locks-after-without-spring

        void close() {
            orders.close();
        }
    }
}
