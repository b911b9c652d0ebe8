package io.keyedsequential.jdbc;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The first items of lanes that have just been picked together, read with one statement and waiting for the thread of
 * each lane. For any thread.
 */
final class PickedHeads {

    /**
     * What was read of a lane.
     *
     * @param items the items; empty if there are none, or the lane was paused
     * @param steered {@link FleetState#steered()} before they were read
     */
    record Read(List<Item> items, long steered) {}

    private final LaneStore store;
    private final FleetState fleet;
    private final Map<Hold, Read> waiting = new ConcurrentHashMap<>();

    PickedHeads(LaneStore store, FleetState fleet) {
        this.store = store;
        this.fleet = fleet;
    }

    /** Reads them. If that fails the lanes read for themselves. */
    void read(List<Hold> lanes) {
        try {
            long steered = fleet.steered();
            Map<String, List<Item>> found = store.heads(lanes, LaneDrain.ROWS);
            lanes.forEach(lane -> waiting.put(lane, new Read(found.getOrDefault(lane.key(), List.of()), steered)));
        } catch (RuntimeException e) {
            lanes.forEach(waiting::remove);
        }
    }

    /** What was read of a lane when it was picked; {@code null} if it was not, or has been taken. */
    @Nullable
    Read take(Hold lane) {
        return waiting.remove(lane);
    }
}
