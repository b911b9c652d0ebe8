package io.keyedsequential;

/**
 * A body that is one attempt of an operation that is kept elsewhere, such as in a database. Where a
 * {@link java.util.concurrent.Callable} handed to {@link KeyedCoordinator#call} also implements this, the operation has
 * this id and attempt in its context, in snapshots and for listeners, and the coordinator runs it once: {@link #decide}
 * says what its keeper does about a failure, listeners are told so, and {@code call} throws the failure.
 */
public interface ReplayedOperation {

    /**
     * The operation's id where it is kept. Read once, on the caller's thread, never under a lock.
     *
     * @return an id that no other operation of the atom has
     */
    long operationId();

    /**
     * Which attempt this is. Read once, on the caller's thread, never under a lock.
     *
     * @return 1 for the first
     */
    int attempt();

    /**
     * What the keeper does about a failure of this attempt. Asked once, on the caller's thread, outside every lock,
     * when the body has thrown; not if the operation was cancelled or abandoned. {@link FailureDecision.Action#HALT} is
     * told to listeners; it is the keeper that pauses the atom.
     *
     * @param failure what the attempt has thrown
     * @return most often {@link CoordinatorOptions#decide}; what it throws instead counts
     *     as {@link FailureDecision.Action#SKIP}
     */
    FailureDecision decide(Throwable failure);
}
