package io.keyedsequential.jdbc;

import io.keyedsequential.FailureDecision;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.time.Instant;

/** How an attempt of an item has ended, on this instance. */
sealed interface Outcome {

    /** Without an error. */
    record Completed() implements Outcome {}

    /** Without an error, and the item was deleted in the body's transaction. */
    record CompletedInTransaction() implements Outcome {}

    /**
     * With an error.
     *
     * @param began when it began
     * @param failure what the body has thrown
     * @param decision what is to be done about it
     */
    record Failed(Instant began, Throwable failure, FailureDecision decision) implements Outcome {}

    /**
     * It did not begin: this version of the application cannot run it.
     *
     * @param reason what hinders it
     */
    record Unreadable(UnreadableCallException reason) implements Outcome {}

    /** An operator cancelled it, or gave it up, while it ran. */
    record Cancelled() implements Outcome {}

    /** It did not begin, or was interrupted, because the application stops. No attempt. */
    record Stopped() implements Outcome {}

    /** The lane was taken away while the body ran, so that its transaction was rolled back. */
    record Lost() implements Outcome {}
}
