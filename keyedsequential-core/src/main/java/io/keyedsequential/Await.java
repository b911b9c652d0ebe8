package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/** An operation that waits for the future of another one. Confined to its thread. */
final class Await {

    private final boolean marked;
    private final @Nullable OperationOwner<?> awaited;
    private final @Nullable PermitLoan lent;

    /** When the thread goes on, with its permit or without; in nanoseconds of {@link System#nanoTime()}. */
    private long until;

    private boolean limited;

    private Await(boolean marked, @Nullable OperationOwner<?> awaited, @Nullable PermitLoan lent) {
        this.marked = marked;
        this.awaited = awaited;
        this.lent = lent;
        if (awaited != null) {
            awaited.threadWaits(1); // which may be of another atom, and have the same executor
        }
    }

    /**
     * The current thread is about to wait.
     *
     * @param handle what has to end for it, if that is known and there is one
     * @param forever whether without a time limit: such a wait is shown to other threads, which might close a circle
     *     with it
     * @return {@code null} if the thread is inside no operation, and so delays no other
     * @throws KeyedDeadlockException if it would wait for itself
     */
    static @Nullable Await begin(OperationFuture.@Nullable Handle handle, boolean forever) {
        if (ThreadOperations.ofThisThread() == null) {
            return null;
        }
        OperationOwner<?> owner = handle == null ? null : handle.owner();
        if (handle == null || owner == null) {
            return new Await(false, null, lend());
        }
        KeyedDeadlockException circle = DeadlockDetector.look(owner, handle.operation());
        if (circle != null) {
            throw circle; // with the permit still in hand
        }
        Await await = new Await(forever, owner, lend());
        if (forever) {
            // Only now: an executor may have run others on this thread just now, which waited for others.
            circle = DeadlockDetector.begin(owner, handle.operation());
            if (circle != null) {
                limit(await, System.nanoTime()); // it is told at once
                end(await);
                throw circle;
            }
        }
        return await;
    }

    /** The wait has a limit, and so has the one for the permit that follows it. */
    static void limit(@Nullable Await await, long until) {
        if (await != null) {
            await.until = until;
            await.limited = true;
        }
    }

    private static @Nullable PermitLoan lend() {
        PermitLoan lent = PermitLoan.ofThisThread();
        if (lent != null) {
            lent.lend();
        }
        return lent;
    }

    static void end(@Nullable Await await) {
        if (await != null) {
            if (await.marked) {
                DeadlockDetector.end();
            }
            PermitLoan.takeBack(await.lent, await.until, await.limited);
            if (await.awaited != null) {
                await.awaited.threadWaits(-1);
            }
        }
    }
}
