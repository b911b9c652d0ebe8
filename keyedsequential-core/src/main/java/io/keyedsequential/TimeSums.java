package io.keyedsequential;

import io.keyedsequential.OperationTimes.Sum;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sums and maxima of how long operations that have ended had waited and run. One thread at a time adds, at the
 * price of plain stores; any thread may read, and may meet an operation that is counted in one of the sums and not
 * yet in another.
 *
 * <p>Maxima are those of the present window and of the one before. {@link Times} numbers the windows; the thread that
 * adds notices that a new one has begun.
 */
final class TimeSums {

    private static final int COMPLETED = 0;
    private static final int FAILED = 1;
    private static final int CANCELLED = 2;
    private static final int WAITED = 3;
    private static final int KINDS = 4;

    /** Two cache lines before and behind: other threads write to what lies there. */
    private static final int PADDING = 16;

    private static final int COUNT = PADDING;
    private static final int TOTAL = COUNT + KINDS;
    private static final int MAX = TOTAL + KINDS;
    private static final int MAX_BEFORE = MAX + KINDS;
    private static final int WINDOW = MAX_BEFORE + KINDS;

    private final AtomicLongArray values = new AtomicLongArray(WINDOW + 1 + PADDING);

    /** Counts an operation that has ended. */
    void add(Operation<?> operation, long window) {
        turnTo(window);
        int state = operation.state();
        int outcome = state == Operation.COMPLETED ? COMPLETED : state == Operation.FAILED ? FAILED : CANCELLED;
        add(WAITED, operation.waitedNanos());
        add(outcome, operation.ranNanos());
    }

    private void add(int kind, long nanos) {
        grow(COUNT + kind, 1);
        grow(TOTAL + kind, nanos);
        raise(MAX + kind, nanos);
    }

    /** Adds what another one has counted. */
    void addAll(TimeSums other) {
        long theirs = other.values.getAcquire(WINDOW);
        turnTo(Math.max(theirs, values.getPlain(WINDOW)));
        long age = values.getPlain(WINDOW) - theirs;
        for (int kind = 0; kind < KINDS; kind++) {
            grow(COUNT + kind, other.values.getAcquire(COUNT + kind));
            grow(TOTAL + kind, other.values.getAcquire(TOTAL + kind));
            if (age == 0) {
                raise(MAX + kind, other.values.getAcquire(MAX + kind));
                raise(MAX_BEFORE + kind, other.values.getAcquire(MAX_BEFORE + kind));
            } else if (age == 1) {
                raise(MAX_BEFORE + kind, other.values.getAcquire(MAX + kind));
            }
        }
    }

    /** Begins a new window, unless it has begun. */
    void turnTo(long window) {
        long last = values.getPlain(WINDOW);
        if (last == window) {
            return;
        }
        for (int kind = 0; kind < KINDS; kind++) {
            values.setRelease(MAX_BEFORE + kind, last == window - 1 ? values.getPlain(MAX + kind) : 0);
            values.setRelease(MAX + kind, 0);
        }
        values.setRelease(WINDOW, window);
    }

    OperationTimes toTimes() {
        return new OperationTimes(sum(COMPLETED), sum(FAILED), sum(CANCELLED), sum(WAITED));
    }

    private Sum sum(int kind) {
        long max = Math.max(values.getPlain(MAX + kind), values.getPlain(MAX_BEFORE + kind));
        return new Sum(values.getPlain(COUNT + kind), values.getPlain(TOTAL + kind), max);
    }

    private void grow(int at, long by) {
        values.setRelease(at, values.getPlain(at) + by);
    }

    private void raise(int at, long nanos) {
        if (nanos > values.getPlain(at)) {
            values.setRelease(at, nanos);
        }
    }
}
