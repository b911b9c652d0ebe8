package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.atom.KeyedInvocation;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that an engine is to keep.
 *
 * @param invocation the operation, its key, arguments, headers and label
 * @param idempotencyKey a second call of the atom with the same one is accepted and does nothing; {@code null} if the
 *     method has none
 * @param runAfter the operation does not begin earlier, and neither does what follows it under its key; {@code null}
 *     for at once
 */
public record StoredCall(KeyedInvocation invocation, @Nullable String idempotencyKey, @Nullable Instant runAfter) {

    /**
     * The ordering domain.
     *
     * @return the atom's name
     */
    public String atom() {
        return invocation.atom();
    }

    /**
     * The method's id inside the atom.
     *
     * @return the operation's name
     */
    public String operation() {
        return invocation.operation();
    }

    /**
     * What orders it.
     *
     * @return the key, of whatever type the expression yields
     */
    public Object key() {
        return invocation.key();
    }

    /**
     * The arguments themselves, not a copy.
     *
     * @return as many as the method has parameters
     */
    public @Nullable Object[] arguments() {
        return invocation.arguments();
    }

    /**
     * What travels with it: a trace, names of the MDC, and whatever {@link HeaderCarrier}s have written.
     *
     * @return empty if nothing does
     */
    public Map<String, String> headers() {
        return invocation.headers();
    }

    /**
     * Which business it is about.
     *
     * @return on one line, or {@code null}
     */
    public @Nullable String label() {
        return invocation.label();
    }

    /** Without key and arguments, which may be personal data. */
    @Override
    public String toString() {
        return "StoredCall[atom=%s, operation=%s]".formatted(atom(), invocation.title());
    }
}
