package io.keyedsequential.kafka;

/**
 * A call of an atom of the engine {@code kafka} was not acknowledged by the broker. The message says whether it may run
 * all the same.
 */
public final class CallNotSentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CallNotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}
