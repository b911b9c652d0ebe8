package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Translates an atom into descriptors of bounded size. */
final class AtomDescriber {

    /** How many lanes are shown at most. */
    static final int LANES = 50;

    /** How many operations of each kind are shown at most. */
    static final int OPERATIONS = 100;

    private AtomDescriber() {}

    static AtomSummaryDescriptor summary(RegisteredAtom atom) {
        return summary(atom, atom.coordinator().stats(), atom.coordinator().snapshot());
    }

    static AtomDescriptor describe(RegisteredAtom atom, KeyView keys) {
        KeyedCoordinator<?> coordinator = atom.coordinator();
        CoordinatorStats stats = coordinator.stats();
        List<OperationSnapshot> operations = coordinator.snapshot();
        List<LaneDescriptor> lanes = coordinator.lanes(LANES).stream()
                .map(lane -> LaneDescriptor.of(lane, keys))
                .toList();
        return new AtomDescriptor(
                atom.name(),
                summary(atom, stats, operations),
                BoundedList.of(lanes, stats.lanes()),
                some(operations, AtomDescriber::isRunning, keys),
                some(operations, operation -> operation.state() == OperationState.FAILED, keys),
                some(operations, operation -> operation.state().isFinished(), keys));
    }

    private static AtomSummaryDescriptor summary(
            RegisteredAtom atom, CoordinatorStats stats, List<OperationSnapshot> operations) {
        KeyedCoordinator<?> coordinator = atom.coordinator();
        Duration oldestWait = operations.stream()
                .filter(operation -> operation.state() == OperationState.QUEUED)
                .map(OperationSnapshot::waitTime)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new AtomSummaryDescriptor(
                atom.declaredBy(),
                coordinator.isPaused(),
                coordinator.isIntakeOpen(),
                LimitsDescriptor.of(coordinator.options(), stats),
                CountsDescriptor.of(stats),
                oldestWait);
    }

    private static boolean isRunning(OperationSnapshot operation) {
        return operation.state() == OperationState.RUNNING || operation.state() == OperationState.AWAITING;
    }

    private static BoundedList<OperationDescriptor> some(
            List<OperationSnapshot> operations, Predicate<OperationSnapshot> which, KeyView keys) {
        List<OperationSnapshot> matching = operations.stream().filter(which).toList();
        return BoundedList.of(
                matching.stream()
                        .limit(OPERATIONS)
                        .map(operation -> OperationDescriptor.of(operation, keys))
                        .toList(),
                matching.size());
    }
}
