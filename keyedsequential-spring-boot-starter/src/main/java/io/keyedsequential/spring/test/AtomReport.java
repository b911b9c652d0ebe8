package io.keyedsequential.spring.test;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.Keys;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import java.util.List;
import java.util.Locale;

/** Tells a person what an atom holds. Bounded, whatever that is. */
record AtomReport(
        String atom,
        CoordinatorStats stats,
        List<LaneSnapshot> lanes,
        List<OperationSnapshot> finished,
        List<String> deferred) {

    static final int LANES = 20;
    private static final int FAILURES = 10;

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s: queued=%d, active=%d, awaiting=%d, backingOff=%d, parked=%d, lanes=%d; since "
                        + "start completed=%d, failed=%d, cancelled=%d, rejected=%d",
                atom,
                stats.queued(),
                stats.active(),
                stats.awaiting(),
                stats.backingOff(),
                stats.parked(),
                stats.lanes(),
                stats.completed(),
                stats.failed(),
                stats.cancelled(),
                stats.rejected());
        deferred.forEach(each -> line(text, "  %s", each));
        for (LaneSnapshot lane : lanes) {
            line(
                    text,
                    "  key '%s' %s: %s",
                    Keys.describe(lane.key()),
                    lower(lane.state()),
                    lane.explanation().sentence());
            for (OperationSnapshot operation : lane.operations()) {
                line(text, "    %s", describe(operation));
            }
            int more = lane.queued()
                    + lane.heldBack()
                    + lane.running()
                    - lane.operations().size();
            if (more > 0) {
                line(text, "    and %d more", more);
            }
        }
        if (stats.lanes() > lanes.size()) {
            line(text, "  and %d more keys", stats.lanes() - lanes.size());
        }
        List<OperationSnapshot> failed =
                finished.stream().filter(operation -> operation.error() != null).toList();
        for (OperationSnapshot operation : failed.subList(Math.max(0, failed.size() - FAILURES), failed.size())) {
            line(text, "  ended: key '%s', %s", Keys.describe(operation.key()), describe(operation));
        }
        return text.toString().stripTrailing();
    }

    static String describe(OperationSnapshot operation) {
        String name = operation.name() == null ? "" : " (" + operation.name() + ")";
        String attempt = operation.attempt() > 1 ? ", attempt " + operation.attempt() : "";
        String error = operation.error() == null ? "" : ", " + operation.error();
        return "operation %d%s %s%s, waited %d ms, ran %d ms%s"
                .formatted(
                        operation.id(),
                        name,
                        lower(operation.state()),
                        attempt,
                        operation.waitTime().toMillis(),
                        operation.runTime().toMillis(),
                        error);
    }

    private static String lower(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(format.formatted(values)).append(System.lineSeparator());
    }
}
