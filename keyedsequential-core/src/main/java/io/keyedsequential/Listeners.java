package io.keyedsequential;

import io.keyedsequential.signal.Signal;
import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the listeners and the log, and contains what a listener throws. Called outside every lock. */
final class Listeners {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential");

    private static final CoordinatorListener[] NONE = {};

    private enum Event {
        STARTED,
        FINISHED,
        TIMED,
        FAILED,
        UNTOLD,
        REJECTED,
        CALLER_BLOCKED,
        HAND_OFF_REJECTED,
        BACKING_OFF,
        PARKED,
        RELEASED,
        HALTED
    }

    private final String atom;
    private final @Nullable SignalSink signals;

    /**
     * The listeners: the one of the options first, then those that were added, in their order. Never changed,
     * only replaced.
     */
    private volatile CoordinatorListener[] all;

    /** Those of {@link #all} that override what may happen very often; views and exceptions are made for no others. */
    private volatile CoordinatorListener[] ofStarts;

    private volatile CoordinatorListener[] ofEnds;
    private volatile CoordinatorListener[] ofTimes;
    private volatile CoordinatorListener[] ofRejections;

    @GuardedBy("failedEvents")
    private final Set<Event> failedEvents = EnumSet.noneOf(Event.class);

    private volatile boolean handOffLogged;

    Listeners(String atom, CoordinatorListener listener, @Nullable SignalSink signals) {
        this.atom = atom;
        this.all = NONE;
        this.ofStarts = NONE;
        this.ofEnds = NONE;
        this.ofTimes = NONE;
        this.ofRejections = NONE;
        this.signals = signals;
        if (listener != CoordinatorListener.NO_OP) {
            add(listener);
        }
    }

    synchronized void add(CoordinatorListener listener) {
        all = with(all, listener);
        if (OverriddenCallbacks.started(listener)) {
            ofStarts = with(ofStarts, listener);
        }
        if (OverriddenCallbacks.finished(listener)) {
            ofEnds = with(ofEnds, listener);
        }
        if (OverriddenCallbacks.timed(listener)) {
            ofTimes = with(ofTimes, listener);
        }
        if (OverriddenCallbacks.rejected(listener)) {
            ofRejections = with(ofRejections, listener);
        }
    }

