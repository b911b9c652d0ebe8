package io.keyedsequential.spring.atom;

import org.jspecify.annotations.Nullable;

/**
 * An engine cannot be asked now what it keeps, or told what an operator wants: its database is away. Nothing has been
 * changed. The engine says so in the log when it begins and when it ends.
 */
public final class AtomUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For engines.
     *
     * @param reason what operators are told; without keys and other personal data
     * @param cause what went wrong, or {@code null}
     */
    public AtomUnavailableException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /**
     * What operators are told.
     *
     * @return never {@code null}
     */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
