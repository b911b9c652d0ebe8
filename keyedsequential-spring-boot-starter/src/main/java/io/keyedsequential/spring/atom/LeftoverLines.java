package io.keyedsequential.spring.atom;

import io.keyedsequential.DrainReport;
import io.keyedsequential.OneLine;
import io.keyedsequential.OperationSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a drain left behind, as log lines of bounded length that together name every operation. */
final class LeftoverLines {

    /** A line names this many operations at most; a lane with more has more lines. */
    static final int OPERATIONS_PER_LINE = 50;

    private final KeyMask mask;

    LeftoverLines(KeyMask mask) {
        this.mask = mask;
    }

    List<String> of(DrainReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("%s: left over: %d operations of %d keys, after %d ms (%d finished meanwhile)"
                .formatted(
                        report.atom(),
                        report.remaining(),
                        report.remainingByKey().size(),
                        report.took().toMillis(),
                        report.finished()));
        report.remainingByKey().forEach((key, operations) -> {
            String lane = "%s: left over, key %s: ".formatted(report.atom(), mask.mask(key));
            for (int from = 0; from < operations.size(); from += OPERATIONS_PER_LINE) {
                int to = Math.min(from + OPERATIONS_PER_LINE, operations.size());
                lines.add(lane
                        + operations.subList(from, to).stream()
                                .map(LeftoverLines::named)
                                .collect(Collectors.joining(", ")));
            }
        });
        return lines;
    }

    private static String named(OperationSnapshot operation) {
        String name = operation.name() == null ? "" : " " + OneLine.of(operation.name());
        String label = operation.label() == null ? "" : " '" + operation.label() + "'";
        return operation.id()
                + name
                + label
                + " "
                + operation.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