    private static CoordinatorListener[] with(CoordinatorListener[] those, CoordinatorListener listener) {
        CoordinatorListener[] more = Arrays.copyOf(those, those.length + 1);
        more[those.length] = listener;
        return more;
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

    /** Whether there is any listener, though perhaps none that hears everything. */
    private boolean arePresent() {
        return all.length > 0;
    }

    /** Whether any listener hears of rejections. */
    boolean hearRejections() {
        return ofRejections.length > 0;
    }

    /** Whether one of the listeners reports what the log would be told otherwise. */
    private boolean areReporting() {
        for (CoordinatorListener each : all) {
            if (each.logsFailures()) {
                return true;
            }
        }
        return false;
    }

    void started(Slot<?> slot, Operation<?> operation) {
        CoordinatorListener[] told = ofStarts;
        if (told.length > 0) {
            tell(
                    told,
                    Event.STARTED,
                    () -> Snapshots.now().of(operation, slot.thread),
                    (listener, shown) -> listener.operationStarted(atom, shown));
        }
    }

    /**
     * Tells the listeners how an operation ended; if neither a future nor one of them reports a failure, the log does.
     */
    boolean finished(Operation<?> operation, @Nullable Throwable failure, boolean futureTold) {
        // What a body threw because it was cancelled is no failure.
        boolean failed = failure != null && operation.state() != Operation.CANCELLED;
        if (failed) {
            raise("operation.failed", operation.shownId(), failure);
        }
        CoordinatorListener[] timed = ofTimes;
        if (timed.length > 0) {
            time(timed, operation);
        }
        CoordinatorListener[] told = ofEnds;
        if (told.length > 0) {
            tell(told, Event.FINISHED, operation, (listener, shown) -> listener.operationFinished(atom, shown));
        }
        if (failed && arePresent()) {
            tell(all, Event.FAILED, operation, (listener, shown) -> listener.operationFailed(atom, shown));
            if (!futureTold) {
                tell(all, Event.UNTOLD, operation, (listener, shown) -> listener.failureUnhandled(atom, shown));
            }
        }
        if (failed && !futureTold && !areReporting()) {
            warn(
                    "%s: operation %d%s failed"
                            .formatted(atom, operation.shownId(), MessageNames.inBrackets(operation)),
                    failure);
        }
        return timed.length + told.length > 0 || (failed && (signals != null || arePresent()));
    }

    /** Once per operation, so nothing is allocated. */
    private void time(CoordinatorListener[] told, Operation<?> operation) {
        OperationState outcome = OperationState.of(operation.state());
        long waited = operation.waitedNanos();
        long ran = operation.ranNanos();
        for (CoordinatorListener each : told) {
            try {
                each.operationTimed(atom, outcome, waited, ran);
            } catch (Throwable e) {
                contain(Event.TIMED, e);
            }
        }
    }

    void rejected(Object key, RejectedOperationException rejection) {
        if (hearRejections()) {
            call(ofRejections, Event.REJECTED, listener -> listener.operationRejected(atom, key, rejection));
        }
    }

    void callerBlocked(Object key) {
        if (arePresent()) {
            call(all, Event.CALLER_BLOCKED, listener -> listener.callerBlocked(atom, key));
        }
    }

    void backingOff(Operation<?> operation, long delayNanos) {
        raise("operation.backing-off", operation.shownId(), operation.error());
        if (arePresent()) {
            Duration delay = Duration.ofNanos(delayNanos);
            tell(
                    all,
                    Event.BACKING_OFF,
                    operation,
                    (listener, shown) -> listener.operationBackingOff(atom, shown, delay));
        }
    }

    /** If no listener reports it, the log is told: a key that waits for an operator must be noticed. */
    void parked(Operation<?> operation) {
        raise("key.parked", operation.shownId(), operation.error());
        if (arePresent()) {
            tell(all, Event.PARKED, operation, (listener, shown) -> listener.operationParked(atom, shown));
        }
        if (!areReporting()) {
            warn(
                    ("%s: operation %d%s is parked after %d attempts; its key is closed until it is "
                                    + "retried, skipped or purged")
                            .formatted(
                                    atom,
                                    operation.shownId(),
                                    MessageNames.inBrackets(operation),
                                    operation.attemptsInAll()),
                    operation.error());
        }
    }

    void released(Operation<?> operation) {
        raise("key.released", operation.shownId(), null);
        if (arePresent()) {
            tell(all, Event.RELEASED, operation, (listener, shown) -> listener.keyReleased(atom, shown));
        }
    }

    /** If no listener reports it, the log is told: nothing runs from now on. */
    void halted(Operation<?> operation, Throwable failure) {
        raise("halted", operation.shownId(), failure);
        if (!areReporting()) {
            warn(
                    "%s: paused, because operation %d%s has failed for good; resume() lets it go on"
                            .formatted(atom, operation.shownId(), MessageNames.inBrackets(operation)),
                    failure);
        }
        if (arePresent()) {
            tell(all, Event.HALTED, operation, (listener, shown) -> listener.atomHalted(atom, shown, failure));
        }
    }

    private void tell(
            CoordinatorListener[] told,
            Event event,
            Operation<?> operation,
            BiConsumer<CoordinatorListener, OperationSnapshot> listening) {
        tell(told, event, () -> Snapshots.now().of(operation, null), listening);
    }

    /** What an operation calls itself is foreign as well. */
    private void tell(
            CoordinatorListener[] told,
            Event event,
            Supplier<OperationSnapshot> snapshot,
            BiConsumer<CoordinatorListener, OperationSnapshot> listening) {
        OperationSnapshot shown;
        try {
            shown = snapshot.get();
        } catch (Throwable e) {
            contain(event, e);
            return;
        }
        call(told, event, listener -> listening.accept(listener, shown));
    }

    void handOffRejected(Throwable cause) {
        if (!handOffLogged) {
            handOffLogged = true;
            warn(
                    atom
                            + ": the executor refused a runner; accepted operations stay queued and "
                            + "the hand-off is tried again"
                            + " (said once)",
                    cause);
        }
        if (arePresent()) {
            call(all, Event.HAND_OFF_REJECTED, listener -> listener.handOffRejected(atom, cause));
        }
    }

    /** The body or the stage of an abandoned operation has ended after all. */
    void cameBack(Operation<?> operation, @Nullable Throwable failure) {
        log(
                System.Logger.Level.INFO,
                "%s: operation %d, which was abandoned, has ended after all%s; that is ignored"
                        .formatted(
                                atom,
                                operation.shownId(),
                                failure == null
                                        ? ""
                                        : " with " + failure.getClass().getName()),
                null);
    }

    void warn(String message) {
        warn(message, null);
    }

    /** The log is foreign code as well: a handler may throw, and so may the message of what a body threw. */
    static void warn(String message, @Nullable Throwable cause) {
        log(System.Logger.Level.WARNING, message, cause);
    }

    private static void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            LOG.log(level, message, cause);
        } catch (Throwable e) {
            try {
                String type = cause == null ? "" : " (" + cause.getClass().getName() + ", which cannot be logged)";
                LOG.log(level, message + type);
            } catch (Throwable f) {
                // the log is broken; the engine is not
            }
        }
    }

    private void call(CoordinatorListener[] told, Event event, Consumer<CoordinatorListener> notification) {
        for (CoordinatorListener each : told) {
            try {
                notification.accept(each);
            } catch (Throwable e) { // a listener must not harm the engine, whatever it throws, nor another listener
                contain(event, e);
            }
        }
    }

    private void contain(Event event, Throwable thrown) {
        boolean first;
        synchronized (failedEvents) {
            first = failedEvents.add(event);
        }
        if (first) {
            warn(
                    "%s: the listener threw on %s; it is still called (said once per kind of event)"
                            .formatted(atom, event),
                    thrown);
        }
    }
}
