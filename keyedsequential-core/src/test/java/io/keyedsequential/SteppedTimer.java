package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;

/** Keeps what is to run later until the test says that its time has come, in whatever order: real timers are late, too. */
final class SteppedTimer implements Timer {

    /** Delays tell what a timer is for: every option of time has a value of its own. */
    static final long QUEUE_TIMEOUT = 1;

    static final long SHORT_QUIET = 5;
    static final long BACKOFF = 7_000_000_000L;
    static final long LONG_QUIET = 3_600_000_000_000L;
    static final long RUN_TIMEOUT = 86_400_000_000_000L;

    /**
     * One that is set.
     *
     * @param nanos after how long
     * @param action what then
     * @param of what it was set for: as {@link #setFor} said
     */
    record Set(long nanos, Runnable action, Object of) {}

    final List<Set> all = new ArrayList<>();

    /** What timers are set for that are set now. */
    Object setFor;

    @Override
    public Scheduled after(long nanos, Runnable action) {
        all.add(new Set(nanos, action, setFor));
        return () -> all.removeIf(each -> each.action() == action);
    }

    /** Whether a timer of this kind is set for somebody. */
    boolean isSet(long nanos, Object of) {
        return all.stream().anyMatch(each -> each.nanos() == nanos && of.equals(each.of()));
    }
}
