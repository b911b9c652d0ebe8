package io.keyedsequential.sample.load;

import java.math.BigDecimal;

/**
 * An order to be sent.
 *
 * @param connection which connection sends it
 * @param sequence its place among the orders of the connection
 * @param customer who orders
 * @param amount what it costs
 */
record DraftOrder(int connection, int sequence, String customer, BigDecimal amount) {

    /** Names the order in the ledger, so that the ledger tells who sent it and when. */
    String reference() {
        return connection + "/" + sequence;
    }

    String json() {
        return "{\"customer\":\"%s\",\"amount\":%s,\"reference\":\"%s\"}".formatted(customer, amount, reference());
    }
}
