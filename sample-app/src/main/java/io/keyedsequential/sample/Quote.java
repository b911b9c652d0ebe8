package io.keyedsequential.sample;

import java.math.BigDecimal;

/**
 * What an order would do to a balance.
 *
 * @param customer whose balance
 * @param balance the balance after everything that was ordered before the question
 * @param after the balance after one more order
 */
record Quote(String customer, BigDecimal balance, BigDecimal after) {}
