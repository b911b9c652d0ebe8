package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * That a thread waits for an operation: for its turn, or for its end. Two waits are never equal, even for the same
 * operation: a thread that meets the same one twice knows that it has lasted.
 */
final class Wait {

    final OperationOwner<?> owner;
    final Operation<?> operation;

    /** What the thread waits for further down, if it has come to run something there meanwhile. */
    final @Nullable Wait outer;

    Wait(OperationOwner<?> owner, Operation<?> operation, @Nullable Wait outer) {
        this.owner = owner;
        this.operation = operation;
        this.outer = outer;
    }
}
