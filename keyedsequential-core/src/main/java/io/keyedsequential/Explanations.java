package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a lane does not move, from what was seen of it. */
final class Explanations<K> {

    private final Lanes<K> lanes;

    Explanations(Lanes<K> lanes) {
        this.lanes = lanes;
    }

    /**
     * What was seen.
     *
     * @param state what the lane does
     * @param paused whether an operator paused this key
     * @param queued how many of its operations wait, and are behind the one that matters
     * @param reserved places of its key that are kept for operations
     * @param operation the one that matters
     * @param thread that runs it
     * @param waitsFor what the thread waits for
     */
    record Seen(
            LaneState state,
            boolean paused,
            int queued,
            int reserved,
            @Nullable Operation<?> operation,
            @Nullable Thread thread,
            @Nullable Wait waitsFor) {}

    LaneExplanation explain(Seen seen, Snapshots now, boolean withStack) {
        Operation<?> operation = seen.operation();
        Thread thread = seen.thread();
        OperationSnapshot shown = operation == null ? null : now.of(operation, thread);
        Wait wait = seen.waitsFor();
        String waitsFor =
                wait == null ? null : "operation %d of %s".formatted(wait.operation.shownId(), wait.owner.name());
        Attempts attempts = operation == null ? null : operation.attempts;
        Duration nextAttemptIn =
                seen.state() == LaneState.BACKING_OFF && attempts != null ? now.until(attempts.due()) : null;
        List<StackTraceElement> stack = withStack && thread != null ? List.of(thread.getStackTrace()) : List.of();
        return new LaneExplanation(
                sentence(seen, shown, waitsFor, nextAttemptIn),
                shown,
                operation == null ? Duration.ZERO : now.since(operation.enqueuedAt),
                thread == null ? null : thread.getName(),
                stack,
                waitsFor,
                nextAttemptIn);
    }

    private String sentence(
            Seen seen,
            @Nullable OperationSnapshot operation,
            @Nullable String waitsFor,
            @Nullable Duration nextAttemptIn) {
        String held = held(seen.paused());
        if (operation == null) {
            String nothing = seen.reserved() == 0
                    ? "it has no operation"
                    : "it has no operation yet: %d %s reserved for what is handed over later"
                            .formatted(seen.reserved(), seen.reserved() == 1 ? "place is" : "places are");
            return held == null ? nothing : held + "; " + nothing;
        }
        String which = operation.title();
        int behind = seen.queued();
        String others = behind == 0
                ? ""
                : "; %d %s behind it".formatted(behind, behind == 1 ? "operation waits" : "operations wait");
        String error = operation.error() == null
                ? "an error"
                : operation.error().getClass().getName();
        return switch (seen.state()) {
            case RUNNING ->
                operation.state() == OperationState.AWAITING
                        ? "%s has awaited its stage for %s%s; if the stage never ends, the operation can be abandoned"
                                .formatted(which, words(operation.runTime()), others)
                        : "%s has been running for %s%s%s%s%s; if it never ends, it can be abandoned"
                                .formatted(
                                        which,
                                        words(operation.runTime()),
                                        operation.thread() == null ? "" : " on thread " + operation.thread(),
                                        operation.attempt() > 1 ? ", attempt " + operation.attempt() : "",
                                        waitsFor == null ? "" : ", and waits for " + waitsFor,
                                        others);
            case BACKING_OFF ->
                "attempt %d of %s failed with %s; the next one is due in %s%s"
                        .formatted(
                                operation.attempt(),
                                which,
                                error,
                                words(nextAttemptIn == null ? Duration.ZERO : nextAttemptIn),
                                others);
            case PARKED ->
                ("%s is parked: it failed with %s in %s, and the key is closed until an operator "
                                + "retries, skips or purges it%s")
                        .formatted(
                                which,
                                error,
                                operation.attempts() > 1
                                        ? "all " + operation.attempts() + " attempts"
                                        : "its only attempt",
                                others);
            case GATHERING -> which + " waits for a quiet moment: newer calls may still replace it";
            case PAUSED -> "%s; %s is next%s".formatted(held == null ? "it is held" : held, which, others);
            case READY -> "%s %s%s".formatted(which, permit(), others);
        };
    }

    /** What keeps a key from starting anything, or {@code null}. */
    private @Nullable String held(boolean keyPaused) {
        if (keyPaused) {
            return "an operator paused the key";
        }
        if (lanes.permits.isHeld(Permits.PAUSED)) {
            return "the atom is paused";
        }
        return lanes.permits.isHeld(Permits.GATE) ? "a signal holds the atom" : null;
    }

    private String permit() {
        int limit = lanes.permits.limit();
        int abandoned = lanes.permits.abandoned();
        int taken = lanes.counts.active() + abandoned;
        return taken < limit
                ? "is about to start"
                : "waits for a permit: %d of %d are taken%s"
                        .formatted(
                                taken,
                                limit,
                                abandoned == 0
                                        ? ""
                                        : ", %d of them by bodies that were abandoned and still run"
                                                .formatted(abandoned));
    }

    private static String words(Duration time) {
        return time.toMillis() < 1_000
                ? time.toMillis() + " ms"
                : "%d.%d s".formatted(time.toSeconds(), time.toMillisPart() / 100);
    }
}
