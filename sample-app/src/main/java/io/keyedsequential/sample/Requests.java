package io.keyedsequential.sample;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What every request must have; otherwise it is answered 400. */
final class Requests {

    private Requests() {}

    static void check(@Nullable String customer, @Nullable BigDecimal amount) {
        if (customer == null || customer.isBlank()) {
            throw new IllegalArgumentException("customer is missing");
        }
        if (amount == null || amount.signum() <= 0) {
            throw new IllegalArgumentException("amount must be more than zero, was " + amount);
        }
    }
}
