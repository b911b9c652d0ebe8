package io.keyedsequential.spring.metrics;

import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.micrometer.observation.Observation;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What is known about a call of an annotated method while it is observed. */
public final class OperationObservationContext extends Observation.Context {

    private final KeyedInvocation invocation;
    private final @Nullable String shownKey;
    private volatile @Nullable Long operationId;
    private volatile @Nullable Outcome outcome;

    OperationObservationContext(KeyedInvocation invocation, @Nullable String shownKey) {
        this.invocation = invocation;
        this.shownKey = shownKey;
    }

    /**
     * The call.
     *
     * @return with its key and arguments, which may be personal data
     */
    public KeyedInvocation invocation() {
        return invocation;
    }

    /**
     * The key, as {@code keyedsequential.observations.key} allows it to be shown.
     *
     * @return {@code null} if it is not shown, which is the default
     */
    public @Nullable String shownKey() {
        return shownKey;
    }

    /**
     * The operation's id.
     *
     * @return {@code null} until the body has begun
     */
    public @Nullable Long operationId() {
        return operationId;
    }

    void begun(long id) {
        operationId = id;
    }

    /**
     * How it ended.
     *
     * @return {@code null} until it has
     */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    void ended(Outcome how) {
        outcome = how;
    }

    /** How a call of an annotated method ended. */
    public enum Outcome {
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
        public static Outcome of(@Nullable Throwable failure) {
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
}
