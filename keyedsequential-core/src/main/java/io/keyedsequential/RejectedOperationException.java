package io.keyedsequential;

import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An operation was not accepted, or a caller that waited for its turn was turned away. The
 * operation's body has not run and will not run. The message carries the live numbers, for
 * example {@code orders: rejected, full (queued=10000, active=8, lanes=412, capacity=10000)}.
 */
public class RejectedOperationException extends RejectedExecutionException {

    private static final long serialVersionUID = 1L;

    /** Why an operation was refused. */
    public enum Reason {
        /** The atom holds {@code capacity} queued operations. */
        FULL,
        /** The key holds {@code capacityPerKey} queued operations, or its fair share of the room. */
        KEY_FULL,
        /** The key's turn or a permit has to be waited for, and the caller must not wait. */
        BUSY,
        /** The caller has waited {@code callTimeout} and its turn has not come; the message says why. */
        NO_TURN,
        /** The intake is closed, or the coordinator is. */
        CLOSED,
        /** The caller was interrupted while it waited; its interrupt flag is set again. */
        INTERRUPTED,
        /** Load was shed on purpose. */
        SHED,
        /** The executor refused to run operations, and nothing else was running that could have taken this one. */
        EXECUTOR;

        String inWords() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The coordinator's name. */
    private final String atom;

    /** Why. */
    private final Reason reason;

    /**
     * For engines; applications catch this exception, they do not create it.
     *
     * @param atom the coordinator's name
     * @param reason why
     * @param numbers the live numbers, as {@code name=value} pairs
     * @param cause what led to it, or {@code null}
     */
    public RejectedOperationException(String atom, Reason reason, String numbers, @Nullable Throwable cause) {
        this(atom, reason, null, numbers, cause);
    }

    /** The same with what is to be said of the one operation, if anything is. */
    RejectedOperationException(
            String atom, Reason reason, @Nullable String detail, String numbers, @Nullable Throwable cause) {
        super(
                "%s: rejected, %s%s (%s)"
                        .formatted(atom, reason.inWords(), detail == null ? "" : ": " + detail, numbers),
                cause);
        this.atom = atom;
        this.reason = reason;
    }

    /**
     * The coordinator that refused.
     *
     * @return its name
     */
    public String atom() {
        return atom;
    }

    /**
     * Why it refused.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
