package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.atom.Saturation.Counted;
import org.jspecify.annotations.Nullable;

/** A listener to one atom that is also told, now and then, that the atom has no room. */
public abstract class SaturationListener implements CoordinatorListener {

    private final Saturation saturation;

    /**
     * Told as often as this says.
     *
     * @param saturation counts for this listener alone
     */
    protected SaturationListener(Saturation saturation) {
        this.saturation = saturation;
    }

    /**
     * The atom has no room. Called on the thread of the caller that finds none.
     *
     * @param key of the caller's operation
     * @param counted since the last time, with this one
     */
    protected abstract void saturated(Object key, Counted counted);

    @Override
    public final void callerBlocked(String atom, Object key) {
        tell(key, saturation.blocked());
    }

    @Override
    public final void operationRejected(String atom, Object key, RejectedOperationException rejection) {
        switch (rejection.reason()) {
            case FULL, KEY_FULL -> tell(key, saturation.rejected());
            case BUSY, NO_TURN, CLOSED, INTERRUPTED, SHED, EXECUTOR -> {} // not for want of room
        }
    }

    private void tell(Object key, @Nullable Counted counted) {
        if (counted != null) {
            saturated(key, counted);
        }
    }
}
