package io.keyedsequential;

import io.keyedsequential.RunningOperations.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What callers and operators are shown of operations. Under a stripe's lock only references are copied; the views are
 * made afterwards.
 */
final class OperationViews<K> {

    private final Lanes<K> lanes;
    private final RunningOperations<K> atWork;
    private final RecentOperations<K> recent;

    OperationViews(Lanes<K> lanes, RunningOperations<K> atWork, RecentOperations<K> recent) {
        this.lanes = lanes;
        this.atWork = atWork;
        this.recent = recent;
    }

    List<OperationSnapshot> running(int limit) {
        Snapshots now = Snapshots.now();
        return atWork.all().stream()
                .sorted(Comparator.comparingLong(each -> each.since() - now.nanos()))
                .limit(limit)
                .map(each -> now.of(each.operation(), each.thread()))
                .toList();
    }

    List<OperationSnapshot> recent() {
        Snapshots now = Snapshots.now();
        return recent.list(now.nanos()).stream().map(each -> now.of(each, null)).toList();
    }

    /** A live operation by its id. Cost grows with the number of operations. */
    @Nullable
    Operation<K> find(long id) {
        Operation<K> running = findRunning(id);
        if (running != null) {
            return running;
        }
        List<Operation<K>> found = new ArrayList<>(1);
        lanes.table.lookAtAll(lane -> {
            for (Operation<K> each = lane.head; each != null && found.isEmpty(); each = each.next()) {
                if (each.shownId() == id) {
                    found.add(each);
                }
            }
        });
        lanes.table.lookAtGathering(each -> {
            if (each.shownId() == id) {
                found.add(each);
            }
        });
        return found.isEmpty() ? findRunning(id) : found.get(0); // it may have been started between our looks
    }

    /** The same for one that runs or awaits its stage. Cost grows with the number of those. */
    @Nullable
    Operation<K> findRunning(long id) {
        for (Running<K> each : atWork.all()) {
            if (each.operation().shownId() == id) {
                return each.operation();
            }
        }
        return null;
    }

    List<OperationSnapshot> everything() {
        List<Operation<K>> queued = new ArrayList<>();
        lanes.table.lookAtAll(lane -> {
            for (Operation<K> each = lane.head; each != null; each = each.next()) {
                queued.add(each);
            }
        });
        lanes.table.lookAtGathering(queued::add);
        List<Running<K>> running = atWork.all();
        Snapshots now = Snapshots.now();
        // Weakly consistent, but nothing twice: what moved on between two looks is shown where it was seen first.
        Map<Long, OperationSnapshot> shown = new LinkedHashMap<>();
        for (Running<K> each : running) {
            shown.putIfAbsent(each.operation().id, now.of(each.operation(), each.thread()));
        }
        for (Operation<K> each : queued) {
            shown.putIfAbsent(each.id, now.of(each, null));
        }
        for (Operation<K> each : recent.list(now.nanos())) {
            shown.putIfAbsent(each.id, now.of(each, null));
        }
        return List.copyOf(shown.values());
    }

    /**
     * The longest time any attempt has run or awaited its stage; what an attempt awaits has no slot.
     */
    Duration longestRun() {
        Snapshots now = Snapshots.now();
        long longest = now.nanos();
        for (Running<K> each : atWork.all()) {
            long begun = each.operation().startedAt;
            longest = begun - longest < 0 ? begun : longest;
        }
        return now.since(longest);
    }
}
