package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of atoms. What is absent here is taken from the next place that says something; the last one is
 * {@link CoordinatorOptions}, so that no default is written here.
 *
 * @param maxConcurrency Operations that run at once, 1 or more. By default the number of processors.
 * @param perKeyConcurrency Operations of one key that run at once, 1 or more. By default 1, which keeps strict order.
 * @param capacity Operations that are queued at most, 1 or more. By default 10000.
 * @param capacityPerKey Operations of one key that are queued at most, 1 to the capacity. By default the capacity.
 * @param overflowPolicy What happens to a caller that finds no room. By default it blocks.
 * @param blockTimeout How long a caller waits for room before it is rejected. By default 30s.
 * @param fairScheduling Whether every turn is one operation and admission keeps room for other keys. By default not.
 * @param window Finished operations that are remembered at most, 0 or more. By default 200.
 * @param windowAge How long finished operations are remembered at most. By default 5m.
 * @param executor Name of the Executor bean that runs the operations. By default virtual threads if they are enabled,
 *     otherwise a pool of the atom's own.
 */
public record AtomProperties(
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

    /** Refuses values that no atom could have; {@code prefix} is the name of the property down to here. */
    void validate(String prefix) {
        int most = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;
        range(prefix + ".max-concurrency", maxConcurrency, 1, most);
        range(prefix + ".per-key-concurrency", perKeyConcurrency, 1, most);
        range(prefix + ".capacity", capacity, 1, Integer.MAX_VALUE);
        range(prefix + ".capacity-per-key", capacityPerKey, 1, Integer.MAX_VALUE);
        range(prefix + ".window", window, 0, most);
        positive(prefix + ".block-timeout", blockTimeout);
        positive(prefix + ".window-age", windowAge);
    }

    AtomSettings toSettings() {
        return new AtomSettings(
                maxConcurrency,
                perKeyConcurrency,
                capacity,
                capacityPerKey,
                overflowPolicy,
                blockTimeout,
                fairScheduling,
                window,
                windowAge,
                executor);
    }

    private static void range(String property, @Nullable Integer value, int from, int to) {
        if (value != null && (value < from || value > to)) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, was %d".formatted(property, from, to, value));
        }
    }

    private static void positive(String property, @Nullable Duration value) {
        if (value != null && (value.isZero() || value.isNegative())) {
            throw new IllegalArgumentException("%s must be more than zero, was %s".formatted(property, value));
        }
    }
}
