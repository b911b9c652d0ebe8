package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The future of one operation, which knows the operation's id. Once it is complete the coordinator no longer refers to
 * it, nor it to the coordinator or to the body.
 *
 * <p>{@link #cancel} on a queued operation, or one between two attempts, withdraws it: its body never runs, or never
 * again, and its room is free at once. Once the body has begun, cancelling completes this future and, if asked to,
 * interrupts the body; the key stays closed until that has ended. Completing the future by hand ({@link #complete},
 * {@link #completeExceptionally}, {@link #orTimeout}) has no influence on the operation. Dependent stages run on the
 * thread that ends the operation unless an {@code …Async} method is used, and hold up its lane while they do (but not
 * where a stage ended the operation).
 *
 * <p>An operation that waits for this future, with {@code get} or {@code join}, lends its permit meanwhile and keeps
 * its key. The same goes for every dependent stage of it, and for what {@link #lending}, {@link #allOf} and
 * {@link #anyOf} of this class return; it does not go for what {@link CompletableFuture#allOf} and
 * {@link CompletableFuture#anyOf} return, nor for any other future that does not come from here.
 *
 * @param <R> the type of the result
 */
public final class OperationFuture<R extends @Nullable Object> extends LendingFuture<R> {

    /** The operation as its future sees it. */
    interface Handle {

        /** The operation's id. */
        long operationId();

        /** Takes the operation out of its lane, or stops it if it has begun. */
        void cancel(boolean interrupt);

        /** The operation, as what a thread waits for. */
        Operation<?> operation();

        /** The atom, until the operation has ended. */
        @Nullable
        OperationOwner<?> owner();

        /** Whether its future completes after a time at the latest. */
        boolean isLimited();

        /** From now on it does. */
        void limit();
    }

    private final Handle operation;

    OperationFuture(Handle operation) {
        this.operation = operation;
    }

    /**
     * The id of the operation, as in snapshots, events and log lines.
     *
     * @return the id, ascending in the order of admission
     */
    public long operationId() {
        return operation.operationId();
    }

    /**
     * Cancels this future and withdraws the operation, unless it has begun.
     *
     * @param mayInterruptIfRunning whether to interrupt the body if it runs now. With or without: if it
     *     throws after this, the operation is {@link OperationState#CANCELLED} and not tried again; if it
     *     returns, {@link OperationState#COMPLETED}
     * @return whether this future is now cancelled
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            StackHeadroom.check();
            operation.cancel(mayInterruptIfRunning); // first: who is told of the cancellation finds the room free
        }
        return super.cancel(mayInterruptIfRunning);
    }

    /** Cancels this future for a thread that has cancelled its operation, and so has asked for room before that. */
    void cancelled() {
        super.cancel(false);
    }

    /**
     * A future that completes as the given stage does, and for which an operation may wait without keeping its permit
     * from others. To be used where an operation waits for something that other operations of its atom have to complete
     * and that is not the future of one of them: {@code lending(supplyAsync(…, atom.executor(key))).join()}.
     *
     * @param stage what to wait for
     * @param <R> the type of the result
     * @return a future of its own; completing it by hand has no influence on the stage
     */
    public static <R extends @Nullable Object> CompletableFuture<R> lending(CompletionStage<R> stage) {
        return DependentFuture.of(stage);
    }

    /**
     * As {@link CompletableFuture#allOf}, but an operation that waits for what this returns lends its permit.
     *
     * @param futures which are all to complete
     * @return a future that completes when all of them have
     */
    public static CompletableFuture<Void> allOf(CompletableFuture<?>... futures) {
        return lending(CompletableFuture.allOf(futures));
    }

    /**
     * As {@link CompletableFuture#anyOf}, but an operation that waits for what this returns lends its permit.
     *
     * @param futures of which one is to complete
     * @return a future that completes as the first of them does
     */
    public static CompletableFuture<Object> anyOf(CompletableFuture<?>... futures) {
        return lending(CompletableFuture.anyOf(futures));
    }

    @Override
    @Nullable
    Handle awaited() {
        return operation.isLimited() ? null : operation;
    }

    @Override
    void awaitsNone() {
        operation.limit();
    }
}
