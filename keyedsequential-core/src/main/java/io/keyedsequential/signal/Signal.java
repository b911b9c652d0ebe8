package io.keyedsequential.signal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as one {@link SignalSink} remembers it and tells its subscribers. Immutable.
 *
 * <p>A signal deliberately has no key: keys are personal data, and signals are shown, logged and kept. The same care is
 * due with {@code detail}.
 *
 * @param sequence its number in the sink; 1 is the first, ascending by one in the order in which signals were raised
 * @param name what happened, for instance {@code orders.paused}; not blank, without {@code *} and {@code ?}
 * @param source who says so, for instance the name of an atom, or {@code null}
 * @param operationId the operation it is about, or {@link #NO_OPERATION}; not negative
 * @param detail a few words more for people, or {@code null}
 * @param raisedAt when it was raised, by the sink's clock. Signals that several threads raise at once may be numbered
 *     in another order than that of their times
 */
public record Signal(
        long sequence,
        String name,
        @Nullable String source,
        long operationId,
        @Nullable String detail,
        Instant raisedAt) {

    /** The {@code operationId} of a signal that is about no operation. */
    public static final long NO_OPERATION = 0;

    /**
     * A signal as a sink would make it; for tests of subscribers.
     *
     * @param sequence its number
     * @param name what happened
     * @param source who says so, or {@code null}
     * @param operationId the operation it is about, or {@link #NO_OPERATION}
     * @param detail a few words more for people, or {@code null}
     * @param raisedAt when it was raised
     * @throws NullPointerException if {@code name} or {@code raisedAt} is null
     * @throws IllegalArgumentException if the name is blank or contains {@code *} or {@code ?}, the sequence is less
     *     than 1, or the operation's id is negative
     */
    public Signal {
        Check.signalName(name);
        if (sequence < 1) {
            throw new IllegalArgumentException(
                    "signal %s: sequence must be 1 or more, was %d".formatted(name, sequence));
        }
        if (operationId < 0) {
            throw new IllegalArgumentException(
                    "signal %s: operationId must be that of an operation or 0 for none, was %d"
                            .formatted(name, operationId));
        }
        Check.notNull("raisedAt", raisedAt);
    }
}
