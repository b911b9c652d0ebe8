package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.Saturation.Counted;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Logs what happens in one atom, each event in one line; those of a failure with its stack trace. */
final class LoggingListener extends SaturationListener {

    private static final Log log = LogFactory.getLog(AtomLog.class);

    private final RegisteredAtom atom;
    private final LoggedKeys keys;

    /**
     * The operation of which this thread has logged that it failed. That it halted the atom, has ended and has no
     * future is told one after the other, on one thread: the first of these makes the line.
     */
    private final ThreadLocal<@Nullable Long> loggedLast = new ThreadLocal<>();

    LoggingListener(RegisteredAtom atom, LoggedKeys keys, Saturation saturation) {
        super(saturation);
        this.atom = atom;
        this.keys = keys;
    }

    /** An operation that failed at its first attempt is left to the holder of its future. */
    @Override
    public void operationFailed(String name, OperationSnapshot operation) {
        if (operation.attempt() > 1) {
            failed(operation);
        }
    }

    @Override
    public void failureUnhandled(String name, OperationSnapshot operation) {
        failed(operation);
    }

    private void failed(OperationSnapshot operation) {
        if (!reportsItself(operation) && isFirst(operation)) {
            warn("%s failed %s".formatted(words(operation), attempts(operation, operation.error())), operation.error());
        }
    }

    @Override
    public void operationParked(String name, OperationSnapshot operation) {
        warn(
                "%s is parked %s: the key is closed until an operator retries, skips or purges it"
                        .formatted(words(operation), attempts(operation, operation.error())),
                operation.error());
    }

    @Override
    public void atomHalted(String name, OperationSnapshot operation, Throwable failure) {
        if (isFirst(operation)) {
            warn(
                    "%s failed %s and has paused the atom: nothing starts until an operator resumes it"
                            .formatted(words(operation), attempts(operation, failure)),
                    reportsItself(operation) ? null : failure);
        }
    }

    /** Its failure is logged with its stack trace elsewhere. */
    private boolean reportsItself(OperationSnapshot operation) {
        String operationName = operation.name();
        return operationName != null && atom.reportsItself(operationName);
    }

    @Override
    protected void saturated(Object key, Counted counted) {
        warn(
                "saturated: %d operations rejected and %d callers blocked since this was said last, now with key %s"
                        .formatted(counted.rejected(), counted.blocked(), keys.of(key)),
                null);
    }

    private boolean isFirst(OperationSnapshot operation) {
        Long last = loggedLast.get();
        if (last != null && last == operation.id()) {
            return false;
        }
        loggedLast.set(operation.id());
        return true;
    }

    /**
     * With the counts of this instance: an engine may have to ask a database, perhaps inside a transaction of
     * the body's.
     */
    private void warn(String event, @Nullable Throwable failure) {
        CoordinatorStats stats = atom.coordinator().stats();
        log.warn(
                ("%s: %s (queued=%d, active=%d, awaiting=%d, backingOff=%d, parked=%d, "
                                + "blockedCallers=%d, lanes=%d, capacity=%d%s)")
                        .formatted(
                                atom.name(),
                                event,
                                stats.queued(),
                                stats.active(),
                                stats.awaiting(),
                                stats.backingOff(),
                                stats.parked(),
                                stats.blockedCallers(),
                                stats.lanes(),
                                atom.coordinator().options().capacity(),
                                stats.reserved() > 0 ? ", reserved=" + stats.reserved() : ""),
                failure);
    }

    private String words(OperationSnapshot operation) {
        return "%s of key %s".formatted(operation.title(), keys.of(operation.key()));
    }

    private static String attempts(OperationSnapshot operation, @Nullable Throwable error) {
        String with = error == null ? "" : " with " + RecordedFailure.typeOf(error);
        return switch (operation.attempts()) {
            case 0 -> "before it began" + with;
            case 1 -> "after 1 attempt" + with;
            default -> "after %d attempts%s".formatted(operation.attempts(), with);
        };
    }
}
