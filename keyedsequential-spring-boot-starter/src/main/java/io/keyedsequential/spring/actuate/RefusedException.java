package io.keyedsequential.spring.actuate;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** A request that was understood and is not carried out; outside of the web its message is the answer. */
final class RefusedException extends InvalidEndpointRequestException {

    static final int BAD_REQUEST = 400;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int UNAVAILABLE = 503;

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String why;

    RefusedException(int status, String message) {
        super(message, message);
        this.status = status;
        this.why = message;
    }

    int status() {
        return status;
    }

    String why() {
        return why;
    }
}
