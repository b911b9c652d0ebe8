package io.keyedsequential.sample.load;

import java.math.BigDecimal;

/**
 * One line of a ledger, as it looks from outside.
 *
 * @param sequence its place
 * @param operation the operation that appended it
 * @param reference what the sender called the order
 * @param amount what was added
 * @param balance the sum up to here
 */
record LedgerLine(int sequence, long operation, String reference, BigDecimal amount, BigDecimal balance) {}
