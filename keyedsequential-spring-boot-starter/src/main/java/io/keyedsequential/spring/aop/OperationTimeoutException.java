package io.keyedsequential.spring.aop;

import java.util.concurrent.TimeoutException;

/**
 * The time of a call of a method that returns a plain value is up: it was not started within {@code queueTimeout}, and
 * has not run, or it ran longer than {@code runTimeout}. The message names the atom, the operation, the limit, the
 * numbers of the atom and the key, masked as in the log. Unchecked, because the method need not declare that it may
 * take too long; the {@link TimeoutException} with which a future would have failed is the cause.
 */
public class OperationTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The atom's name. */
    private final String atom;

    /**
     * For this starter; applications do not create it.
     *
     * @param atom the atom's name
     * @param key the key as log lines name it
     * @param cause says which limit it was
     */
    public OperationTimeoutException(String atom, String key, TimeoutException cause) {
        super("%s; key %s".formatted(cause.getMessage(), key), cause);
        this.atom = atom;
    }

    /**
     * Where it happened.
     *
     * @return the atom's name
     */
    public String atom() {
        return atom;
    }
}
