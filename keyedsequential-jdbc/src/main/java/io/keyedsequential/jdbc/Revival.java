package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.task.Execution;

/**
 * Gives back the lanes of instances that are dead, or were taken for it. Counts it against the item that was in hand: one that kills
 * its process each time would kill one instance after the other.
 */
final class Revival {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    /** After so many deaths an item is parked. */
    static final int PARK_AFTER = 5;

    private final String atom;
    private final LaneStore store;
    private final Runnable look;

    Revival(String atom, LaneStore store, Runnable look) {
        this.atom = atom;
        this.store = store;
        this.look = look;
    }

    void revive(Execution execution) {
        Hold lane = new Hold(execution.taskInstance.getId(), execution.version);
        int deaths = store.revive(
                lane,
                PARK_AFTER,
                "%d instances have died with this operation in hand, the last one %s: it may be what kills them"
                        .formatted(PARK_AFTER, execution.pickedBy));
        LOG.log(
                System.Logger.Level.WARNING,
                "%s: the instance %s has given no sign of life and is taken for dead; a key that it held %s"
                        .formatted(
                                atom,
                                execution.pickedBy,
                                deaths >= PARK_AFTER
                                        ? "is parked, because instances died with its first operation in hand %d times"
                                                .formatted(deaths)
                                        : "runs elsewhere"));
        look.run();
    }
}
