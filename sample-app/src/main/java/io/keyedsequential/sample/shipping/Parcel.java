package io.keyedsequential.sample.shipping;

/**
 * A parcel as it is in the database.
 *
 * @param id its id
 * @param customer whose it is
 * @param reference what the customer calls it; no two parcels share one
 * @param state whether the carrier has it
 */
record Parcel(long id, String customer, String reference, State state) {

    enum State {
        READY,
        HANDED_OVER
    }
}
