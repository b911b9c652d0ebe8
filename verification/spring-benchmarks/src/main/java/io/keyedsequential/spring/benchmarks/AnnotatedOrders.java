package io.keyedsequential.spring.benchmarks;

import io.keyedsequential.spring.annotation.KeyedSequential;

/** Ours. Two atoms, so that the counts of one tell about one benchmark. */
class AnnotatedOrders {

    static final String VOID_ATOM = "orders";
    static final String VALUE_ATOM = "totals";

    private final Arrivals arrivals;

    AnnotatedOrders(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @KeyedSequential(key = "#order.customerId", atom = VOID_ATOM, maxConcurrency = OrderDesk.THREADS)
    void process(@SuppressWarnings("unused") Order order) {
        arrivals.one();
    }

    /** The same key, written so that only SpEL can evaluate it. */
    @KeyedSequential(key = "#order?.customerId", atom = VOID_ATOM, maxConcurrency = OrderDesk.THREADS)
    void processBySpel(@SuppressWarnings("unused") Order order) {
        arrivals.one();
    }

    @KeyedSequential(key = "#order.customerId", atom = VALUE_ATOM, maxConcurrency = OrderDesk.THREADS)
    long total(Order order) {
        return order.amount();
    }
}
