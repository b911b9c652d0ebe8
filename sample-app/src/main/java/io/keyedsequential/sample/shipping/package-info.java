/**
 * Parcels. {@link io.keyedsequential.sample.shipping.ShippingDesk} writes them into a database in one transaction;
 * {@link io.keyedsequential.sample.shipping.Carrier} hands them over after that has committed, in order for each
 * customer. {@link io.keyedsequential.sample.shipping.Chaos} makes the carrier fail or hang for one customer, so that
 * there is something to look at.
 */
@NullMarked
package io.keyedsequential.sample.shipping;

import org.jspecify.annotations.NullMarked;
