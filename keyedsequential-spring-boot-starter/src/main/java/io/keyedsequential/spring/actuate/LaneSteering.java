package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.atom.AtomControls;
import java.util.List;
import java.util.Optional;

/** Does to a lane what an operator asks for. */
final class LaneSteering {

    private final AddressedLane lane;
    private final KeyView keys;

    LaneSteering(AddressedLane lane, KeyView keys) {
        this.lane = lane;
        this.keys = keys;
    }

    ActionDescriptor act(LaneAction action) {
        AtomControls controls = lane.controls();
        return switch (action) {
            case RETRY -> closing(action, controls::retry, "operation %d is tried again");
            case SKIP -> closing(action, controls::skip, "operation %d is given up; the key goes on");
            case PURGE -> purge(action);
            case PAUSE -> {
                controls.pauseKey(lane.key());
                yield done(action, "paused: what runs ends normally, nothing of the key starts", List.of());
            }
            case RESUME -> {
                controls.resumeKey(lane.key());
                yield done(action, "resumed", List.of());
            }
        };
    }

    private interface Verb {
        boolean on(Object key);
    }

    /** Does something with the operation that keeps the key closed, if one does. */
    private ActionDescriptor closing(LaneAction action, Verb verb, String result) {
        Optional<LaneSnapshot> before = lane.look();
        if (!verb.on(lane.key())) {
            throw new RefusedException(
                    RefusedException.CONFLICT,
                    "%s: nothing to %s: no operation of this key is parked or backs off; %s"
                            .formatted(
                                    lane.atom(),
                                    ActionNames.of(action),
                                    before.map(seen -> seen.explanation().sentence())
                                            .orElse("the lane is gone")));
        }
        List<Long> operations = before.stream()
                .flatMap(seen -> seen.operations().stream())
                .filter(LaneSteering::closes)
                .map(OperationSnapshot::id)
                .limit(1)
                .toList();
        return done(
                action,
                operations.isEmpty() ? ActionNames.of(action) + ": done" : result.formatted(operations.get(0)),
                operations);
    }

    private static boolean closes(OperationSnapshot operation) {
        return operation.state() == OperationState.PARKED || operation.state() == OperationState.BACKING_OFF;
    }

    private ActionDescriptor purge(LaneAction action) {
        List<Long> purged = lane.controls().purge(lane.key()).stream()
                .map(OperationSnapshot::id)
                .toList();
        return done(action, purged(purged.size()), purged);
    }

    static String purged(int count) {
        return "%d %s taken out and will never run".formatted(count, count == 1 ? "operation is" : "operations are");
    }

    private ActionDescriptor done(LaneAction action, String result, List<Long> operations) {
        return new ActionDescriptor(
                lane.atom(),
                keys.show(lane.key()),
                keys.handle(lane.key()),
                ActionNames.of(action),
                result,
                null,
                BoundedList.of(operations.stream().limit(Limit.MOST).toList(), operations.size()));
    }

    /** What can be done to a lane. */
    enum LaneAction {

        /** Retries at once the operation that keeps the key closed. */
        RETRY,

        /** Gives up the operation that keeps the key closed. */
        SKIP,

        /** Takes out whatever waits. */
        PURGE,

        /** Lets nothing of the key start. */
        PAUSE,

        /** Lets operations of the key start again. */
        RESUME
    }
}
