package io.keyedsequential;

import java.util.List;

/**
 * An operation was about to wait for another one that, in the end, waits for it: two keys that call each other, or a
 * body that joins the future of an operation of its own key, or returns it as its stage. The wait fails at once instead
 * of lasting for ever. What was to be waited for through {@link KeyedCoordinator#call} has not run and will not; what
 * was enqueued before and only awaited here goes on when this operation has ended.
 *
 * <p>The message prints the chain: operation, atom and thread of each that waits, with its name and label if it has
 * them. Its key is named only where the atom was built with {@link KeyedCoordinator.Builder#keyNames keyNames}.
 *
 * <p>Remedies: call keys in one agreed order; enqueue and do not wait; or do both parts in one operation.
 */
public class KeyedDeadlockException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** Who waits for whom. */
    @SuppressWarnings("serial") // an immutable list of strings
    private final List<String> chain;

    /**
     * For engines.
     *
     * @param atom the coordinator of the operation that was to be waited for
     * @param chain who waits for whom, one wait each; the last waits for the first
     */
    public KeyedDeadlockException(String atom, List<String> chain) {
        super(atom + ": this wait would close a circle and never end: " + String.join("; ", chain)
                + ", which is held up by the first");
        this.chain = List.copyOf(chain);
    }

    /**
     * Who waits for whom.
     *
     * @return one wait each, beginning with the one that was refused
     */
    public List<String> chain() {
        return chain;
    }
}
