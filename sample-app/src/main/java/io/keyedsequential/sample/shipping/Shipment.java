package io.keyedsequential.sample.shipping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer wants to be sent, all of it or nothing.
 *
 * @param customer whose parcels they are
 * @param parcels their references, in the order in which they are to be handed over
 */
record Shipment(String customer, List<String> parcels) {

    Shipment(@Nullable String customer, @Nullable List<String> parcels) {
        if (customer == null || customer.isBlank()) {
            throw new IllegalArgumentException("customer is missing");
        }
        if (parcels == null || parcels.isEmpty()) {
            throw new IllegalArgumentException("parcels are missing");
        }
        this.customer = customer;
        this.parcels = List.copyOf(parcels);
    }
}
