package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the coordinator promises, said as plainly as possible: of every key the line of its operations, in the order in which
 * they are to start. It does not say which of several keys goes first.
 */
final class ReferenceModel {

    /** What attempts fail with. */
    enum Failure {
        PLAIN(IllegalStateException.class),
        PARKING(UnsupportedOperationException.class),
        HALTING(ArithmeticException.class),
        INTERRUPTED(InterruptedException.class),
        TOO_LONG(java.util.concurrent.TimeoutException.class);

        final Class<? extends Exception> type;

        Failure(Class<? extends Exception> type) {
            this.type = type;
        }
    }

    /** One operation. */
    static final class Op {
        final String key;
        final ModelCase.Body body;

        /** The group it is coalesced with, if it is. */
        String group;

        long id;
        OperationState state = OperationState.QUEUED;
        boolean gathering;
        boolean begun;
        int attempts;
        int failed;

        /** How often it has been put back: timers of earlier times do nothing. */
        int timesHeld;

        boolean stopped;
        boolean interrupted;
        boolean timeUp;
        Op supersededBy;
        OperationFuture<?> future;

        /** Whether the future was completed before the operation ended. */
        boolean futureDone;

        Op(String key, ModelCase.Body body) {
            this.key = key;
            this.body = body;
        }

        boolean isOpen() {
            return state == OperationState.RUNNING || state == OperationState.AWAITING;
        }

        boolean isHeld() {
            return state == OperationState.BACKING_OFF || state == OperationState.PARKED;
        }

        boolean isLive() {
            return !state.isFinished();
        }

        /** What a snapshot shows as its attempt. */
        int attempt() {
            return isOpen() || state == OperationState.COMPLETED ? failed + 1 : failed;
        }

        @Override
        public String toString() {
            return "%s%d:%s".formatted(key, id, gathering ? "GATHERING" : state);
        }
    }

    /** The operations of one key. */
    static final class Line {
        boolean paused;

        /** In the order in which they start, until they end. */
        final List<Op> ops = new ArrayList<>();

        /** Those that wait aside. */
        final List<Op> gathering = new ArrayList<>();

        List<Op> waiting() {
            return ops.stream().filter(op -> !op.isOpen()).toList();
        }

        long open() {
            return ops.stream().filter(Op::isOpen).count();
        }

        Op next() {
            return waiting().stream().findFirst().orElse(null);
        }

        boolean isStartable(int perKeyConcurrency) {
            Op next = next();
            return !paused && next != null && next.state == OperationState.QUEUED && open() < perKeyConcurrency;
        }

        boolean isPresent() {
            return paused || !ops.isEmpty() || !gathering.isEmpty();
        }
    }

    final ModelCase.Options options;
    final Map<String, Line> lines = new LinkedHashMap<>();
    final List<Op> all = new ArrayList<>();
    int limit;
    boolean paused;
    boolean intakeOpen = true;
    boolean closed;
    long rejected;
    long beyondBound;
    long retries;

    ReferenceModel(ModelCase.Options options) {
        this.options = options;
        this.limit = options.maxConcurrency();
    }

    Line line(String key) {
        return lines.computeIfAbsent(key, any -> new Line());
    }

    long count(Predicate<Op> which) {
        return all.stream().filter(which).count();
    }

    long count(OperationState state) {
        return count(op -> op.state == state);
    }

    long running() {
        return count(OperationState.RUNNING);
    }

    // ---------------------------------------------------------------- admission

    private long room() {
        return options.capacity()
                - count(op -> op.isLive() && op.state != OperationState.RUNNING); // what runs has a permit instead
    }

    /** Counts an operation in, or says why not. */
    RejectedOperationException.Reason offer(Op op, boolean gathers, boolean inside) {
        Line line = line(op.key);
        if (closed || (!intakeOpen && !inside)) {
            return refuse(RejectedOperationException.Reason.CLOSED);
        }
        Op old = op.group == null ? null : waitingOf(op.key, op.group);
        if (old != null) {
            end(old, OperationState.CANCELLED);
            old.supersededBy = op;
        } else {
            int waiting = line.waiting().size() + line.gathering.size();
            Op next = line.next();
            boolean threshold = options.fair() || (next != null && next.state == OperationState.PARKED);
            boolean keyFull = line.isPresent()
                    && (waiting >= Math.min(options.capacity(), options.capacityPerKey())
                            || (threshold && waiting >= room()));
            if (room() <= 0 || keyFull) {
                if (!inside || !options.block()) {
                    return refuse(
                            room() <= 0
                                    ? RejectedOperationException.Reason.FULL
                                    : RejectedOperationException.Reason.KEY_FULL);
                }
                beyondBound++;
            }
        }
        all.add(op);
        op.id = all.size();
        op.gathering = gathers;
        (gathers ? line.gathering : line.ops).add(op);
        return null;
    }

    private RejectedOperationException.Reason refuse(RejectedOperationException.Reason reason) {
        rejected++;
        return reason;
    }

