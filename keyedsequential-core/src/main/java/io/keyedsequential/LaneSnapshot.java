package io.keyedsequential;

import java.time.Duration;
import java.util.List;

/**
 * The operations of one key, as they were when the snapshot was taken.
 *
 * @param key the key
 * @param state what the lane does
 * @param paused whether an operator paused this key
 * @param queued how many of its operations wait, counted as in {@link CoordinatorStats#queued()}: without those that
 *     are held back
 * @param running how many of its operations run or await their stage
 * @param heldBack how many of its operations back off or are parked, and keep the key closed
 * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero when none waits
 * @param operations its operations, running ones first, then queued ones in order, those that gather last; the list is
 *     immutable, bounded, and may be shorter than {@code running + heldBack + queued}
 * @param explanation why it does not move, or what it is doing
 */
public record LaneSnapshot(
        Object key,
        LaneState state,
        boolean paused,
        int queued,
        int running,
        int heldBack,
        Duration oldestWait,
        List<OperationSnapshot> operations,
        LaneExplanation explanation) {}
