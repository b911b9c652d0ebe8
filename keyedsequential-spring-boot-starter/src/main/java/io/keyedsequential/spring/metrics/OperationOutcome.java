package io.keyedsequential.spring.metrics;

import io.keyedsequential.RejectedOperationException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How a call of an annotated method ended. */
public enum OperationOutcome {
    /** With a result. */
    COMPLETED,
    /** The last attempt failed, or the operation ran out of time. */
    FAILED,
    /** By its caller, an operator or the end of the application, or superseded by a newer call. */
    CANCELLED,
    /** It was not admitted. */
    REJECTED;

    /**
     * Reads a failure.
     *
     * @param failure what the operation ended with, or {@code null}
     * @return what that means
     */
    public static OperationOutcome of(@Nullable Throwable failure) {
        if (failure == null) {
            return COMPLETED;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CancellationException) {
            return CANCELLED;
        }
        return cause instanceof RejectedOperationException ? REJECTED : FAILED;
    }

    /**
     * As a tag.
     *
     * @return in lower case
     */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
