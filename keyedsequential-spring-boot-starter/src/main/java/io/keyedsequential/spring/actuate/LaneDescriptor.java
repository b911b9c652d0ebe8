package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import java.time.Duration;

/**
 * Description of the operations of one key.
 *
 * @param key the key, or its mask
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many operations wait
 * @param running how many run, or hold the key until their future is complete
 * @param oldestWait how long the oldest queued operation has waited; zero if none waits
 * @param why what it is doing or why it does not move, in one sentence that names no key
 */
public record LaneDescriptor(
        String key, LaneState state, boolean paused, int queued, int running, Duration oldestWait, String why) {

    static LaneDescriptor of(LaneSnapshot lane, KeyView keys) {
        return new LaneDescriptor(
                keys.show(lane.key()),
                lane.state(),
                lane.paused(),
                lane.queued(),
                lane.running(),
                lane.oldestWait(),
                lane.explanation().sentence());
    }
}
