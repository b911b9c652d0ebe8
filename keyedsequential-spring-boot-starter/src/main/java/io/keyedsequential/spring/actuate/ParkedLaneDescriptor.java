package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;

/**
 * Description of a lane that is parked.
 *
 * @param key the key, or its mask
 * @param handle what addresses the lane in a URL
 * @param operation the id of the operation that keeps it closed
 * @param label which business that operation is about, if it says so
 * @param error the class of what it has failed with
 * @param behind how many operations wait behind it
 */
public record ParkedLaneDescriptor(
        String key, String handle, long operation, @Nullable String label, @Nullable String error, int behind) {}
