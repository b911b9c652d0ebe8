package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.time.Duration;
import java.time.Instant;

/**
 * What becomes of items that have not completed, as the options of the atom decide. The coordinator's listeners have
 * been told. For any thread.
 */
final class Aftermath {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    /**
     * How long until an item that cannot be read is looked at again: another version of the application may read it at
     * any time.
     */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final String atom;
    private final LaneStore store;
    private final Announcements announcements;
    private final Runnable halt;
    private final Clock clock;
    private final Snapshots snapshots;
    private final Duration unreadableGrace;

    /**
     * For an atom.
     *
     * @param halt pauses the atom, on all instances
     * @param unreadableGrace how long an item that cannot be read waits for a version of the application that can
     */
    Aftermath(
            String atom,
            LaneStore store,
            Announcements announcements,
            Runnable halt,
            Clock clock,
            Duration unreadableGrace) {
        this.atom = atom;
        this.store = store;
        this.announcements = announcements;
        this.halt = halt;
        this.clock = clock;
        this.snapshots = new Snapshots(clock);
        this.unreadableGrace = unreadableGrace;
    }

    /**
     * Carries out what is to be done about a failure.
     *
     * @return whether the item has ended with it, so that the lane goes on; otherwise the lane has been given back
     */
    boolean failed(Hold lane, Item item, Outcome.Failed failed) {
        String error = failed.failure().toString();
        switch (failed.decision().action()) {
            case RETRY -> {
                Instant due = clock.now().plus(failed.decision().delay());
                store.fail(lane, item, failed.began(), due, Withheld.BACKING_OFF, error);
                return false;
            }
            case PARK -> {
                store.fail(lane, item, failed.began(), Times.NEVER, Withheld.PARKED, error);
                return false;
            }
            case HALT -> {
                halt.run();
                return true;
            }
            case SKIP -> {
                return true;
            }
        }
        throw new AssertionError(failed.decision());
    }

    /**
     * Lets an item wait for a version of the application that can read it, and parks it when none came. No attempt: in
     * a rolling deployment the old version must not park what the new one wrote.
     */
    void unreadable(Hold lane, Item item, UnreadableCallException reason) {
        Instant now = clock.now();
        Instant since = item.unreadableSince() == null ? now : item.unreadableSince();
        Instant end = since.plus(unreadableGrace);
        String error = String.valueOf(reason.getMessage());
        if (now.isBefore(end)) {
            Instant next = now.plus(LOOK_AGAIN);
            store.withhold(lane, item, next.isBefore(end) ? next : end, Withheld.BACKING_OFF, since, error);
            if (item.unreadableSince() == null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "%s: %s waits for a version of the application that can run it, until %s at most: %s"
                                .formatted(atom, title(item), end, error));
            }
        } else if (store.withhold(lane, item, Times.NEVER, Withheld.PARKED, since, error)) {
            announcements.parked(
                    snapshots.of(new Shown(lane.key(), item, reason.toString(), 0, null, null), OperationState.PARKED));
        }
    }

    private static String title(Item item) {
        return item.label() == null
                ? "operation %d (%s)".formatted(item.id(), item.operation())
                : "operation %d (%s '%s')".formatted(item.id(), item.operation(), item.label());
    }
}
