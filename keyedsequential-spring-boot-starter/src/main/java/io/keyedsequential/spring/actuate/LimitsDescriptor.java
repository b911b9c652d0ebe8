package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OverflowPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Description of the limits of an atom.
 *
 * @param maxConcurrency how many operations run at once, as it is at present
 * @param perKeyConcurrency how many operations of one key run at once
 * @param capacity how many operations are queued at most
 * @param capacityPerKey how many operations of one key are queued at most
 * @param overflowPolicy what happens to a caller that finds no room
 * @param blockTimeout how long such a caller waits; absent if it does not wait
 * @param callTimeout how long a caller that runs the method itself waits for its turn
 * @param fairScheduling whether every turn is one operation
 * @param window how many finished operations are remembered at most
 * @param windowAge how long they are
 */
public record LimitsDescriptor(
        int maxConcurrency,
        int perKeyConcurrency,
        int capacity,
        int capacityPerKey,
        OverflowPolicy overflowPolicy,
        @Nullable Duration blockTimeout,
        Duration callTimeout,
        boolean fairScheduling,
        int window,
        Duration windowAge) {

    static LimitsDescriptor of(CoordinatorOptions options, CoordinatorStats stats) {
        return new LimitsDescriptor(
                stats.maxConcurrency(),
                options.perKeyConcurrency(),
                options.capacity(),
                options.capacityPerKey(),
                options.overflowPolicy(),
                options.overflowPolicy() == OverflowPolicy.BLOCK ? options.blockTimeout() : null,
                options.callTimeout(),
                options.fairScheduling(),
                options.window(),
                options.windowAge());
    }
}
