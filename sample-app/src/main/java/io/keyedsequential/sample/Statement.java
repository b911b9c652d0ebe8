package io.keyedsequential.sample;

import java.math.BigDecimal;
import java.util.List;

/**
 * A ledger as its customer sees it.
 *
 * @param customer whose ledger
 * @param balance the sum of all amounts
 * @param entries what was ordered and paid back, in order
 */
record Statement(String customer, BigDecimal balance, List<LedgerEntry> entries) {}
