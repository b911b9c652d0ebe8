package io.keyedsequential;

import io.keyedsequential.signal.Signal;
import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the listener and the log, and contains what the listener throws. Called outside every lock. */
final class Listeners {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential");

    private enum Event {
        STARTED,
        FINISHED,
        REJECTED,
        HAND_OFF_REJECTED,
        BACKING_OFF,
        PARKED,
        RELEASED,
        HALTED
    }

    private final String atom;
    private final CoordinatorListener listener;
    private final boolean present;
    private final @Nullable SignalSink signals;

    @GuardedBy("failedEvents")
    private final Set<Event> failedEvents = EnumSet.noneOf(Event.class);

    private volatile boolean handOffLogged;

    Listeners(String atom, CoordinatorListener listener, @Nullable SignalSink signals) {
        this.atom = atom;
        this.listener = listener;
        this.present = listener != CoordinatorListener.NO_OP;
        this.signals = signals;
    }

    /** Raises a signal of the atom's life, if it has a sink. */
    void raise(String event) {
        raise(event, Signal.NO_OPERATION, null);
    }

    private void raise(String event, long operationId, @Nullable Throwable cause) {
        if (signals != null) {
            signals.raise(
                    atom + "." + event,
                    atom,
                    operationId,
                    cause == null ? null : cause.getClass().getName());
        }
    }

    /** Whether there is somebody to tell. */
    boolean arePresent() {
        return present;
    }

    void started(Slot<?> slot, Operation<?> operation) {
        if (present) {
            Snapshots now = Snapshots.now();
            call(Event.STARTED, () -> listener.operationStarted(atom, now.of(operation, slot.thread)));
        }
    }

    /** Tells the listener how an operation ended; without one, and without a future, the log is told of a failure. */
    boolean finished(Operation<?> operation, @Nullable Throwable failure, boolean futureTold) {
        // What a body threw because it was cancelled is no failure.
        boolean failed = failure != null && operation.state() != Operation.CANCELLED;
        if (failed) {
            raise("operation.failed", operation.id, failure);
        }
        if (present) {
            Snapshots now = Snapshots.now();
            call(Event.FINISHED, () -> listener.operationFinished(atom, now.of(operation, null)));
        } else if (failed && !futureTold) {
            log("%s: operation %d%s failed".formatted(atom, operation.id, inBrackets(operation)), failure);
        }
        return present || (failed && signals != null);
    }

    void rejected(Object key, RejectedOperationException rejection) {
        if (present) {
            call(Event.REJECTED, () -> listener.operationRejected(atom, key, rejection));
        }
    }

    void backingOff(Operation<?> operation, long delayNanos) {
        raise("operation.backing-off", operation.id, operation.error());
        if (present) {
            Duration delay = Duration.ofNanos(delayNanos);
            tell(Event.BACKING_OFF, operation, shown -> listener.operationBackingOff(atom, shown, delay));
        }
    }

    /** Without a listener the log is told: somebody has to know that a key waits for an operator. */
    void parked(Operation<?> operation) {
        raise("key.parked", operation.id, operation.error());
        if (present) {
            tell(Event.PARKED, operation, shown -> listener.operationParked(atom, shown));
        } else {
            log(
                    "%s: operation %d%s is parked after %d attempts; its key is closed until it is retried, skipped or purged"
                            .formatted(atom, operation.id, inBrackets(operation), operation.attempt()),
                    operation.error());
        }
    }

    void released(Operation<?> operation) {
        raise("key.released", operation.id, null);
        if (present) {
            tell(Event.RELEASED, operation, shown -> listener.keyReleased(atom, shown));
        }
    }

    /** The log is told in any case: nothing runs any more. */
    void halted(Operation<?> operation, Throwable failure) {
        raise("halted", operation.id, failure);
        log(
                "%s: paused, because operation %d%s has failed for good; resume() lets it go on"
                        .formatted(atom, operation.id, inBrackets(operation)),
                present ? null : failure);
        if (present) {
            tell(Event.HALTED, operation, shown -> listener.atomHalted(atom, shown, failure));
        }
    }

    private void tell(Event event, Operation<?> operation, Consumer<OperationSnapshot> listening) {
        OperationSnapshot shown = Snapshots.now().of(operation, null);
        call(event, () -> listening.accept(shown));
    }

    private static String inBrackets(Operation<?> operation) {
        String name = Operation.nameOf(operation.body);
        return name == null ? "" : " (" + name + ")";
    }

    void handOffRejected(Throwable cause) {
        if (!handOffLogged) {
            handOffLogged = true;
            log(
                    atom
                            + ": the executor refused a runner; accepted operations stay queued and the hand-off is tried again"
                            + " (said once)",
                    cause);
        }
        if (present) {
            call(Event.HAND_OFF_REJECTED, () -> listener.handOffRejected(atom, cause));
        }
    }

    void warn(String message) {
        log(message, null);
    }

    /** The log is foreign code as well: a handler may throw, and so may the message of what a body threw. */
    private static void log(String message, @Nullable Throwable cause) {
        try {
            LOG.log(System.Logger.Level.WARNING, message, cause);
        } catch (Throwable e) {
            try {
                String type = cause == null ? "" : " (" + cause.getClass().getName() + ", which cannot be logged)";
                LOG.log(System.Logger.Level.WARNING, message + type);
            } catch (Throwable f) {
                // the log is broken; the engine is not
            }
        }
    }

    private void call(Event event, Runnable notification) {
        try {
            notification.run();
        } catch (Throwable e) { // a listener must not harm the engine, whatever it throws
            boolean first;
            synchronized (failedEvents) {
                first = failedEvents.add(event);
            }
            if (first) {
                log(
                        "%s: the listener threw on %s; it is still called (said once per kind of event)"
                                .formatted(atom, event),
                        e);
            }
        }
    }
}
