package io.keyedsequential.spring.atom;

import org.jspecify.annotations.Nullable;

/** What an operation failed with in another process, or before a restart, as far as it was written down. Never thrown. */
public final class RecordedFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The class of what was thrown. */
    private final String type;

    /**
     * For engines.
     *
     * @param type the name of the class of what was thrown, which may not be known here
     * @param message its message, or {@code null}
     */
    public RecordedFailure(String type, @Nullable String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /**
     * The class of what was thrown.
     *
     * @return its name
     */
    public String type() {
        return type;
    }

    /**
     * The name of the class of an error, also of one that was written down.
     *
     * @param error any error
     * @return the name of its own class, or the one that is recorded
     */
    public static String typeOf(Throwable error) {
        return error instanceof RecordedFailure recorded
                ? recorded.type
                : error.getClass().getName();
    }

    @Override
    public String toString() {
        String message = getMessage();
        return message == null ? type : "%s: %s".formatted(type, message);
    }
}
