package io.keyedsequential.sample;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One line of a ledger.
 *
 * @param sequence its place in the ledger; the first is 1
 * @param operation the id of the operation that appended it
 * @param reference what the customer calls it
 * @param amount what was added; less than zero for a refund
 * @param balance the sum of all amounts up to here
 */
record LedgerEntry(int sequence, long operation, @Nullable String reference, BigDecimal amount, BigDecimal balance) {}
