package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pauses and resumes an atom, opens and closes its intake, drains and closes it: by order of an operator or, through
 * {@link Gates}, of a signal. Holds no lock.
 */
final class LifeCycle<K> implements Gates.Gated {

    private static final int IDS_IN_WARNING = 100;

    private final String name;
    private final Duration closeTimeout;
    private final OperationOwner<K> owner;
    private final Lanes<K> lanes;
    private final BlockedCallers<K> blockedCallers;
    private final Dispatcher<K> dispatcher;
    private final Outcomes<K> outcomes;
    private final Reports<K> reports;
    private final Listeners listeners;
    private final IdleWatch idleWatch;

    /** Run, perhaps more than once, before the intake is closed because the coordinator drains or closes. */
    private volatile Runnable beforeTheEnd = () -> {};

    /** Run when the coordinator is closed. */
    private volatile Runnable atClose = () -> {};

    private volatile @Nullable Gates gates;

    LifeCycle(CoordinatorOptions options, Runner.Crew<K> crew, BlockedCallers<K> blockedCallers, Reports<K> reports) {
        this.closeTimeout = options.closeTimeout();
        this.owner = crew.owner();
        this.name = owner.name();
        this.lanes = crew.lanes();
        this.blockedCallers = blockedCallers;
        this.dispatcher = crew.dispatcher();
        this.outcomes = crew.outcomes();
        this.reports = reports;
        this.listeners = crew.listeners();
        this.idleWatch = crew.idleWatch();
    }

    /** From here on a signal may hold, shed or drain this atom. */
    void openGates(CoordinatorOptions options) {
        if (options.signals() != null) {
            gates = Gates.open(this, options, options.signals());
        }
    }

    void pause() {
        lanes.table.hold(Permits.PAUSED, true);
        idleWatch.check(); // a thread that waits for what moves need not wait any longer
        listeners.raise("paused");
    }

    void resume() {
        lanes.table.hold(Permits.PAUSED, false);
        dispatcher.wake();
        listeners.raise("resumed");
    }

    CoordinatorState state() {
        if (lanes.table.isClosed()) {
            return CoordinatorState.CLOSED;
        }
        if (isPaused()) {
            return CoordinatorState.PAUSED;
        }
        if (lanes.permits.isHeld(Permits.GATE)) {
            return CoordinatorState.HELD;
        }
        if (lanes.table.isShedding()) {
            return CoordinatorState.SHEDDING;
        }
        return isIntakeOpen() ? CoordinatorState.RUNNING : CoordinatorState.INTAKE_CLOSED;
    }

    boolean isPaused() {
        return lanes.permits.isHeld(Permits.PAUSED);
    }

    // ---------------------------------------------------------------- signals

    @Override
    public void deferStarts(boolean value) {
        lanes.table.hold(Permits.GATE, value);
    }

    @Override
    public void startsDeferred() {
        dispatcher.wake();
        listeners.raise(lanes.permits.isHeld(Permits.GATE) ? "deferred" : "undeferred");
    }

    @Override
    public void shedNew(boolean value) {
        lanes.table.shed(value);
    }

    @Override
    public void newShed() {
        boolean shedding = lanes.table.isShedding();
        if (shedding) {
            blockedCallers.admit(); // which lets every waiting caller go
            outcomes.endAll(lanes.removal::takeOutQueued, "shed by a signal");
        }
        listeners.raise(shedding ? "shedding" : "admitting");
    }

    @Override
    public void drainBySignal() {
        beforeTheEnd.run();
        closeIntake();
        idleWatch.whenIdle(() -> {
            if (!lanes.table.isIntakeOpen()) {
                listeners.raise("drained");
            }
        });
    }

    // ---------------------------------------------------------------- draining and closing

    void closeIntake() {
        lanes.table.intake(false);
        blockedCallers.admit(); // which lets every waiting caller go
    }