    /** The operation of a group that has not begun. */
    Op waitingOf(String key, String group) {
        List<Op> found = all.stream()
                .filter(op -> op.key.equals(key) && group.equals(op.group))
                .filter(op -> op.state == OperationState.QUEUED && !op.begun)
                .toList();
        assertThat(found).as("waiting of group %s", group).hasSizeLessThanOrEqualTo(1);
        return found.isEmpty() ? null : found.get(0);
    }

    void gathered(Op op) {
        if (op.gathering) {
            op.gathering = false;
            line(op.key).gathering.remove(op);
            line(op.key).ops.add(op);
        }
    }

    // ---------------------------------------------------------------- attempts

    /** A body begins: may it? */
    void begins(Op op) {
        Line line = line(op.key);
        assertThat(line.next())
                .as("the next of %s, in %s, when %s begins", op.key, line.ops, op)
                .isSameAs(op);
        assertThat(op.state).as("state of %s when it begins", op).isEqualTo(OperationState.QUEUED);
        assertThat(line.open()).as("open of %s when %s begins", op.key, op).isLessThan(options.perKeyConcurrency());
        assertThat(running()).as("running when %s begins", op).isLessThan(limit);
        assertThat(line.paused || paused).as("paused when %s begins", op).isFalse();
        op.state = OperationState.RUNNING;
        op.begun = true;
        op.attempts++;
        op.interrupted = false;
        op.timeUp = false;
    }

    /** An attempt ends, with a failure or {@code null}. */
    void ends(Op op, Failure thrown) {
        Failure failure = op.timeUp ? Failure.TOO_LONG : thrown;
        if (failure == null) {
            end(op, OperationState.COMPLETED);
            return;
        }
        ExhaustedPolicy verdict = op.stopped ? ExhaustedPolicy.SKIP : verdict(op, failure);
        op.failed++;
        if (op.stopped) {
            end(op, OperationState.CANCELLED);
        } else if (verdict == null && !closed) {
            retries++;
            op.timesHeld++;
            op.state = options.backoff() ? OperationState.BACKING_OFF : OperationState.QUEUED;
        } else if (verdict == ExhaustedPolicy.PARK && !closed) {
            op.timesHeld++;
            op.state = OperationState.PARKED;
        } else {
            paused |= verdict == ExhaustedPolicy.HALT;
            end(op, OperationState.FAILED);
        }
    }

    /** What becomes of an operation whose attempt has failed; {@code null}: it is tried again. */
    ExhaustedPolicy verdict(Op op, Failure failure) {
        if (failure == Failure.PLAIN && op.failed + 1 < options.attempts()) {
            return null;
        }
        return switch (failure) {
            case PARKING -> ExhaustedPolicy.PARK;
            case HALTING -> ExhaustedPolicy.HALT;
            default -> options.exhausted();
        };
    }

    void end(Op op, OperationState outcome) {
        assertThat(op.isLive()).as("%s ends once", op).isTrue();
        op.state = outcome;
        op.gathering = false;
        line(op.key).ops.remove(op);
        line(op.key).gathering.remove(op);
    }

    void backedOff(Op op, int timesHeld) {
        if (op.state == OperationState.BACKING_OFF && op.timesHeld == timesHeld) {
            op.state = OperationState.QUEUED;
        }
    }

    // ---------------------------------------------------------------- operators

    /** The operation that keeps a key closed. */
    Op heldOf(String key) {
        Op next = line(key).next();
        return next != null && next.isHeld() ? next : null;
    }

    boolean retry(String key) {
        Op held = heldOf(key);
        if (held == null) {
            return false;
        }
        held.state = OperationState.QUEUED;
        held.failed = 0;
        return true;
    }

    boolean skip(String key) {
        Op held = heldOf(key);
        if (held == null) {
            return false;
        }
        end(held, OperationState.FAILED);
        return true;
    }

    /** Takes out what waits; in order, those that gather last. */
    List<Op> purge(String key) {
        List<Op> taken = new ArrayList<>(line(key).waiting());
        taken.addAll(line(key).gathering);
        taken.forEach(op -> end(op, OperationState.CANCELLED));
        return taken;
    }

    /** Cancels: takes out what waits; what has begun is tried no more, and interrupted if asked to. */
    boolean cancel(Op op, boolean interrupt) {
        if (!op.isLive()) {
            return false;
        }
        if (op.isOpen()) {
            op.stopped = true;
            op.interrupted |= interrupt && op.state == OperationState.RUNNING;
        } else {
            end(op, OperationState.CANCELLED);
        }
        return true;
    }

    /** What gathers has not begun to wait. */
    void expire(Predicate<String> keys) {
        for (Op op : List.copyOf(all)) {
            if (op.state == OperationState.QUEUED && !op.begun && !op.gathering && keys.test(op.key)) {
                end(op, OperationState.FAILED);
            }
        }
    }

    void close() {
        closed = true;
        intakeOpen = false;
        for (Map.Entry<String, Line> each : lines.entrySet()) {
            purge(each.getKey());
            each.getValue().paused = false;
        }
    }
}
