package io.keyedsequential;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The turn of a caller that runs the body on its own thread. A runner that meets it hands its slot over. */
final class TurnOperation<K> extends Operation<K> {

    /** Let go of at the end: the recent window must not keep other people's threads. */
    private volatile @Nullable Thread caller;

    /** Since when its caller waits, for room first; {@link #enqueuedAt} begins anew when there is some. */
    final long calledAt;

    private final boolean mayWait;
    private volatile @Nullable Slot<K> slot;
    private volatile @Nullable Throwable unrun;

    /** The id where the operation is kept, if it is kept elsewhere; see {@link ReplayedOperation}. */
    private final @Nullable Long replayedId;

    /**
     * What it goes on as where it is kept, after this attempt has ended. Written before the attempt is seen to
     * have ended.
     */
    private @Nullable OperationState handedBackAs;

    TurnOperation(K key, Object body, boolean mayWait, long enqueuedAt) {
        super(key, body, enqueuedAt);
        this.calledAt = enqueuedAt;
        this.mayWait = mayWait;
        this.caller = Thread.currentThread();
        if (body instanceof ReplayedOperation replayed) {
            replayedId = replayed.operationId();
            int failed = replayed.attempt() - 1;
            attempts = failed > 0 ? new Attempts(failed, 0, null, 0, enqueuedAt, 0, null) : null;
        } else {
            replayedId = null;
        }
    }

    /** Whether it is one attempt of an operation that is kept elsewhere: its keeper decides about a failure. */
    boolean isReplayed() {
        return replayedId != null;
    }

    @Override
    long shownId() {
        return replayedId == null ? id : replayedId;
    }

    @Override
    OperationState shownState() {
        OperationState as = handedBackAs;
        return as != null && hasEnded() ? as : super.shownState();
    }

    /** This attempt ends, and the operation goes on where it is kept. */
    void handedBackAs(OperationState state) {
        handedBackAs = state;
    }

    @Override
    @Nullable
    Object perform() {
        throw new IllegalStateException("a turn is run by its caller");
    }

    @Override
    boolean mayWait() {
        return mayWait;
    }

    /** Gives the caller the slot, and with it the permit and the lane. */
    void grant(Slot<K> granted) {
        slot = granted;
        LockSupport.unpark(caller);
    }

    @Override
    void deliverUnrun(Throwable reason) {
        unrun = reason;
        LockSupport.unpark(caller);
    }

    /** The attempt is over and another one will follow: the slot belongs to another holder now. */
    void giveBack() {
        slot = null;
    }

    /** The turn is over. */
    void letGo() {
        caller = null;
        slot = null;
    }

    /** The slot, once granted. */
    @Nullable
    Slot<K> slot() {
        return slot;
    }

    /** Why the turn will not come, if it will not. */
    @Nullable
    Throwable unrun() {
        return unrun;
    }
}
