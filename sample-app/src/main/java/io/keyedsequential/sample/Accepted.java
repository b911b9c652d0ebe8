package io.keyedsequential.sample;

import io.keyedsequential.OperationFuture;
import java.util.concurrent.CompletableFuture;

/**
 * The answer to an order: it will be processed after everything that the customer ordered before.
 *
 * @param operation the id of the operation, as the endpoint and the log show it
 */
record Accepted(long operation) {

    /** The id of an operation that was taken. One that was not arrives as a failed future, whose error is thrown. */
    // snippet: operation-id
    static Accepted of(CompletableFuture<?> future) {
        if (future instanceof OperationFuture<?> taken) {
            return new Accepted(taken.operationId());
        }
        future.join(); // throws what kept the operation from being taken
        throw new IllegalStateException("not an operation");
    }
    // end: operation-id
}
