package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.task.Execution;
import io.keyedsequential.OperationState;
import java.util.Optional;

/**
 * Gives back the lanes of instances that are dead, or were taken for it. Counts it against the item that was in hand:
 * one that kills its process each time would kill one instance after the other.
 */
final class Revival {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    /** After so many deaths an item is parked. */
    static final int PARK_AFTER = 5;

    private final String atom;
    private final LaneStore store;
    private final Snapshots snapshots;
    private final Announcements announcements;
    private final Runnable look;

    Revival(String atom, LaneStore store, Snapshots snapshots, Announcements announcements, Runnable look) {
        this.atom = atom;
        this.store = store;
        this.snapshots = snapshots;
        this.announcements = announcements;
        this.look = look;
    }

    void revive(Execution execution) {
        Hold lane = new Hold(execution.taskInstance.getId(), execution.version);
        String error = "%d instances have died with this operation in hand, the last one %s: it may be what kills them"
                .formatted(PARK_AFTER, execution.pickedBy);
        Optional<LaneStore.Revived> revived = store.revive(lane, PARK_AFTER, error);
        if (revived.isEmpty()) {
            return; // had nothing in it, or is looked at again with the next search for the dead
        }
        Optional<LaneStore.Revived> parked = revived.filter(head -> head.deaths() >= PARK_AFTER);
        LOG.log(
                System.Logger.Level.WARNING,
                "%s: the instance %s has given no sign of life and is taken for dead; a key that it held %s"
                        .formatted(
                                atom,
                                execution.pickedBy,
                                parked.isPresent()
                                        ? "is parked, because instances died with its first operation in hand %d times"
                                                .formatted(parked.get().deaths())
                                        : "runs elsewhere"));
        parked.ifPresent(head -> announcements.parked(
                snapshots.of(new Shown(lane.key(), head.head(), error, 0, null, null), OperationState.PARKED)));
        look.run();
    }
}
