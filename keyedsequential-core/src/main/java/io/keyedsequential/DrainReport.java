package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a {@link KeyedCoordinator#drain drain} reached.
 *
 * @param atom the coordinator's name
 * @param complete whether nothing was left
 * @param took how long the drain waited
 * @param finished how many operations ended while it waited, whatever their outcome
 * @param remaining how many operations were left
 * @param remainingByKey the operations that were left, by key, in the order in which each lane holds them; a key whose
 *     {@code equals} or {@code hashCode} throws is replaced by its description; immutable
 */
public record DrainReport(
        String atom,
        boolean complete,
        Duration took,
        long finished,
        long remaining,
        Map<Object, List<OperationSnapshot>> remainingByKey) {

    /**
     * The report as one line without keys, which may be personal data.
     *
     * @return atom, outcome and numbers
     */
    public String summary() {
        return complete
                ? "%s: drained in %d ms (%d finished meanwhile)".formatted(atom, took.toMillis(), finished)
                : "%s: not drained after %d ms (%d finished meanwhile, %d operations of %d keys left)"
                        .formatted(atom, took.toMillis(), finished, remaining, remainingByKey.size());
    }
}
