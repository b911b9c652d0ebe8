package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.RecordedFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Description of the operations of one key.
 *
 * @param key the key, or its mask
 * @param handle what addresses the lane in a URL
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many operations wait, as the atom counts them
 * @param running how many run, or hold the key until their future is complete
 * @param heldBack how many back off or are parked, and keep the key closed
 * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero if none waits
 * @param why what it is doing or why it does not move, in one sentence that names no key
 * @param error the class of what the operation has failed with that everything behind it waits for; absent if it has not
 * @param operations its first operations, running ones first; at most 10
 */
public record LaneDescriptor(
        String key,
        String handle,
        LaneState state,
        boolean paused,
        int queued,
        int running,
        int heldBack,
        Duration oldestWait,
        String why,
        @Nullable String error,
        List<BlockDescriptor> operations) {

    private static final int MOST_OPERATIONS = 10;

    static LaneDescriptor of(LaneSnapshot lane, KeyView keys) {
        OperationSnapshot first = lane.explanation().operation();
        Throwable error = first == null ? null : first.error();
        return new LaneDescriptor(
                keys.show(lane.key()),
                keys.handle(lane.key()),
                lane.state(),
                lane.paused(),
                lane.queued(),
                lane.running(),
                lane.heldBack(),
                lane.oldestWait(),
                lane.explanation().sentence(),
                error == null ? null : RecordedFailure.typeOf(error),
                lane.operations().stream()
                        .limit(MOST_OPERATIONS)
                        .map(BlockDescriptor::of)
                        .toList());
    }
}
