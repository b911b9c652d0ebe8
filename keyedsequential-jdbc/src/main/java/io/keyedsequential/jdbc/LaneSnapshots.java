package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneExplanation;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lanes as they are shown, and why they do not move. */
final class LaneSnapshots {

    /** Operations that are shown of a lane that was asked for by its key. */
    static final int LONG = 100;

    private final KeyedCoordinator<Object> coordinator;
    private final ViewStore store;
    private final Snapshots snapshots;
    private final Clock clock;
    private final FleetState fleet;

    LaneSnapshots(
            KeyedCoordinator<Object> coordinator, ViewStore store, Snapshots snapshots, Clock clock, FleetState fleet) {
        this.coordinator = coordinator;
        this.store = store;
        this.snapshots = snapshots;
        this.clock = clock;
        this.fleet = fleet;
    }

    /**
     * Lanes with their first operations, in the order of the lanes.
     *
     * @param operations how many of each are shown
     */
    List<LaneSnapshot> of(List<Lane> lanes, int operations) {
        Map<String, List<Shown>> items =
                store.first(lanes.stream().map(Lane::key).toList(), operations);
        Map<String, Integer> counts = store.items(items.entrySet().stream()
                .filter(lane -> lane.getValue().size() >= operations)
                .map(Map.Entry::getKey)
                .toList());
        return lanes.stream()
                .map(lane -> {
                    List<Shown> shown = items.getOrDefault(lane.key(), List.of());
                    return of(lane, shown, counts.getOrDefault(lane.key(), shown.size()));
                })
                .toList();
    }

    private LaneSnapshot of(Lane lane, List<Shown> items, int all) {
        Optional<LaneSnapshot> here = lane.pickedBy() == null ? Optional.empty() : coordinator.lane(lane.key());
        LaneState state = stateOf(lane, items);
        List<OperationSnapshot> shown = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            shown.add(i == 0 ? head(items.get(0), state, here) : snapshot(items.get(i), OperationState.QUEUED));
        }
        boolean headWaits = state != LaneState.RUNNING;
        int heldBack = state == LaneState.PARKED || state == LaneState.BACKING_OFF ? 1 : 0;
        int running = headWaits || items.isEmpty() ? 0 : 1;
        int queued = Math.max(0, all - running - heldBack);
        Optional<OperationSnapshot> waiting = shown.stream().skip(running).findFirst();
        return new LaneSnapshot(
                lane.key(),
                state,
                lane.paused(),
                queued,
                running,
                heldBack,
                waiting.map(OperationSnapshot::waitTime).orElse(Duration.ZERO),
                List.copyOf(shown),
                explain(lane, state, shown, queued, here));
    }

    private LaneState stateOf(Lane lane, List<Shown> items) {
        if (lane.pickedBy() != null && !items.isEmpty()) {
            return LaneState.RUNNING;
        }
        if (lane.withheld() == Withheld.PARKED) {
            return LaneState.PARKED;
        }
        if (lane.withheld() == Withheld.BACKING_OFF) {
            return LaneState.BACKING_OFF;
        }
        return lane.paused() || fleet.isPaused() ? LaneState.PAUSED : LaneState.READY;
    }

    private OperationSnapshot head(Shown head, LaneState state, Optional<LaneSnapshot> here) {
        return switch (state) {
            case RUNNING ->
                here.stream()
                        .flatMap(lane -> lane.operations().stream())
                        .filter(operation -> operation.id() == head.item().id())
                        .findFirst()
                        .map(operation -> snapshots.running(operation, head))
                        .orElseGet(() -> snapshot(head, OperationState.RUNNING));
            case PARKED -> snapshot(head, OperationState.PARKED);
            case BACKING_OFF -> snapshot(head, OperationState.BACKING_OFF);
            default -> snapshot(head, OperationState.QUEUED);
        };
    }

    private OperationSnapshot snapshot(Shown shown, OperationState state) {
        return snapshots.of(shown, state);
    }

    private LaneExplanation explain(
            Lane lane, LaneState state, List<OperationSnapshot> operations, int queued, Optional<LaneSnapshot> here) {
        @Nullable OperationSnapshot first = operations.isEmpty() ? null : operations.get(0);
        Optional<LaneExplanation> known = here.map(LaneSnapshot::explanation)
                .filter(explanation -> first != null
                        && explanation.operation() != null
                        && explanation.operation().id() == first.id());
        Duration untilDue = Duration.between(clock.now(), lane.due());
        boolean delayed = lane.withheld() == Withheld.DELAYED || state == LaneState.BACKING_OFF;
        return new LaneExplanation(
                known.map(LaneExplanation::sentence).orElseGet(() -> sentence(lane, state, first, queued, untilDue)),
                first,
                first == null ? Duration.ZERO : first.waitTime(),
                first == null ? null : first.thread(),
                known.map(LaneExplanation::stack).orElse(List.of()),
                known.map(LaneExplanation::waitsFor).orElse(null),
                delayed && !untilDue.isNegative() ? untilDue : null);
    }

    private String sentence(
            Lane lane, LaneState state, @Nullable OperationSnapshot first, int queued, Duration untilDue) {
        if (first == null) {
            return lane.paused() ? "an operator paused the key; it has no operation" : "it has no operation";
        }
        String title = first.title();
        String which =
                switch (state) {
                    case RUNNING -> "%s runs on the instance %s".formatted(title, lane.pickedBy());
                    case PARKED ->
                        ("%s is parked after %d attempts: the key is closed until an operator "
                                        + "retries, skips or purges it")
                                .formatted(title, first.attempts());
                    case BACKING_OFF ->
                        first.attempts() == 0
                                ? "%s waits for a version of the application that can run it".formatted(title)
                                : "attempt %d of %s failed; the next one is due in %s"
                                        .formatted(first.attempts(), title, inWords(untilDue));
                    case PAUSED ->
                        "%s; %s is next"
                                .formatted(lane.paused() ? "an operator paused the key" : "the atom is paused", title);
                    default ->
                        lane.withheld() == Withheld.DELAYED
                                ? "%s may begin in %s, and not before".formatted(title, inWords(untilDue))
                                : "%s waits for an instance that has a permit".formatted(title);
                };
        int behind = state == LaneState.READY || state == LaneState.PAUSED ? queued - 1 : queued;
        return behind <= 0
                ? which
                : "%s; %d %s behind it".formatted(which, behind, behind == 1 ? "operation waits" : "operations wait");
    }

    private static String inWords(Duration time) {
        return time.isNegative()
                ? "0 ms"
                : time.toMillis() < 1_000
                        ? time.toMillis() + " ms"
                        : "%d.%d s".formatted(time.toSeconds(), time.toMillisPart() / 100);
    }
}
