package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActedDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomSummaryDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AttentionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.FoundDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.LaneDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.LimitsDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.OperationDescriptor;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates an atom into descriptors of bounded size. Looks at every lane, but at no more of its operations than are
 * shown: an atom with a long queue is asked often by those who worry about it.
 */
final class AtomDescriber {

    /** How many lanes are shown unless the reader says otherwise. */
    static final int LANES = 50;

    /** How many operations of each kind are shown at most. */
    static final int OPERATIONS = 100;

    /** After how long a lane that has not moved is shown apart from the busiest ones. */
    static final Duration STUCK_AFTER = Duration.ofMinutes(1);

    /** How many of the lanes in which an operation has waited longest are shown: the others are like them. */
    static final int OLDEST = 10;

    private AtomDescriber() {}

    static AtomSummaryDescriptor summary(RegisteredAtom atom) {
        return Look.at(atom, (view, unavailable) -> summary(atom, view, unavailable, view.stats()));
    }

    static AtomDescriptor describe(
            RegisteredAtom atom,
            int limit,
            @Nullable String search,
            KeyView keys,
            boolean writable,
            BoundedList<ActedDescriptor> actions,
            @Nullable PartitionsDescriptor partitions) {
        return Look.at(
                atom,
                (view, unavailable) ->
                        describe(atom, view, unavailable, limit, search, keys, writable, actions, partitions));
    }

    private static AtomDescriptor describe(
            RegisteredAtom atom,
            AtomView view,
            @Nullable String unavailable,
            int limit,
            @Nullable String search,
            KeyView keys,
            boolean writable,
            BoundedList<ActedDescriptor> actions,
            @Nullable PartitionsDescriptor partitions) {
        FoundDescriptor found = new Search(view, keys, limit).of(search);
        CoordinatorStats stats = view.stats();
        List<LaneSnapshot> lanes = view.lanes(limit);
        List<LaneSnapshot> stuck = view.stuckLanes(STUCK_AFTER, limit + 1); // one more tells that there are more
        List<LaneSnapshot> paused = view.pausedLanes(limit + 1);
        List<LaneSnapshot> oldest = view.oldestLanes(Math.min(limit, OLDEST));
        List<OperationSnapshot> running = view.running(OPERATIONS);
        List<OperationSnapshot> recent = view.recent();
        List<OperationSnapshot> failed = recent.stream()
                .filter(operation -> operation.state() == OperationState.FAILED)
                .toList();
        return new AtomDescriptor(
                atom.name(),
                writable,
                limit,
                summary(atom, view, unavailable, stats),
                lanes(lanes, stats.lanes(), keys),
                lanes(stuck.subList(0, Math.min(limit, stuck.size())), stuck.size(), keys),
                lanes(paused.subList(0, Math.min(limit, paused.size())), paused.size(), keys),
                lanes(oldest, stats.lanes(), keys),
                operations(running, stats.active() + stats.awaiting(), view.instances(running), keys),
                operations(failed, failed.size(), Map.of(), keys),
                operations(recent, recent.size(), Map.of(), keys),
                actions,
                found,
                partitions);
    }

    private static AtomSummaryDescriptor summary(
            RegisteredAtom atom, AtomView view, @Nullable String unavailable, CoordinatorStats stats) {
        return new AtomSummaryDescriptor(
                AtomHandle.of(atom.name()),
                atom.declaredBy(),
                atom.engine(),
                view.scope(),
                view.state(),
                view.isPaused(),
                view.isIntakeOpen(),
                LimitsDescriptor.of(atom.coordinator().options(), stats),
                stats,
                view.oldestWait(),
                view.longestRun(),
                view.asOf(),
                AttentionDescriptor.of(atom, view, stats),
                unavailable);
    }

    private static BoundedList<LaneDescriptor> lanes(List<LaneSnapshot> lanes, long total, KeyView keys) {
        return BoundedList.of(
                lanes.stream().map(lane -> LaneDescriptor.of(lane, keys)).toList(), total);
    }

    private static BoundedList<OperationDescriptor> operations(
            List<OperationSnapshot> operations, long total, Map<Long, String> instances, KeyView keys) {
        List<OperationSnapshot> shown = operations.stream().limit(OPERATIONS).toList();
        return BoundedList.of(OperationDescriptor.of(shown, instances, keys), total);
    }
}
