package io.keyedsequential.signal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The signals raised last, at most so many and none too old. Not thread-safe: the {@link SinkState} that it belongs to
 * calls it under its lock.
 *
 * <p>Signals age when one is raised or looked for; no thread sweeps. The count is the bound of the memory, so a clock
 * that is set back, or signals whose times are not in order, can delay the forgetting of an old one and do no more.
 */
final class RememberedSignals {

    final int max;
    private final Duration maxAge;

    /** In the order of their numbers. */
    final Deque<Signal> signals = new ArrayDeque<>();

    RememberedSignals(int max, Duration maxAge) {
        this.max = max;
        this.maxAge = maxAge;
    }

    void add(Signal signal) {
        forgetBefore(signal.raisedAt().minus(maxAge));
        if (signals.size() == max) {
            signals.remove();
        }
        signals.add(signal);
    }

    /** What is left, oldest first; where times are not in order some of it is too old all the same. */
    Signal[] copySince(Instant oldest) {
        forgetBefore(oldest);
        return signals.toArray(Signal[]::new);
    }

    private void forgetBefore(Instant oldest) {
        for (Signal first = signals.peek();
                first != null && first.raisedAt().isBefore(oldest);
                first = signals.peek()) {
            signals.remove();
        }
    }
}
