package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import java.time.Duration;

/**
 * Description of a key that has not moved for long.
 *
 * @param key its mask
 * @param state what its lane does
 * @param age how long ago the operation was admitted that the others wait for
 * @param why why it does not move, in one sentence that names no key
 */
public record StuckLaneDescriptor(String key, LaneState state, Duration age, String why) {

    static StuckLaneDescriptor of(LaneSnapshot lane, KeyView keys) {
        return new StuckLaneDescriptor(
                keys.show(lane.key()),
                lane.state(),
                lane.explanation().age(),
                lane.explanation().sentence());
    }
}
