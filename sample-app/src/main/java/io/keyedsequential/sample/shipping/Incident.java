package io.keyedsequential.sample.shipping;

import org.jspecify.annotations.Nullable;

/**
 * Something that the shipping desk has to know.
 *
 * @param what what happened
 * @param customer whose parcels wait, or do not any more
 * @param operation the id of the operation, as the endpoint and the log show it
 * @param error what it failed with
 */
record Incident(String what, String customer, long operation, @Nullable String error) {}
