package io.keyedsequential.jdbc;

import org.jspecify.annotations.Nullable;

/** The failure of an attempt as it is stored: its text. The exception itself was thrown by this instance or another one. */
final class StoredFailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StoredFailureException(String failure) {
        super(failure, null, false, false);
    }

    static @Nullable StoredFailureException of(@Nullable String failure) {
        return failure == null ? null : new StoredFailureException(failure);
    }

    /** What the attempt has thrown, as it prints. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // it names the class of what was thrown
    public String toString() {
        return String.valueOf(getMessage());
    }
}
