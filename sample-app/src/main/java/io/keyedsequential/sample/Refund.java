package io.keyedsequential.sample;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a customer gets back.
 *
 * @param customer whose ledger it goes to
 * @param amount how much; more than zero
 * @param reference what the customer calls it
 */
record Refund(String customer, BigDecimal amount, @Nullable String reference) {

    Refund {
        Requests.check(customer, amount);
    }
}
