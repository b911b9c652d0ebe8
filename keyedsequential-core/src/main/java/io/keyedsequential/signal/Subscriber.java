package io.keyedsequential.signal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The open end of a subscription: goes to the executor, calls the subscriber, and contains what they throw. Called
 * outside the sink's lock.
 */
final class Subscriber implements Subscription {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential");

    private final SinkState state;
    private final SignalPattern pattern;
    private final Consumer<? super Signal> consumer;
    private final Executor executor;
    private final Backlog backlog;

    private final AtomicBoolean failureLogged = new AtomicBoolean();
    private final AtomicBoolean refusalLogged = new AtomicBoolean();

    Subscriber(
            SinkState state,
            SignalPattern pattern,
            Consumer<? super Signal> consumer,
            Executor executor,
            int maxBacklog) {
        this.state = state;
        this.pattern = pattern;
        this.consumer = consumer;
        this.executor = executor;
        this.backlog = new Backlog(this, pattern, maxBacklog);
    }

    /** From now on it is told. */
    void open() {
        state.open(backlog);
    }

    /**
     * Gives a delivery to the executor. One that is refused is tried again at the next raise; until then all is kept.
     */
    void handOver(Delivery delivery) {
        try {
            executor.execute(delivery);
        } catch (Throwable e) { // also the Error of a virtual machine that can start no more threads
            if (state.withdraw(backlog, delivery) && refusalLogged.compareAndSet(false, true)) {
                log(
                        ("signals \"%s\": the executor refused a delivery; the backlog is kept"
                                        + " and the next signal raised tries again (said once)")
                                .formatted(pattern),
                        e);
            }
        }
    }

    /** Runs a delivery, on the executor's thread. */
    void deliver(Delivery delivery) {
        if (!state.begin(backlog, delivery)) {
            return;
        }
        for (Signal signal = state.next(backlog); signal != null; signal = state.next(backlog)) {
            tell(signal);
        }
    }

    private void tell(Signal signal) {
        try {
            consumer.accept(signal);
        } catch (Throwable e) { // a subscriber must harm neither the sink nor, on the raiser's thread, the raiser
            if (failureLogged.compareAndSet(false, true)) {
                log(
                        "signals \"%s\": the subscriber threw on %s (number %d); it is still told (said once)"
                                .formatted(pattern, signal.name(), signal.sequence()),
                        e);
            }
        }
    }

    /** The log is foreign code as well: a handler may throw, and so may the message of what a subscriber threw. */
    private static void log(String message, Throwable cause) {
        try {
            LOG.log(System.Logger.Level.WARNING, message, cause);
        } catch (Throwable e) {
            try {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "%s (%s, which cannot be logged)"
                                .formatted(message, cause.getClass().getName()));
            } catch (Throwable f) {
                // the log is broken; the sink is not
            }
        }
    }

    @Override
    public SignalPattern pattern() {
        return pattern;
    }

    @Override
    public long dropped() {
        return state.dropped(backlog);
    }

    @Override
    public void close() {
        state.close(backlog);
    }

    /** Its pattern. */
    @Override
    public String toString() {
        return "Subscription[" + pattern + "]";
    }
}
