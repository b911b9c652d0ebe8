package io.keyedsequential.spring.engine;

import org.jspecify.annotations.Nullable;

/** This version of the application cannot run a call as it is stored; another one may. */
public final class UnreadableCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For engines.
     *
     * @param message what cannot be read, without data
     * @param cause {@code null} if there is none
     */
    public UnreadableCallException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
