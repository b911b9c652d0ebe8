package io.keyedsequential.spring.atom;

import io.keyedsequential.OverflowPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one place says about an atom; {@code null} where it says nothing.
 *
 * @param maxConcurrency how many operations run at once
 * @param perKeyConcurrency how many operations of one key run at once
 * @param capacity how many operations are queued at most
 * @param capacityPerKey how many operations of one key are queued at most
 * @param overflowPolicy what happens to a caller that finds no room
 * @param blockTimeout how long such a caller waits
 * @param fairScheduling whether every turn is one operation
 * @param window how many finished operations are remembered
 * @param windowAge how long they are
 * @param executor the name of the {@code Executor} bean that runs the operations
 */
public record AtomSettings(
        @Nullable Integer maxConcurrency,
        @Nullable Integer perKeyConcurrency,
        @Nullable Integer capacity,
        @Nullable Integer capacityPerKey,
        @Nullable OverflowPolicy overflowPolicy,
        @Nullable Duration blockTimeout,
        @Nullable Boolean fairScheduling,
        @Nullable Integer window,
        @Nullable Duration windowAge,
        @Nullable String executor) {

    /** Says nothing. */
    public static final AtomSettings NONE =
            new AtomSettings(null, null, null, null, null, null, null, null, null, null);

    /**
     * Only limits.
     *
     * @param maxConcurrency how many operations run at once
     * @param perKeyConcurrency how many operations of one key run at once
     * @param capacity how many operations are queued at most
     * @param capacityPerKey how many operations of one key are queued at most
     * @return the settings
     */
    public static AtomSettings limits(
            @Nullable Integer maxConcurrency,
            @Nullable Integer perKeyConcurrency,
            @Nullable Integer capacity,
            @Nullable Integer capacityPerKey) {
        return new AtomSettings(
                maxConcurrency, perKeyConcurrency, capacity, capacityPerKey, null, null, null, null, null, null);
    }

    /**
     * These settings, and where they say nothing, the others. A time that belongs to a choice of the others ({@code
     * blockTimeout} to blocking, {@code windowAge} to a window) is not inherited where these settings choose otherwise.
     *
     * @param lower what applies where these settings say nothing
     * @return the combination
     */
    public AtomSettings over(AtomSettings lower) {
        boolean neverBlocks = overflowPolicy != null && overflowPolicy != OverflowPolicy.BLOCK;
        boolean remembersNothing = window != null && window == 0;
        return new AtomSettings(
                first(maxConcurrency, lower.maxConcurrency),
                first(perKeyConcurrency, lower.perKeyConcurrency),
                first(capacity, lower.capacity),
                first(capacityPerKey, lower.capacityPerKey),
                first(overflowPolicy, lower.overflowPolicy),
                first(blockTimeout, neverBlocks ? null : lower.blockTimeout),
                first(fairScheduling, lower.fairScheduling),
                first(window, lower.window),
                first(windowAge, remembersNothing ? null : lower.windowAge),
                first(executor, lower.executor));
    }

    /** What is said, by the name of the option. */
    Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        put(given, "maxConcurrency", maxConcurrency);
        put(given, "perKeyConcurrency", perKeyConcurrency);
        put(given, "capacity", capacity);
        put(given, "capacityPerKey", capacityPerKey);
        put(given, "overflowPolicy", overflowPolicy);
        put(given, "blockTimeout", blockTimeout);
        put(given, "fairScheduling", fairScheduling);
        put(given, "window", window);
        put(given, "windowAge", windowAge);
        put(given, "executor", executor);
        return given;
    }

    private static void put(Map<String, Object> given, String option, @Nullable Object value) {
        if (value != null) {
            given.put(option, value);
        }
    }

    private static <V> @Nullable V first(@Nullable V upper, @Nullable V lower) {
        return upper != null ? upper : lower;
    }
}
