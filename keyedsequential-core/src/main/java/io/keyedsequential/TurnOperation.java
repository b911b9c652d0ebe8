package io.keyedsequential;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The turn of a caller that runs the body on its own thread. A runner that meets it hands its slot over. */
final class TurnOperation<K> extends Operation<K> {

    /** Let go of at the end: the recent window must not keep other people's threads. */
    private volatile @Nullable Thread caller;

    private final boolean mayWait;
    private volatile @Nullable Slot<K> slot;
    private volatile @Nullable Throwable unrun;

    TurnOperation(K key, Object body, boolean mayWait, long enqueuedAt) {
        super(key, body, enqueuedAt);
        this.mayWait = mayWait;
        this.caller = Thread.currentThread();
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

    /** The attempt is over and another one will follow: the slot belongs to somebody else now. */
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
