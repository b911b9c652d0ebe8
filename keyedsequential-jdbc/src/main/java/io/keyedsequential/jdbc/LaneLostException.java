package io.keyedsequential.jdbc;

/** The lane was taken away while the body ran in the transaction that was to delete its item: that is rolled back. */
final class LaneLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LaneLostException(String message) {
        super(message);
    }
}
