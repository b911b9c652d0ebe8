package io.keyedsequential.sample;

import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.stereotype.Service;

/** Pays back. Another bean, the same atom: a refund keeps its place among the orders of its customer. */
@Service
class RefundService {

    private final Ledgers ledgers;

    RefundService(Ledgers ledgers) {
        this.ledgers = ledgers;
    }

    // snippet: void
    @KeyedSequential(key = "#refund.customer", atom = "orders")
    public void refund(Refund refund) {
        ledgers.append(refund.customer(), refund.reference(), refund.amount().negate());
    }
    // end: void
}
