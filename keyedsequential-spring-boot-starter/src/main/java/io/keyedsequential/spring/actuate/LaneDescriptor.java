package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import java.time.Duration;
import java.util.List;

/**
 * Description of the operations of one key.
 *
 * @param key the key, or its mask
 * @param handle what addresses the lane in a URL
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many operations wait, those that back off or are parked included
 * @param running how many run, or hold the key until their future is complete
 * @param oldestWait how long the operation has waited that waits longest; zero if none waits
 * @param why what it is doing or why it does not move, in one sentence that names no key
 * @param operations its first operations, running ones first; at most 10
 */
public record LaneDescriptor(
        String key,
        String handle,
        LaneState state,
        boolean paused,
        int queued,
        int running,
        Duration oldestWait,
        String why,
        List<BlockDescriptor> operations) {

    static LaneDescriptor of(LaneSnapshot lane, KeyView keys) {
        return new LaneDescriptor(
                keys.show(lane.key()),
                keys.handle(lane.key()),
                lane.state(),
                lane.paused(),
                lane.queued(),
                lane.running(),
                lane.oldestWait(),
                lane.explanation().sentence(),
                lane.operations().stream().map(BlockDescriptor::of).toList());
    }
}
