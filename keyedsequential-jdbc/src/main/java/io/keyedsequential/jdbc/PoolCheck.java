package io.keyedsequential.jdbc;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Warns of a connection pool that bodies alone may use up: each that runs in the transaction in which its call ends
 * holds a connection. For any thread.
 */
final class PoolCheck {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    private final Supplier<@Nullable Integer> most;

    /** How many such bodies may run at once, by atom. Guarded by this. */
    private final Map<String, Integer> holding = new TreeMap<>();

    /**
     * Knows of no body yet.
     *
     * @param most how many connections the pool has at most; {@code null} if that is not known
     */
    PoolCheck(Supplier<@Nullable Integer> most) {
        this.most = most;
    }

    /** Some bodies of an atom hold a connection; told at the start, for each of its methods. */
    synchronized void holds(String atom, int maxConcurrency) {
        if (holding.put(atom, maxConcurrency) != null) {
            return;
        }
        int bodies = holding.values().stream().mapToInt(Integer::intValue).sum();
        Integer connections = most.get();
        if (connections != null && bodies >= connections) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    ("%d bodies of %s hold a connection each while they run, and the pool has %d at "
                                    + "most: callers and the engine may wait for one until they fail. Raise its "
                                    + "maximum-pool-size above that, lower max-concurrency, or set jdbc.completion to "
                                    + "after-body")
                            .formatted(bodies, holding.keySet(), connections));
        }
    }
}
