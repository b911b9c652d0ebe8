package io.keyedsequential;

import java.util.concurrent.CancellationException;

/**
 * What the future of a coalesced operation ends with when a newer call of its group has replaced it before it began.
 * Its body has not run and will not run; see {@link Coalescing}.
 *
 * <p>Callbacks of the future are given this exception. {@code get} and {@code join} throw it as it is on Java 17; later
 * versions may throw a plain {@link CancellationException} that has it as its cause.
 */
public class SupersededException extends CancellationException {

    private static final long serialVersionUID = 1L;

    /** Which operation came instead. */
    private final long by;

    /**
     * For engines.
     *
     * @param atom the coordinator's name
     * @param operation the operation that was replaced
     * @param by the operation that replaced it
     */
    public SupersededException(String atom, long operation, long by) {
        super("%s: operation %d was superseded by operation %d".formatted(atom, operation, by));
        this.by = by;
    }

    /**
     * The operation that came instead.
     *
     * @return its id
     */
    public long supersededBy() {
        return by;
    }
}
