package io.keyedsequential;

import io.keyedsequential.signal.Signal;
import java.util.Optional;

/**
 * The operation that the current thread is inside of. Bound to the thread that runs the body: threads that a body
 * starts and stages that it chains are not inside.
 */
public interface OperationContext {

    /**
     * The innermost operation of the current thread, of any atom.
     *
     * @return empty outside an operation
     */
    static Optional<OperationContext> current() {
        return Optional.ofNullable(ThreadOperations.innermost());
    }

    /**
     * The id of the innermost operation of the current thread, of any atom. As {@link #current()} has it, for less:
     * for what is done at every operation.
     *
     * @return {@link Signal#NO_OPERATION} outside an operation
     */
    static long currentId() {
        return ThreadOperations.innermostId();
    }

    /**
     * The operation's id.
     *
     * @return as returned when it was enqueued
     */
    long operationId();

    /**
     * The atom that runs it.
     *
     * @return the coordinator's name
     */
    String atom();

    /**
     * What orders it.
     *
     * @return the key
     */
    Object key();

    /**
     * Which attempt this is.
     *
     * @return 1 for the first
     */
    int attempt();

    /**
     * Raises a signal in the atom's sink, with the atom as its source and this operation's id.
     *
     * @param name what happened; not blank, without {@code *} and {@code ?}
     * @throws IllegalStateException if the atom was given no {@code signals}
     * @throws IllegalArgumentException if the name is not allowed
     */
    void raise(String name);
}
