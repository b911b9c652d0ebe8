package io.keyedsequential.spring.atom;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operation failed with in another process, or before a restart, as far as it was written down. Never thrown.
 */
public final class RecordedFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** As {@link Throwable#toString()} prints it: a qualified name, then perhaps a message. */
    private static final Pattern PRINTED =
            Pattern.compile("(?<type>\\w+(?:[.$]\\w+)+)(?:: (?<message>.*))?", Pattern.DOTALL);

    /** The class of what was thrown; {@code null} if that is not known. */
    private final @Nullable String type;

    /**
     * For engines.
     *
     * @param type the name of the class of what was thrown, which may not be there in this process; {@code null} if it
     *     is not known
     * @param message its message, or {@code null}
     */
    public RecordedFailure(@Nullable String type, @Nullable String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /**
     * For engines that keep what an error prints.
     *
     * @param printed what {@code toString()} said
     * @return an error that prints the same
     */
    public static RecordedFailure of(String printed) {
        Matcher parts = PRINTED.matcher(printed);
        return parts.matches()
                ? new RecordedFailure(parts.group("type"), parts.group("message"))
                : new RecordedFailure(null, printed);
    }

    /**
     * The class of what was thrown.
     *
     * @return its name; that of this class if it is not known
     */
    public String type() {
        return type == null ? RecordedFailure.class.getName() : type;
    }

    /**
     * The name of the class of an error, also of one that was written down.
     *
     * @param error any error
     * @return the name of its own class, or the one that is recorded
     */
    public static String typeOf(Throwable error) {
        return error instanceof RecordedFailure recorded
                ? recorded.type()
                : error.getClass().getName();
    }

    @Override
    public String toString() {
        String message = getMessage();
        if (type == null) {
            return String.valueOf(message);
        }
        return message == null ? type : "%s: %s".formatted(type, message);
    }
}
