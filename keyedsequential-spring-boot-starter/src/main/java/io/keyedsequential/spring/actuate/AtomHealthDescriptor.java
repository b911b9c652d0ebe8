package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.List;

/**
 * Description of how an atom fares.
 *
 * @param paused whether an operator, or an operation that failed for good, paused it
 * @param intakeOpen whether it takes operations
 * @param queued how many operations wait
 * @param reserved how many places are kept for calls that wait for the commit of their transaction; they take room as well
 * @param active how many run
 * @param awaiting how many hold their key until their future is complete
 * @param backingOff how many wait for their next attempt
 * @param blockedCallers how many callers have threads that wait, for room or for their turn
 * @param lanes how many keys have an operation
 * @param parked how many keys wait for an operator to retry, skip or purge
 * @param oldestWait the longest time any operation has been waiting, also if only for a permit; zero if none waits
 * @param stuck the keys that do not move, the worst first: those that are parked, then those that have not moved for long
 */
public record AtomHealthDescriptor(
        boolean paused,
        boolean intakeOpen,
        long queued,
        long reserved,
        int active,
        long awaiting,
        long backingOff,
        int blockedCallers,
        int lanes,
        long parked,
        Duration oldestWait,
        BoundedList<StuckLaneDescriptor> stuck) {

    /** How many stuck lanes are counted at most. */
    static final int MOST_COUNTED = 1_000;

    /** How many stuck lanes are shown at most. */
    static final int MOST_SHOWN = 5;

    static AtomHealthDescriptor of(RegisteredAtom atom, Duration stuckAfter, KeyView keys) {
        List<LaneSnapshot> stuck = atom.view().stuckLanes(stuckAfter, MOST_COUNTED);
        CoordinatorStats stats = atom.view().stats();
        return new AtomHealthDescriptor(
                atom.view().isPaused(),
                atom.view().isIntakeOpen(),
                stats.queued(),
                stats.reserved(),
                stats.active(),
                stats.awaiting(),
                stats.backingOff(),
                stats.blockedCallers(),
                stats.lanes(),
                stats.parked(),
                atom.view().oldestWait(),
                BoundedList.of(
                        stuck.stream()
                                .limit(MOST_SHOWN)
                                .map(lane -> StuckLaneDescriptor.of(lane, keys))
                                .toList(),
                        stuck.size()));
    }

    boolean isStuck() {
        return stuck.total() > 0;
    }
}
