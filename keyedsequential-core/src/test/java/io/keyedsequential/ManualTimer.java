package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;

/** Runs what is due when the test says so, on the thread that says it. No time passes by itself. */
final class ManualTimer implements Timer {

    /** Something that is to run. */
    final class Set implements Timer.Scheduled {
        final long nanos;
        private final Runnable action;

        private Set(long nanos, Runnable action) {
            this.nanos = nanos;
            this.action = action;
        }

        @Override
        public void cancel() {
            remove(this);
        }

        /** Its time has come, also if it was called off: that it had already begun then cannot be seen from outside. */
        void fire() {
            remove(this);
            action.run();
        }
    }

    private final List<Set> pending = new ArrayList<>();
    private int everSet;
    private int refusals;

    @Override
    public synchronized Scheduled after(long nanos, Runnable action) {
        if (refusals > 0) {
            refusals--;
            throw new OutOfMemoryError("unable to create native thread");
        }
        Set set = new Set(nanos, action);
        pending.add(set);
        everSet++;
        return set;
    }

    private synchronized void remove(Set set) {
        pending.remove(set);
    }

    /** Refuses the next times. */
    synchronized void refuse(int times) {
        refusals = times;
    }

    synchronized int everSet() {
        return everSet;
    }

    synchronized List<Set> pending() {
        return List.copyOf(pending);
    }

    /** The only one that is set. */
    Set only() {
        List<Set> now = pending();
        if (now.size() != 1) {
            throw new AssertionError("timers set: " + now.size());
        }
        return now.get(0);
    }

    /** Fires what is set now, in the order in which it was set; what that sets again stays. */
    void fireAll() {
        pending().forEach(Set::fire);
    }
}
