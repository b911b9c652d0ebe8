package io.keyedsequential.spring.atom.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator has asked for something to be done to an atom, a key or an operation, and it was, or was refused.
 * Published on the operator's thread when it is over; a preview is not published.
 *
 * @param atom the atom's name
 * @param at when it was over
 * @param principal the name of the operator, or {@code null} if it is not known
 * @param action what was asked for, as the request names it
 * @param key the key that it was about, or {@code null} if it was about none, or about several
 * @param carriedOut whether it was done
 * @param result what came of it, or why it was refused, in one sentence that names no key
 * @param operations the ids of the operations that were tried again, given up, taken out or interrupted; at most 1,000
 */
public record OperatorActed(
        String atom,
        Instant at,
        @Nullable String principal,
        String action,
        @Nullable Object key,
        boolean carriedOut,
        String result,
        List<Long> operations)
        implements AtomEvent {

    /**
     * Copies the ids.
     *
     * @param atom the atom's name
     * @param at when it was over
     * @param principal who asked
     * @param action what was asked for
     * @param key the key
     * @param carriedOut whether it was done
     * @param result what came of it
     * @param operations the ids
     */
    public OperatorActed {
        operations = List.copyOf(operations);
    }

    /** Without the key, which may be personal data. */
    @Override
    public String toString() {
        return "OperatorActed[atom=%s, action=%s, principal=%s, carriedOut=%s, operations=%d]"
                .formatted(atom, action, principal, carriedOut, operations.size());
    }
}
