/**
 * An order desk. Customers have ledgers that are not thread-safe; {@link io.keyedsequential.sample.OrderService},
 * {@link io.keyedsequential.sample.RefundService} and {@link io.keyedsequential.sample.AccountService} share the atom
 * {@code orders}, whose key is the customer, and so no two calls touch one ledger at the same time or out of order.
 */
@NullMarked
package io.keyedsequential.sample;

import org.jspecify.annotations.NullMarked;
