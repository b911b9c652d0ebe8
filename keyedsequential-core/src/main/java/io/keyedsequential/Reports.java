package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counts of an atom, and what a drain has left. */
final class Reports<K> {

    /** Operations may move while they are looked for; more looks than this find nothing new. */
    private static final int MOST_LOOKS = 10;

    private final Lanes<K> lanes;
    private final OperationViews<K> operations;

    Reports(Lanes<K> lanes, OperationViews<K> operations) {
        this.lanes = lanes;
        this.operations = operations;
    }

    /** The counts, with how many were rejected. */
    CoordinatorStats stats(long rejected) {
        long completed = lanes.counts.completed();
        long failed = lanes.counts.failed();
        long cancelled = lanes.counts.cancelled();
        int awaitingTurn = lanes.counts.awaitingTurn();
        return new CoordinatorStats(
                lanes.permits.limit(),
                lanes.counts.queued(),
                lanes.counts.active(),
                lanes.counts.awaiting(),
                lanes.table.laneCount(),
                lanes.table.blockedCallers() + awaitingTurn,
                lanes.counts.admittedToEnd(),
                completed,
                failed,
                cancelled,
                rejected,
                lanes.counts.admittedBeyondBound(),
                Math.max(0, lanes.counts.held() - lanes.counts.parked()),
                lanes.counts.parked(),
                lanes.counts.retries(),
                lanes.counts.reserved(),
                awaitingTurn);
    }

    /** The report of a drain that has waited long enough. */
    DrainReport left(String atom, Duration took, long finished) {
        Map<Object, List<OperationSnapshot>> byKey = new LinkedHashMap<>();
        boolean idle = lanes.counts.isIdle();
        for (int looks = 0; !idle && byKey.isEmpty() && looks < MOST_LOOKS; looks++) {
            for (OperationSnapshot each : operations.everything()) {
                if (!each.state().isFinished()) {
                    leave(byKey, each);
                }
            }
            idle = lanes.counts.isIdle();
        }
        long remaining = byKey.values().stream().mapToLong(List::size).sum();
        byKey.replaceAll((key, operations) -> List.copyOf(operations));
        return new DrainReport(
                atom, idle && remaining == 0, took, finished, remaining, Collections.unmodifiableMap(byKey));
    }

    /**
     * A key that cannot be put into a map stands there as its description: the report of all others is not lost for it.
     */
    private static void leave(Map<Object, List<OperationSnapshot>> byKey, OperationSnapshot operation) {
        List<OperationSnapshot> ofKey;
        try {
            ofKey = byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>());
        } catch (Throwable e) {
            ofKey = byKey.computeIfAbsent(Keys.describe(operation.key()), key -> new ArrayList<>());
        }
        ofKey.add(operation);
    }
}