    void openIntake() {
        if (lanes.table.isClosed()) {
            throw new IllegalStateException(name + ": openIntake: the coordinator is closed; build a new one");
        }
        lanes.table.intake(true);
    }

    boolean isIntakeOpen() {
        return lanes.table.isIntakeOpen();
    }

    boolean awaitIdle(Duration timeout) {
        checkOutside("awaitIdle");
        return idleWatch.await(timeout.toNanos());
    }

    DrainReport drain(Duration timeout) {
        checkOutside("drain");
        return drain(timeout, false);
    }

    DrainReport drainWhatMoves(Duration timeout) {
        checkOutside("drainWhatMoves");
        return drain(timeout, true);
    }

    private DrainReport drain(Duration timeout, boolean onlyWhatMoves) {
        beforeTheEnd.run();
        closeIntake();
        long begin = System.nanoTime();
        long end = begin + timeout.toNanos();
        long finishedBefore = lanes.counts.ended();
        idleWatch.await(timeout.toNanos(), onlyWhatMoves ? () -> lanes.table.canMove(end) : null);
        long finished = lanes.counts.ended() - finishedBefore;
        return reports.left(name, Duration.ofNanos(System.nanoTime() - begin), finished);
    }

    /** Something brings operations by itself, and is to stop before it is refused. */
    void beforeTheEnd(Runnable action) {
        beforeTheEnd = action;
    }

    /** Something has threads of its own beside those of the coordinator, which are to leave with it. */
    void atClose(Runnable action) {
        atClose = action;
    }

    /** Whether the atom is not idle before the current thread has gone on. */
    private boolean isOwnThread() {
        return ThreadOperations.isHolder(owner)
                || StageCompletions.isInside(idleWatch)
                || NotificationScope.isInside(idleWatch);
    }

    /**
     * A body, or a dependent that is told how an operation ended, would wait for itself if it waited for its own atom.
     */
    private void checkOutside(String method) {
        if (isOwnThread()) {
            throw new IllegalStateException(
                    ("%s: %s was called from inside an operation of the same atom%s, or from what is "
                                    + "told of its end, and would wait for itself: call it from another thread")
                            .formatted(
                                    name,
                                    method,
                                    OperationContext.current()
                                            .map(operation -> " (operation " + operation.operationId() + ")")
                                            .orElse("")));
        }
    }

    void close() {
        if (lanes.table.isClosed()) {
            return;
        }
        beforeTheEnd.run();
        DrainReport report = isOwnThread() ? null : drain(closeTimeout, true);
        NotificationScope telling = NotificationScope.begin(idleWatch);
        List<Operation<K>> withdrawn = lanes.removal.close();
        blockedCallers.admit(); // which lets every waiting caller go
        try {
            withdrawn.forEach(operation -> outcomes.unrun(operation, new CancellationException(name + ": closed")));
        } finally {
            telling.end();
        }
        int running = lanes.counts.active();
        dispatcher.close();
        atClose.run();
        if (!withdrawn.isEmpty() || (report != null && !report.complete())) {
            listeners.warn(("%s: closed after %d ms of draining with %d queued operations cancelled, %d "
                            + "still running and %d awaiting their stage; cancelled: %s")
                    .formatted(
                            name,
                            report == null ? 0 : report.took().toMillis(),
                            withdrawn.size(),
                            running,
                            lanes.counts.awaiting(),
                            ids(withdrawn)));
        }
        idleWatch.atEnd(dispatcher::closeTimers);
        Gates opened = gates;
        if (opened != null) {
            opened.close();
        }
        listeners.raise("closed");
    }

    /** By id, since keys may be personal data. */
    private String ids(List<Operation<K>> operations) {
        String first = operations.stream()
                .limit(IDS_IN_WARNING)
                .map(operation -> operation.shownId() + MessageNames.inBrackets(operation))
                .collect(Collectors.joining(", "));
        return operations.isEmpty() ? "none" : operations.size() > IDS_IN_WARNING ? first + ", …" : first;
    }
}
