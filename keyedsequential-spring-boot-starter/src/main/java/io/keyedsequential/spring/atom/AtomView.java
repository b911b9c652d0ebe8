package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows an atom, wherever its operations are kept: in this process, or for all instances in a database. The methods are
 * those of {@link io.keyedsequential.KeyedCoordinator}. Weakly consistent; for any thread. Where an engine must be
 * asked, and cannot be, every method may throw an {@link AtomUnavailableException}.
 */
public interface AtomView {

    /** How many lanes are looked at where a view has no better way to find some of them. */
    int LOOKED_AT = 1_000;

    /** What a view shows. */
    enum Scope {
        /** This process only. */
        INSTANCE,
        /** All instances that share the engine: each of them shows the same. */
        FLEET
    }

    /**
     * Shows an atom by its coordinator: what this instance has taken over from an engine.
     *
     * @param coordinator what is shown
     * @param engine what keeps the operations
     * @param known what the coordinator has in the place of a key
     * @return a view of this instance
     */
    static AtomView of(KeyedCoordinator<Object> coordinator, String engine, UnaryOperator<Object> known) {
        return new CoordinatorAtom(coordinator, engine, known);
    }

    /**
     * The engine that keeps the operations.
     *
     * @return such as {@code memory}
     */
    String engine();

    /**
     * Whose operations these are.
     *
     * @return the scope of everything here but what a method says is of this instance
     */
    Scope scope();

    /**
     * When the oldest of what is shown was looked at: a view may remember for some seconds what costs much to find out.
     *
     * @return now, if it remembers nothing
     */
    Instant asOf();

    /**
     * The same view, of what is there now: for tests, and for what an operator is told of an action.
     *
     * @return by default this one, which remembers nothing
     */
    default AtomView fresh() {
        return this;
    }

    /**
     * What the atom does as a whole.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#state()}
     */
    CoordinatorState state();

    /**
     * Whether an operator, or an operation that has exhausted its attempts, paused it.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#isPaused()}
     */
    boolean isPaused();

    /**
     * Whether new operations are taken.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#isIntakeOpen()}
     */
    boolean isIntakeOpen();

    /**
     * The counts. Live numbers are of the view's scope; totals are of this instance, since it was started.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#stats()}
     */
    CoordinatorStats stats();

    /**
     * What runs now, or awaits its stage.
     *
     * @param limit how many operations at most; 1 or more
     * @return as {@link io.keyedsequential.KeyedCoordinator#running}
     */
    List<OperationSnapshot> running(int limit);

    /**
     * Where operations run.
     *
     * @param operations as this view has shown them
     * @return the instance by the id of the operation, for those that run and whose instance is known; empty where
     *     there is only this one
     */
    default Map<Long, String> instances(Collection<OperationSnapshot> operations) {
        return Map.of();
    }

    /**
     * What has ended lately, on this instance.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#recent()}
     */
    List<OperationSnapshot> recent();

    /**
     * The keys that have a lane now.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#keys()}
     */
    List<Object> keys();

    /**
     * The lane of a key.
     *
     * @param key the key
     * @return as {@link io.keyedsequential.KeyedCoordinator#lane}
     */
    Optional<LaneSnapshot> lane(Object key);

    /**
     * The busiest lanes.
     *
     * @param limit how many lanes at most; 1 or more
     * @return as {@link io.keyedsequential.KeyedCoordinator#lanes}
     */
    List<LaneSnapshot> lanes(int limit);

    /**
     * The lanes that do not move.
     *
     * @param after how long
     * @param limit how many lanes at most; 1 or more
     * @return as {@link io.keyedsequential.KeyedCoordinator#stuckLanes}
     */
    List<LaneSnapshot> stuckLanes(Duration after, int limit);

    /**
     * The lanes in which an operation has waited longest.
     *
     * @param limit how many lanes at most; 1 or more
     * @return as {@link io.keyedsequential.KeyedCoordinator#oldestLanes}; unless the view knows better, among the
     *     busiest {@value #LOOKED_AT}
     */
    default List<LaneSnapshot> oldestLanes(int limit) {
        return lanes(LOOKED_AT).stream()
                .filter(lane -> !lane.oldestWait().isZero())
                .sorted(Comparator.comparing(LaneSnapshot::oldestWait).reversed())
                .limit(limit)
                .toList();
    }

    /**
     * The lanes that an operator has paused by themselves.
     *
     * @param limit how many lanes at most; 1 or more
     * @return as {@link io.keyedsequential.KeyedCoordinator#pausedLanes}; unless the view knows better, among the
     *     busiest {@value #LOOKED_AT}
     */
    default List<LaneSnapshot> pausedLanes(int limit) {
        return lanes(LOOKED_AT).stream()
                .filter(LaneSnapshot::paused)
                .limit(limit)
                .toList();
    }

    /**
     * The operations that have not ended and that are looked for, by what they are called.
     *
     * @param wanted decides on an operation
     * @param limit how many operations at most; 1 or more
     * @return in no order; unless the view knows better, among those that run and the first ones of the busiest
     *     {@value #LOOKED_AT} lanes
     */
    default List<OperationSnapshot> find(Predicate<OperationSnapshot> wanted, int limit) {
        Map<Long, OperationSnapshot> found = new LinkedHashMap<>();
        Stream.concat(
                        running(LOOKED_AT).stream(),
                        lanes(LOOKED_AT).stream().flatMap(lane -> lane.operations().stream()))
                .filter(wanted)
                .forEach(operation -> found.putIfAbsent(operation.id(), operation));
        return found.values().stream().limit(limit).toList();
    }

    /**
     * The longest time any operation has been waiting.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#oldestWait()}
     */
    Duration oldestWait();

    /**
     * The longest time any attempt has been under way.
     *
     * @return as {@link io.keyedsequential.KeyedCoordinator#longestRun()}
     */
    Duration longestRun();

    /**
     * An engine cannot be asked now what it keeps, or told what an operator wants: its database is away. Nothing has
     * been changed. The engine says so in the log when it begins and when it ends.
     */
    final class AtomUnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /**
         * For engines.
         *
         * @param reason what operators are told; without keys and other personal data
         * @param cause what went wrong, or {@code null}
         */
        public AtomUnavailableException(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }

        /**
         * What operators are told.
         *
         * @return never {@code null}
         */
        public String reason() {
            return String.valueOf(getMessage());
        }
    }
}
