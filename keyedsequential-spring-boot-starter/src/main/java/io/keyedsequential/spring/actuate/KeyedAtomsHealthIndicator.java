package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.AtomDescriptor.Look;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link org.springframework.boot.health.contributor.HealthIndicator} that shows keys which do not move: those that are
 * parked, at once; those of which one attempt takes long; those that are held for long. A key that only waits for a
 * permit is not among them: the atom is saturated then, which its oldest wait tells. Keys are always masked.
 *
 * <p>An atom whose engine cannot be asked, since its database is away, is shown with the reason, and makes the
 * status {@code DOWN}.
 *
 * <p>A stuck key is mostly a matter of that key alone, and a restart would not free it: the status says so only if told
 * to. Cost grows with the number of lanes.
 */
public final class KeyedAtomsHealthIndicator extends AbstractHealthIndicator {

    private final AtomRegistry registry;
    private final KeyView masked;
    private final Duration stuckAfter;
    private final Status whenStuck;

    /**
     * Shows these.
     *
     * @param registry the atoms
     * @param mask shows keys
     * @param stuckAfter after how long a key counts as stuck that is not parked
     * @param whenStuck the status while one is
     */
    public KeyedAtomsHealthIndicator(AtomRegistry registry, KeyMask mask, Duration stuckAfter, Status whenStuck) {
        super("keyedatoms: the atoms could not be looked at");
        this.registry = registry;
        this.masked = new KeyView(mask, false);
        this.stuckAfter = stuckAfter;
        this.whenStuck = whenStuck;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, AtomHealthDescriptor> atoms = new LinkedHashMap<>();
        registry.atoms().forEach(atom -> atoms.put(atom.name(), AtomHealthDescriptor.of(atom, stuckAfter, masked)));
        boolean stuck = atoms.values().stream().anyMatch(AtomHealthDescriptor::isStuck);
        boolean unavailable = atoms.values().stream().anyMatch(atom -> atom.unavailable() != null);
        builder.status(unavailable ? Status.DOWN : stuck ? whenStuck : Status.UP)
                .withDetail("stuckAfter", stuckAfter)
                .withDetail("atoms", atoms);
    }

    /**
     * Description of how an atom fares.
     *
     * @param unavailable why its engine cannot be asked, so that all of this is of what this process knows; absent if
     *     it can
     * @param paused whether an operator, or an operation that failed for good, paused it
     * @param intakeOpen whether it takes operations
     * @param queued how many operations wait
     * @param reserved how many places are kept for calls that wait for the commit of their transaction; they take room
     *     as well
     * @param active how many run
     * @param awaiting how many hold their key until their future is complete
     * @param backingOff how many wait for their next attempt
     * @param blockedCallers how many callers have threads that wait, for room or for their turn
     * @param lanes how many keys have an operation
     * @param parked how many keys wait for an operator to retry, skip or purge
     * @param oldestWait the longest time any operation has been waiting, also if only for a permit; zero if none waits
     * @param stuck the keys that do not move, the worst first: those that are parked, then those that have not moved
     *     for long
     * @param partitions what this instance takes of partitioned logs; absent if it takes nothing. Never makes the
     *     status worse
     */
    public record AtomHealthDescriptor(
            @Nullable String unavailable,
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
            BoundedList<StuckLaneDescriptor> stuck,
            @Nullable PartitionsHealthDescriptor partitions) {

        /** How many stuck lanes are counted at most. */
        static final int MOST_COUNTED = 1_000;

        /** How many stuck lanes are shown at most. */
        static final int MOST_SHOWN = 5;

        static AtomHealthDescriptor of(RegisteredAtom atom, Duration stuckAfter, KeyView keys) {
            PartitionsHealthDescriptor partitions = PartitionsHealthDescriptor.of(atom.partitionSources());
            return Look.at(atom, (view, unavailable) -> of(view, unavailable, stuckAfter, keys, partitions));
        }

        private static AtomHealthDescriptor of(
                AtomView view,
                @Nullable String unavailable,
                Duration stuckAfter,
                KeyView keys,
                @Nullable PartitionsHealthDescriptor partitions) {
            List<LaneSnapshot> stuck = view.stuckLanes(stuckAfter, MOST_COUNTED);
            CoordinatorStats stats = view.stats();
            return new AtomHealthDescriptor(
                    unavailable,
                    view.isPaused(),
                    view.isIntakeOpen(),
                    stats.queued(),
                    stats.reserved(),
                    stats.active(),
                    stats.awaiting(),
                    stats.backingOff(),
                    stats.blockedCallers(),
                    stats.lanes(),
                    stats.parked(),
                    view.oldestWait(),
                    BoundedList.of(
                            stuck.stream()
                                    .limit(MOST_SHOWN)
                                    .map(lane -> StuckLaneDescriptor.of(lane, keys))
                                    .toList(),
                            stuck.size()),
                    partitions);
        }

        boolean isStuck() {
            return stuck.total() > 0;
        }
    }

    /**
     * Description of a key that has not moved for long.
     *
     * @param key its mask
     * @param state what its lane does
     * @param age how long ago the operation was admitted that the others wait for
     * @param why why it does not move, in one sentence that names no key
     */
    public record StuckLaneDescriptor(String key, LaneState state, Duration age, String why) {

        static StuckLaneDescriptor of(LaneSnapshot lane, KeyView keys) {
            return new StuckLaneDescriptor(
                    keys.show(lane.key()),
                    lane.state(),
                    lane.explanation().age(),
                    lane.explanation().sentence());
        }
    }

    /**
     * Description of what this instance takes of partitioned logs.
     *
     * @param assigned how many partitions it has
     * @param lag how many records they have that are not done, as far as it has heard
     * @param paused what those wait for whose window is full
     */
    public record PartitionsHealthDescriptor(int assigned, long lag, BoundedList<String> paused) {

        static @Nullable PartitionsHealthDescriptor of(List<PartitionSource> sources) {
            if (sources.isEmpty()) {
                return null;
            }
            List<PartitionSource.Partition> all = sources.stream()
                    .flatMap(source -> source.partitions().stream())
                    .toList();
            List<String> paused = all.stream()
                    .filter(PartitionSource.Partition::paused)
                    .map(PartitionSource.Partition::sentence)
                    .toList();
            return new PartitionsHealthDescriptor(
                    all.size(),
                    all.stream()
                            .map(PartitionSource.Partition::lag)
                            .filter(lag -> lag != null)
                            .mapToLong(Long::longValue)
                            .sum(),
                    BoundedList.of(
                            paused.stream()
                                    .limit(AtomHealthDescriptor.MOST_SHOWN)
                                    .toList(),
                            paused.size()));
        }
    }
}
