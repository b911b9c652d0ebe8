package io.keyedsequential.spring.atom;

import io.keyedsequential.DrainReport;
import io.keyedsequential.OneLine;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a drain left behind, as so many log lines of bounded length at most: how much it is, then the first keys with
 * their operations, parked ones first, then the ids of all others in one line. A log line per key would take longer
 * than the time that is left before the process is killed.
 */
final class DrainLog {

    /** A line names this many operations at most; a lane with more has more lines. */
    static final int OPERATIONS_PER_LINE = 50;

    /** Lines that name operations with their keys. */
    static final int MOST_LINES = 100;

    private final LoggedKeys keys;

    DrainLog(LoggedKeys keys) {
        this.keys = keys;
    }

    List<String> of(DrainReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("%s: left over: %d operations of %d keys, after %d ms (%d finished meanwhile)%s"
                .formatted(
                        report.atom(),
                        report.remaining(),
                        report.remainingByKey().size(),
                        report.took().toMillis(),
                        report.finished(),
                        states(report.remainingByKey().values())));
        List<OperationSnapshot> rest = new ArrayList<>();
        for (Map.Entry<Object, List<OperationSnapshot>> entry : parkedFirst(report.remainingByKey())) {
            List<OperationSnapshot> lane = entry.getValue();
            for (int from = 0; from < lane.size(); from += OPERATIONS_PER_LINE) {
                List<OperationSnapshot> some = lane.subList(from, Math.min(from + OPERATIONS_PER_LINE, lane.size()));
                if (lines.size() > MOST_LINES) {
                    rest.addAll(some);
                } else {
                    lines.add("%s: left over, key %s: %s"
                            .formatted(
                                    report.atom(),
                                    keys.of(entry.getKey()),
                                    some.stream().map(DrainLog::named).collect(Collectors.joining(", "))));
                }
            }
        }
        if (!rest.isEmpty()) {
            lines.add("%s: left over, %d more operations: %s".formatted(report.atom(), rest.size(), idsByState(rest)));
        }
        return lines;
    }

    /** What an operator has to decide on stands where it is seen. */
    private static List<Map.Entry<Object, List<OperationSnapshot>>> parkedFirst(
            Map<Object, List<OperationSnapshot>> lanes) {
        return lanes.entrySet().stream()
                .sorted(Comparator.comparing(
                        lane -> lane.getValue().stream().noneMatch(each -> each.state() == OperationState.PARKED)))
                .toList();
    }

    private static String states(Collection<List<OperationSnapshot>> lanes) {
        Map<OperationState, Long> counts = lanes.stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(OperationSnapshot::state, LinkedHashMap::new, Collectors.counting()));
        return counts.isEmpty()
                ? ""
                : counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + inWords(count.getKey()))
                        .collect(Collectors.joining(", ", ": ", ""));
    }

    private static String idsByState(List<OperationSnapshot> operations) {
        Map<OperationState, List<Long>> ids = operations.stream()
                .collect(Collectors.groupingBy(
                        OperationSnapshot::state,
                        LinkedHashMap::new,
                        Collectors.mapping(OperationSnapshot::id, Collectors.toList())));
        return ids.entrySet().stream()
                .map(some -> inWords(some.getKey()) + " " + IdRanges.of(some.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String named(OperationSnapshot operation) {
        String name = operation.name() == null ? "" : " " + OneLine.of(operation.name());
        String label = operation.label() == null ? "" : " '" + operation.label() + "'";
        return operation.id() + name + label + " " + inWords(operation.state());
    }

    private static String inWords(OperationState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
