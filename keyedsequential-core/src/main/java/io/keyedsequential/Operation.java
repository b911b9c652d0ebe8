package io.keyedsequential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work. The operation is also the node of its lane's queue and the entry of the recent window: one
 * allocation for all three.
 *
 * <p>States are the ordinals of {@link OperationState}, and this is who moves them:
 *
 * <pre>
 * QUEUED   → RUNNING             the holder of a slot, under the stripe's lock or by a walk ({@link Scheduler#next})
 * QUEUED   → CANCELLED, FAILED   any thread, under the stripe's lock after {@link StartBarrier#raise()}
 * RUNNING  → COMPLETED, FAILED, CANCELLED   the holder of the slot
 * RUNNING  → AWAITING            the holder of the slot
 * RUNNING, AWAITING → BACKING_OFF, PARKED   the thread that ends the attempt, under the stripe's lock
 * BACKING_OFF, PARKED → QUEUED, FAILED, CANCELLED   a timer or an operator, under the stripe's lock
 * AWAITING → COMPLETED, FAILED, CANCELLED   the thread that completes the stage
 * RUNNING, AWAITING → FAILED     the thread that abandons it
 * </pre>
 *
 * <p>The states up to {@link #PARKED} are those in which an operation stands in its lane's queue. While it runs or
 * awaits, others may mark it as stopped beside the state. The end of an attempt and an abandonment may come at once:
 * {@link #claimEnd()} decides.
 *
 * @param <K> the type of the keys
 */
@SuppressWarnings(
        "EnumOrdinal") // a state is swapped by every operation, and an int is cheaper to swap than a reference
abstract class Operation<K> {

    static final int QUEUED = OperationState.QUEUED.ordinal();
    static final int BACKING_OFF = OperationState.BACKING_OFF.ordinal();
    static final int PARKED = OperationState.PARKED.ordinal();
    static final int RUNNING = OperationState.RUNNING.ordinal();
    static final int AWAITING = OperationState.AWAITING.ordinal();
    static final int COMPLETED = OperationState.COMPLETED.ordinal();
    static final int FAILED = OperationState.FAILED.ordinal();
    static final int CANCELLED = OperationState.CANCELLED.ordinal();

    /** Beside the state: the operation was cancelled while it ran or awaited its stage. */
    private static final int STOPPED = 1 << 8;

    /** Beside the state: one thread has taken it upon itself to end the operation, and every other one comes late. */
    private static final int ENDING = 1 << 9;

    private static final int STATE_BITS = STOPPED - 1;

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

    /**
     * What runs; once the operation has ended, its {@link Naming} or {@code null}. Written by the thread that ends it.
     */
    @Nullable
    Object body;

    /** The next operation of the lane. Written under the stripe's lock; the lane's owner reads it without. */
    @SuppressWarnings("UnusedVariable") // through NEXT
    private @Nullable Operation<K> next;

    /** The operation before it in the lane; of the first one, nothing that counts. Guarded by the stripe's lock. */
    @Nullable
    Operation<K> previous;

    /**
     * The lane that it has been admitted to, or that is kept for it until there is room: from then on it says where the
     * operation stands and which lock guards it, and the key is asked nothing. Written by the thread that enqueues it,
     * or under the stripe's lock, and once it is admitted never again.
     */
    @Nullable
    Lane<K> lane;

    /**
     * Written by the thread that ends an attempt, or under the stripe's lock while the operation stands in its lane.
     */
    @Nullable
    Attempts attempts;

    @SuppressWarnings("UnusedVariable") // through STATE
    private int state;

    /** Given at admission, before any other thread can see the operation. */
    long id;

    /**
     * Since when it stands in its queue, which therefore is in the order of this, too. Nanoseconds of
     * {@link System#nanoTime()}, as all times here. Written again when a caller that waited for room is let in, and
     * when an operation that gathered is queued.
     */
    long enqueuedAt;

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
     * Tells the future or the callback, if there is one, how the operation ended. Runs foreign code; never called under
     * a lock.
     *
     * @return whether it has been told, so that a failure need not go to the log
     */
    boolean deliver(@Nullable Object result, @Nullable Throwable failure) {
        return false;
    }

    /**
     * Tells the future, the callback or the waiting caller that the operation has ended without its body being run, or
     * run again.
     *
     * @param reason a {@link java.util.concurrent.CancellationException}, or what it failed with
     */
    void deliverUnrun(Throwable reason) {}

    /** Whether a future or a callback takes the failure, so that it is not told to the log as well. */
    boolean isFollowed() {
        return false;
    }

    /** It was refused after all: what has enqueued it is thrown an exception, and is to be told nothing else. */
    void callerIsTold() {}

    /** An attempt is about to begin; it may still turn out that the operation is stopped. */
    void begins() {}

    /** Whether its caller may be made to wait for a further attempt. */
    boolean mayWait() {
        return true;
    }

    /** Fails the future, or tells the callback, if there is one, while the operation goes on. */
    void failEarly(Throwable failure) {}

    /**
     * What a future or a callback is told in place of a failure after a cancellation: a thread that cancels a future
     * stops its operation first, and the operation's end may be told before the future is cancelled.
     */
    final CancellationException cancelled(Throwable failure) {
        if (failure instanceof CancellationException already) {
            return already;
        }
        CancellationException cancelled = new CancellationException("operation " + id + " was cancelled while it ran");
        cancelled.initCause(failure);
        return cancelled;
    }

    final int state() {
        return (int) STATE.getAcquire(this) & STATE_BITS;
    }

    /**
     * After which admission it took its place in its lane: its own, unless it has gathered first. Lanes are in the
     * order of this, and where it is equal, of {@link #gatheredAs}.
     */
    long placedAt() {
        return id;
    }

    /**
     * Which one it was of those that took their place after the same admission; 0 if it is the one that was admitted.
     */
    long gatheredAs() {
        return 0;
    }

    /** The id that is shown. */
    long shownId() {
        return id;
    }

    /** The state that is shown. */
    OperationState shownState() {
        return OperationState.of(state());
    }

    /** Whether its place in their lane is before that of another operation. */
    final boolean isBefore(Operation<K> other) {
        long own = placedAt();
        long others = other.placedAt();
        return own != others ? own < others : gatheredAs() < other.gatheredAs();
    }

    /** The lane of an operation that has been admitted. */
    final Lane<K> lane() {
        Lane<K> present = lane;
        if (present == null) {
            throw new IllegalStateException("an operation that was not admitted has no lane");
        }
        return present;
    }

    /** Whether it stands in its lane's queue, or would but for its owner's walk. */
    final boolean isWaiting() {
        return state() <= PARKED;
    }

    /** Whether it has ended, whatever it ended as. */
    final boolean hasEnded() {
        return state() >= COMPLETED;
    }

    /** Whether it keeps its lane closed until its next attempt. */
    final boolean isHeldBack() {
        int now = state();
        return now == BACKING_OFF || now == PARKED;
    }

    /** Marks it as cancelled; {@code false} if it does not run or await its stage now. */
    final boolean stop() {
        while (true) {
            int before = (int) STATE.getAcquire(this);
            int plain = before & STATE_BITS;
            if (plain != RUNNING && plain != AWAITING) {
                return false;
            }
            if (STATE.compareAndSet(this, before, before | STOPPED)) {
                return true;
            }
        }
    }

    /**
     * Takes it upon the current thread to end the operation. A body or a stage that ends and an operator that abandons
     * may come at once; exactly one of them records the end, opens the key and tells. (Hunted by AbandonAgainstEnd.)
     *
     * @return {@code false} if another thread has done so, or it has ended
     */
    final boolean claimEnd() {
        while (true) {
            int before = (int) STATE.getAcquire(this);
            int plain = before & STATE_BITS;
            if ((before & ENDING) != 0 || (plain != RUNNING && plain != AWAITING)) {
                return false;
            }
            if (STATE.compareAndSet(this, before, before | ENDING)) {
                return true;
            }
        }
    }

    /** Whether the outcome of its attempt no longer matters: it ends now, or has ended. */
    final boolean isEnding() {
        int now = (int) STATE.getAcquire(this);
        return (now & ENDING) != 0 || (now & STATE_BITS) >= COMPLETED;
    }

    /** Whether it has been cancelled since it was started. Unknown once it has ended. */
    final boolean isStopped() {
        return ((int) STATE.getAcquire(this) & STOPPED) != 0;
    }

    /**
     * Goes from {@link #RUNNING} or {@link #AWAITING} to a state in which it is held back, unless it is stopped or
     * ends: a thread that stops it and one that ends its attempt may come at once, and one of them sees the other.
     */
    final boolean holdBack(int value, Attempts after) {
        if (isEnding()) {
            return false; // it was abandoned, under the same lock
        }
        Attempts earlier = attempts;
        attempts = after; // first: a thread that sees the state sees these
        int before = (int) STATE.getAcquire(this);
        if ((before & STOPPED) == 0 && STATE.compareAndSet(this, before, value)) {
            return true;
        }
        attempts = earlier;
        return false;
    }

    /**
     * Goes from {@link #RUNNING} to {@link #AWAITING} or back, and stays stopped if it was. Not while it may
     * be abandoned.
     */
    final void awaits(boolean value) {
        int before;
        do {
            before = (int) STATE.getAcquire(this);
        } while (!STATE.compareAndSet(this, before, (before & STOPPED) | (value ? AWAITING : RUNNING)));
    }

    /**
     * How many attempts have begun, also before an operator retried it: what is told, where {@link #attempt()} is
     * what counts.
     */
    final int attemptsInAll() {
        Attempts past = attempts;
        return attempt() + (past == null ? 0 : past.earlier());
    }

    /**
     * The attempt that runs, ran last or failed last, since it was enqueued or an operator retried it: 1 is the first,
     * 0 if none has begun.
     */
    final int attempt() {
        Attempts past = attempts;
        int failed = past == null ? 0 : past.failed();
        int now = state();
        return now <= PARKED || now == FAILED || now == CANCELLED ? failed : failed + 1;
    }

    /** What the last attempt that failed threw, unless a later one has succeeded. */
    final @Nullable Throwable error() {
        Attempts past = attempts;
        return past == null || state() == COMPLETED ? null : past.error();
    }

    /** When the last attempt ended of an operation that has begun and does not run now; as of now if it does. */
    final long attemptEnded(long now) {
        int seen = state();
        if (seen == RUNNING || seen == AWAITING) {
            return now;
        }
        if (seen == COMPLETED) {
            return finishedAt;
        }
        Attempts past = attempts;
        return past != null ? past.endedAt() : finishedAt != 0 ? finishedAt : now;
    }

    /** How long it had waited when it last began, or ended without having begun. Asked when it has ended. */
    final long waitedNanos() {
        // A runner's reading of the clock may be older than the operation that it takes over.
        return Math.max(0, (startedAt != 0 ? startedAt : finishedAt) - enqueuedAt);
    }

    /** How long its last attempt had run. Asked when it has ended. */
    final long ranNanos() {
        return startedAt != 0 ? Math.max(0, attemptEnded(finishedAt) - startedAt) : 0;
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
        if (failure != null) {
            attempts = Attempts.after(attempts, failure, startedAt, now, 0);
        }
        body = Naming.of(body);
        state(finalState);
    }

    /** The same for one that was taken out of its lane, in the state that it has: no attempt failed with this. */
    final void endUnrun(@Nullable Throwable failure, long now) {
        if (failure != null) {
            attempts = Attempts.endedBy(attempts, failure, now);
        }
        end(state(), null, now);
    }
}
