package io.keyedsequential.sample;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a customer orders.
 *
 * @param customer whose ledger it goes to
 * @param amount what it costs; more than zero
 * @param reference what the customer calls it
 */
record Order(String customer, BigDecimal amount, @Nullable String reference) {

    Order {
        Requests.check(customer, amount);
    }
}
