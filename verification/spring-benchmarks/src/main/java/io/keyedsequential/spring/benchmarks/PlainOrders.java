package io.keyedsequential.spring.benchmarks;

/** Neither annotated nor a proxy: one lock for all customers. */
class PlainOrders {

    synchronized long totalUnderLock(Order order) {
        return order.amount();
    }

    long total(Order order) {
        return order.amount();
    }
}
