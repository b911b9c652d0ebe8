package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;

/**
 * Which parked lanes are meant, and whether something is to be done to them.
 *
 * @param error the class of what they have failed with, or its name without the package; {@code null} for all
 * @param preview whether to say only what would be done
 * @param atMost how many lanes the operator expects; more are refused. {@code null} for as many as there are
 */
record ParkedRequest(@Nullable String error, @Nullable Boolean preview, @Nullable Integer atMost) {

    /** All of them, now. */
    static final ParkedRequest NONE = new ParkedRequest(null, null, null);

    boolean isPreview() {
        return Boolean.TRUE.equals(preview);
    }

    boolean isAbout(@Nullable String errorType) {
        return error == null
                || (errorType != null
                        && (errorType.equals(error)
                                || errorType
                                        .substring(errorType.lastIndexOf('.') + 1)
                                        .equals(error)));
    }
}
