package io.keyedsequential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work. The operation is also the node of its lane's queue and the entry of the recent window: one allocation
 * for all three.
 *
 * <p>States are the ordinals of {@link OperationState}, and this is who moves them:
 *
 * <pre>
 * QUEUED   → RUNNING             the holder of a slot, under the stripe's lock or by a walk (see {@link Lanes#next})
 * QUEUED   → CANCELLED           anybody, under the stripe's lock after {@link Attention#raise()}
 * RUNNING  → COMPLETED, FAILED   the holder of the slot
 * RUNNING  → AWAITING            the holder of the slot
 * AWAITING → COMPLETED, FAILED   whoever completes the stage, under the stripe's lock
 * </pre>
 *
 * @param <K> the type of the keys
 */
@SuppressWarnings(
        "EnumOrdinal") // a state is swapped by every operation, and an int is cheaper to swap than a reference
abstract class Operation<K> {

    static final int QUEUED = OperationState.QUEUED.ordinal();
    static final int RUNNING = OperationState.RUNNING.ordinal();
    static final int AWAITING = OperationState.AWAITING.ordinal();
    static final int COMPLETED = OperationState.COMPLETED.ordinal();
    static final int FAILED = OperationState.FAILED.ordinal();
    static final int CANCELLED = OperationState.CANCELLED.ordinal();

    private static final VarHandle STATE;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Operation.class, "state", int.class);
            NEXT = lookup.findVarHandle(Operation.class, "next", Operation.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final K key;

    /** What runs; once the operation has ended, its name or {@code null}. Written by whoever ends the operation. */
    @Nullable
    Object body;

    /** The next operation of the lane. Written under the stripe's lock; the lane's owner reads it without. */
    @SuppressWarnings("UnusedVariable") // through NEXT
    private @Nullable Operation<K> next;

    @Nullable
    Throwable error;

    @SuppressWarnings("UnusedVariable") // through STATE
    private int state;

    /** Given at admission, before anybody else can see the operation. */
    long id;

    /** Nanoseconds of {@link System#nanoTime()}, as all times here. */
    final long enqueuedAt;

    long startedAt;

    long finishedAt;

    Operation(K key, Object body, long enqueuedAt) {
        this.key = key;
        this.body = body;
        this.enqueuedAt = enqueuedAt;
    }

    /**
     * Runs the body.
     *
     * @return what it returned, or {@link StageOperation#PENDING}
     */
    abstract @Nullable Object perform() throws Throwable;

    /**
     * Tells the future, if there is one, how the operation ended. Runs foreign code; never called under a lock.
     *
     * @return whether there was somebody to tell
     */
    boolean deliver(@Nullable Object result, @Nullable Throwable failure) {
        return false;
    }

    /** Tells whoever waits that the operation was cancelled because the coordinator closed. */
    void deliverCancellation() {}

    /** Takes the operation out of its lane if its body has not begun. */
    void withdraw() {}

    final int state() {
        return (int) STATE.getAcquire(this);
    }

    final void state(int value) {
        STATE.setRelease(this, value);
    }

    @SuppressWarnings("unchecked")
    final @Nullable Operation<K> next() {
        return (Operation<K>) NEXT.getAcquire(this);
    }

    final void next(@Nullable Operation<K> operation) {
        NEXT.setRelease(this, operation);
    }

    /** Records the end and lets go of the body, of which only the name stays. */
    final void end(int finalState, @Nullable Throwable failure, long now) {
        finishedAt = now;
        error = failure;
        body = body instanceof NamedOperation named ? nameOf(named) : null;
        state(finalState);
    }

    static @Nullable String nameOf(@Nullable Object body) {
        if (body instanceof NamedOperation named) {
            try {
                return named.operationName();
            } catch (Throwable e) {
                return null; // a name is a courtesy: an operation without one is still an operation
            }
        }
        return body instanceof String name ? name : null;
    }
}
