package io.keyedsequential.migration;

import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Service;

/** From {@code @Async}. */
class FromAsync {

    @Service
    static class Before {

        private final Ledger ledger;

        Before(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: async-before
        @Async // order 2 may run before order 1, and at the same time
        public void process(Order order) {
            ledger.append(order);
        }
        // end: async-before
    }

    @Service
    static class After {

        private final Ledger ledger;

        After(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: async-after
        @KeyedSequential(key = "#order.customer") // one customer's orders, one after the other
        public void process(Order order) {
            ledger.append(order);
        }
        // end: async-after
    }

    @Service
    static class Both {

        private final Ledger ledger;

        Both(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: before-and-after
        @Async // Ada's second order may overtake her first, and run beside it
        public void before(Order order) {
            ledger.append(order);
        }

        @KeyedSequential(key = "#order.customer") // hers run one at a time, in order; other customers' in parallel
        public void after(Order order) {
            ledger.append(order);
        }
        // end: before-and-after
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class App {

        @Bean
        Ledger ledger() {
            return new Ledger();
        }
    }
}
