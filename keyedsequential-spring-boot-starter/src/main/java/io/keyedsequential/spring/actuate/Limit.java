package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** How much of something a reader wants to see. */
final class Limit {

    /** No answer shows more of one kind, whatever the reader asks for. */
    static final int MOST = 1_000;

    private Limit() {}

    static int of(@Nullable Integer limit, int unlessGiven) {
        if (limit == null) {
            return unlessGiven;
        }
        if (limit < 1) {
            String reason = "limit: 1 or more, not %d; more than %d are never shown".formatted(limit, MOST);
            throw new InvalidEndpointRequestException(reason, reason);
        }
        return Math.min(limit, MOST);
    }
}
