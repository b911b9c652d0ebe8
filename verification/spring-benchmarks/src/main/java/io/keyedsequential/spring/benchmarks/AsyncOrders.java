package io.keyedsequential.spring.benchmarks;

import org.springframework.scheduling.annotation.Async;

/** What one would write today, without order. */
class AsyncOrders {

    private final Arrivals arrivals;

    AsyncOrders(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Async(OrderDesk.ASYNC_EXECUTOR)
    void process(@SuppressWarnings("unused") Order order) {
        arrivals.one();
    }
}
