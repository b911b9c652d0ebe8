package io.keyedsequential.signal;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The signals that one subscriber has not been told yet. Decides, and performs nothing; not thread-safe: the
 * {@link SinkState} that it belongs to calls it under its lock.
 */
final class Backlog {
    /*
     * A backlog is in one of three states.
     *
     *   idle         handedOver == null, !delivering   empty, or the executor has refused
     *   handed over  handedOver != null, !delivering   an executor has, or is about to be given, that delivery
     *   delivering   handedOver == null, delivering    one thread tells the subscriber signal after signal
     *
     * idle -> handed over by a raise, if there is something to tell; handed over -> delivering when the delivery
     * begins; handed over -> idle when the executor refuses it, or by a close; delivering -> idle when the delivery
     * finds nothing more. So a delivery that was withdrawn, or that an executor runs twice, finds that it is not the
     * one expected.
     */

    private final Subscriber subscriber;

    private final SignalPattern pattern;
    private final int bound;

    /** At most {@link #bound}; in the order in which they were raised. */
    private final Queue<Signal> waiting = new ArrayDeque<>();

    private @Nullable Delivery handedOver;
    private boolean delivering;
    private long dropped;

    Backlog(Subscriber subscriber, SignalPattern pattern, int bound) {
        this.subscriber = subscriber;
        this.pattern = pattern;
        this.bound = bound;
    }

    /**
     * Takes a signal in, if its subscriber wants it.
     *
     * @return the delivery that is to be handed over now, which after a refusal may be due without this signal
     */
    @Nullable
    Delivery offer(Signal signal) {
        if (pattern.matches(signal.name())) {
            if (waiting.size() == bound) {
                waiting.remove();
                dropped++;
            }
            waiting.add(signal);
        }
        if (waiting.isEmpty() || delivering || handedOver != null) {
            return null;
        }
        handedOver = new Delivery(subscriber);
        return handedOver;
    }

    /** Whether this delivery is the one that may tell the subscriber now. */
    boolean begin(Delivery delivery) {
        if (handedOver != delivery) {
            return false;
        }
        handedOver = null;
        delivering = true;
        return true;
    }

    /** Whether this delivery, which the executor has refused, will not be run. */
    boolean withdraw(Delivery delivery) {
        if (handedOver != delivery) {
            return false; // it threw, but it did run the delivery, or the subscription has been closed
        }
        handedOver = null;
        return true;
    }

    /**
     * The next signal for the delivery that has begun. None ends the delivery in the same step, so that a signal that
     * comes right after is not left to a delivery that has looked already.
     */
    @Nullable
    Signal next() {
        Signal signal = waiting.poll();
        if (signal == null) {
            delivering = false;
        }
        return signal;
    }

    /** Throws away what waits. A delivery that has begun finds nothing more. */
    void clear() {
        waiting.clear();
        handedOver = null;
    }

    int size() {
        return waiting.size();
    }

    int bound() {
        return bound;
    }

    boolean isIdle() {
        return !delivering && handedOver == null;
    }

    long dropped() {
        return dropped;
    }
}
