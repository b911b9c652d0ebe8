package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;

/**
 * Description of what of an atom may need an operator.
 *
 * @param stuckKeys how many keys do not move: those that are parked, and those that have not moved for a minute and wait for more than
 *     a permit; counted up to 200
 * @param parkedKeys how many operations keep their key closed until an operator retries, skips or purges them
 * @param pausedKeys how many keys an operator has paused by themselves; counted up to 200
 * @param saturated whether more than 80 % of the capacity is taken, or a caller waits for room
 */
public record AttentionDescriptor(int stuckKeys, long parkedKeys, int pausedKeys, boolean saturated) {

    /** Enough to know that there are many: each that is counted is looked at. */
    static final int MOST_COUNTED = 200;

    /** As the alert {@code KeyedSequentialSaturated} has it. */
    private static final double SATURATED = 0.8;

    static AttentionDescriptor of(RegisteredAtom atom, CoordinatorStats stats) {
        AtomView view = atom.view();
        return new AttentionDescriptor(
                view.stuckLanes(AtomDescriber.STUCK_AFTER, MOST_COUNTED).size(),
                stats.parked(),
                view.pausedLanes(MOST_COUNTED).size(),
                stats.blockedCallers() > 0
                        || taken(stats)
                                > SATURATED * atom.coordinator().options().capacity());
    }

    /** All that takes room: nothing is admitted while it is as much as the capacity. */
    private static long taken(CoordinatorStats stats) {
        return stats.queued() + stats.reserved() + stats.awaiting() + stats.backingOff() + stats.parked();
    }
}
