package io.keyedsequential;

import io.keyedsequential.Lanes.Admission;
import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The engine. This class acts: it offers operations to {@link Lanes}, hands runners to the executor, makes callers wait and
 * tells them how it ended. What may happen when is decided in {@link Lanes}; what an operation does between its start and
 * its end is in {@link Runner}; what is shown is in {@link Views}.
 */
final class StripedCoordinator<K> implements KeyedCoordinator<K> {

    private static final int IDS_IN_WARNING = 100;

    private final String name;
    private final CoordinatorOptions options;
    private final Lanes<K> lanes;
    private final RecentOperations<K> recent;
    private final WaitingRoom<K> waitingRoom;
    private final RoomWatch roomWatch;
    private final IdleWatch idleWatch;
    private final HandOff<K> handOff;
    private final Views<K> views;
    private final AtomicLong rejected = new AtomicLong();

    final Listeners listeners;

    StripedCoordinator(String name, CoordinatorOptions options) {
        this.name = name;
        this.options = options;
        this.lanes = new Lanes<>(options);
        this.recent =
                new RecentOperations<>(options.window(), options.windowAge().toNanos(), options.maxConcurrency());
        this.waitingRoom = new WaitingRoom<>(lanes);
        this.roomWatch = new RoomWatch(lanes.counts, options.capacity());
        this.idleWatch = new IdleWatch(lanes.counts);
        this.listeners = new Listeners(name, options.listener());
        this.handOff = new HandOff<>(this, lanes, listeners, options);
        this.views = new Views<>(lanes, recent);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CoordinatorOptions options() {
        return options;
    }

    // ---------------------------------------------------------------- ways in

    @Override
    public long execute(K key, Runnable body) {
        checkKeyAndBody(key, body);
        Operation<K> operation = new PlainOperation<>(key, body, System.nanoTime());
        admit(operation);
        return operation.id;
    }

    @Override
    public boolean tryExecute(K key, Runnable body) {
        checkKeyAndBody(key, body);
        Operation<K> operation = new PlainOperation<>(key, body, System.nanoTime());
        Admission outcome = lanes.offer(operation, false, false);
        if (outcome == Admission.CLOSED && isHolder()) {
            outcome = lanes.offer(operation, true, false);
        }
        switch (outcome) {
            case ADMITTED -> {
                return true;
            }
            case ADMITTED_READY -> {
                Throwable refusal = handOff.wakeFor(operation);
                if (refusal != null) {
                    reject(operation, Reason.EXECUTOR, refusal);
                }
                return refusal == null;
            }
            default -> {
                if (listeners.arePresent()) {
                    reject(operation, outcome);
                } else {
                    rejected.incrementAndGet(); // whoever tries again and again needs no exception made for nobody
                }
                return false;
            }
        }
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        ResultOperation<K, R> operation = new ResultOperation<>(this, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        admit(operation);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        StageOperation<K, R> operation = new StageOperation<>(this, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        admit(operation);
        return future;
    }

    @Override
    public <R extends @Nullable Object> R call(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        if (Holding.isInside(this, key)) {
            try {
                return body.call();
            } catch (Exception e) {
                throw Rethrow.unchanged(e);
            }
        }
        long now = System.nanoTime();
        TurnOperation<K> operation = new TurnOperation<>(key, body, now);
        if (!isHolder()) {
            return runTurn(takeTurn(operation, now), operation, body, false);
        }
        // It holds a permit and is about to need another. While it waits it runs nothing, so the first is lent
        // meanwhile.
        lanes.permits.lend();
        Slot<K> slot = null;
        try {
            wake();
            slot = takeTurn(operation, now);
        } finally {
            if (slot == null) {
                lanes.permits.takeBack(null);
                lanes.settleStarts(); // whoever has the lent permit ends what it runs, and starts nothing more with it
            }
        }
        return runTurn(slot, operation, body, true);
    }

    private Slot<K> takeTurn(TurnOperation<K> operation, long now) {
        Slot<K> slot = lanes.startTurn(operation, isHolder(), now);
        if (slot != null) {
            return slot;
        }
        admit(operation);
        return awaitTurn(operation);
    }

    @Override
    public Executor executor(K key) {
        Check.notNull(name, "key", key);
        return body -> execute(key, body);
    }

    private void checkKeyAndBody(K key, Object body) {
        Check.notNull(name, "key", key);
        Check.notNull(name, "body", body);
    }

    /** Whether the current thread holds a slot: it is inside an operation, or tells how one ended. */
    private boolean isHolder() {
        return Holding.isHolder(this);
    }

    // ---------------------------------------------------------------- admission

    private void admit(Operation<K> operation) {
        boolean behindOthers = lanes.blockedCallers() > 0 && options.overflowPolicy() == OverflowPolicy.BLOCK;
        Admission outcome = behindOthers ? Admission.FULL : lanes.offer(operation, false, false);
        if (outcome == Admission.ADMITTED) {
            return;
        }
        if (outcome != Admission.ADMITTED_READY) {
            outcome = overflow(operation, outcome);
        }
        if (outcome == Admission.ADMITTED_READY) {
            Throwable refusal = handOff.wakeFor(operation);
            if (refusal != null) {
                throw reject(operation, Reason.EXECUTOR, refusal);
            }
        }
    }

    /** Nothing was queued at the first offer: waits, admits beyond the bound, or throws. */
    private Admission overflow(Operation<K> operation, Admission refusal) {
        Admission outcome = refusal;
        if (isHolder()) {
            outcome = lanes.offer(operation, true, false);
            boolean full = outcome == Admission.FULL || outcome == Admission.KEY_FULL;
            if (full && options.overflowPolicy() == OverflowPolicy.BLOCK) {
                outcome = lanes.offer(operation, true, true); // it would wait for itself
            }
        } else if (outcome != Admission.CLOSED && options.overflowPolicy() == OverflowPolicy.BLOCK) {
            long timeout = options.blockTimeout().toNanos();
            // With nobody before it: a caller that went past those who wait would overtake one of its key.
            if (outcome == Admission.FULL && lanes.blockedCallers() == 0 && roomWatch.sawRoom(timeout)) {
                outcome = lanes.offer(operation, false, false);
                if (outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY) {
                    return outcome;
                }
            }
            try {
                outcome = waitingRoom.await(operation, outcome, timeout);
                if (outcome == Admission.FULL) {
                    outcome = lanes.refusal(operation.key); // others were before it; why it would be refused now
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw reject(operation, Reason.INTERRUPTED, e);
            } finally {
                wake();
            }
        }
        if (outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY) {
            return outcome;
        }
        throw reject(operation, outcome);
    }

    private RejectedOperationException reject(Operation<K> operation, Admission outcome) {
        return switch (outcome) {
            case FULL -> reject(operation, Reason.FULL, null);
            case KEY_FULL -> reject(operation, Reason.KEY_FULL, null);
            case CLOSED -> reject(operation, Reason.CLOSED, null);
            case ADMITTED, ADMITTED_READY ->
                throw new IllegalStateException("operation " + operation.id + " was admitted");
        };
    }

    private RejectedOperationException reject(Operation<K> operation, Reason reason, @Nullable Throwable cause) {
        rejected.incrementAndGet();
        String numbers = "queued=%d, active=%d, lanes=%d, capacity=%d"
                .formatted(lanes.counts.queued(), lanes.counts.active(), lanes.laneCount(), options.capacity());
        long awaiting = lanes.counts.awaiting();
        if (awaiting > 0) {
            numbers += ", awaiting=" + awaiting;
        }
        if (reason == Reason.KEY_FULL) {
            int queuedForKey = lanes.queued(operation.key);
            numbers += ", queuedForKey=%d, capacityPerKey=%d%s"
                    .formatted(queuedForKey, options.capacityPerKey(), options.fairScheduling() ? ", fair" : "");
        }
        RejectedOperationException rejection = new RejectedOperationException(name, reason, numbers, cause);
        listeners.rejected(operation.key, rejection);
        return rejection;
    }

    // ---------------------------------------------------------------- turns

    private Slot<K> awaitTurn(TurnOperation<K> operation) {
        Slot<K> slot = operation.slot();
        boolean interrupted = false;
        while (slot == null) {
            if (operation.isClosed()) {
                throw reject(operation, Reason.CLOSED, null);
            }
            if (!interrupted && Thread.interrupted()) {
                interrupted = true;
                if (withdraw(operation)) {
                    Thread.currentThread().interrupt();
                    throw reject(operation, Reason.INTERRUPTED, null);
                }
                // Too late: the turn has been decided, or the coordinator closes. Either comes without our waiting for
                // others.
            } else {
                LockSupport.park(this);
            }
            slot = operation.slot();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return slot;
    }

    private <R extends @Nullable Object> R runTurn(
            Slot<K> slot, TurnOperation<K> operation, Callable<? extends R> body, boolean permitLent) {
        slot.thread = Thread.currentThread();
        Holding holding = Holding.enter(this, slot);
        Throwable failure = null;
        try {
            holding.inBody(true);
            listeners.started(slot, operation);
            return body.call();
        } catch (Throwable e) {
            failure = e;
            throw Rethrow.unchanged(e);
        } finally {
            long now = System.nanoTime();
            operation.letGo();
            record(slot, operation, failure, now);
            listeners.finished(operation, failure, true);
            holding.exit();
            lanes.leave(slot, now);
            slot.pushed = false; // we wake in any case
            if (permitLent) {
                lanes.permits.takeBack(slot);
            } else {
                lanes.permits.release(slot);
            }
            wake();
            idleWatch.check();
        }
    }

    // ---------------------------------------------------------------- what runners report

    /** Records how an operation on a slot ended. */
    void record(Slot<K> slot, Operation<K> operation, @Nullable Throwable failure, long now) {
        if (failure == null) {
            operation.end(Operation.COMPLETED, null, now);
            recent.completed(slot, operation);
            slot.completed();
        } else {
            operation.end(Operation.FAILED, failure, now);
            recent.failed(operation);
            slot.failed();
        }
    }

    /**
     * Tells the future, the listener and the log how an operation ended.
     *
     * @return whether code of users may have run
     */
    boolean tell(Operation<K> operation, @Nullable Object result, @Nullable Throwable failure) {
        boolean futureTold = operation.deliver(result, failure);
        return listeners.finished(operation, failure, futureTold) || futureTold;
    }

    /** An operation has been started, and so has left the queue; perhaps another lane has become ready with it. */
    void madeRoom(boolean pushed) {
        boolean admitted = lanes.blockedCallers() > 0;
        if (admitted) {
            waitingRoom.admit();
        }
        if (admitted || pushed) {
            wake();
        }
    }

    void wakeIfPushed(Slot<K> slot) {
        if (slot.takePushed()) {
            wake();
        }
    }

    /** Wakes a runner if there is a lane and a permit for it. */
    void wake() {
        handOff.wake();
    }

    /** A runner has given its slot up. */
    void slotGivenUp() {
        idleWatch.check();
    }

    /** A stage has ended its operation, on whatever thread. */
    void stageEnded(StageOperation<K, ?> operation, @Nullable Object result, @Nullable Throwable failure) {
        lanes.counts.delivering(1);
        StageEnds.run(this, () -> {
            try {
                operation.end(failure == null ? Operation.COMPLETED : Operation.FAILED, failure, System.nanoTime());
                remember(operation, failure != null);
                lanes.stageEnded(operation);
                if (lanes.blockedCallers() > 0) {
                    waitingRoom.admit();
                }
                wake();
            } finally {
                tell(operation, result, failure);
                lanes.counts.delivering(-1);
                idleWatch.check();
            }
        });
    }

    private void remember(Operation<K> operation, boolean failed) {
        if (failed) {
            recent.failed(operation);
        } else {
            recent.ended(operation);
        }
    }

    /** Takes an operation out of its lane if it has not begun, and tells everybody. */
    boolean withdraw(Operation<K> operation) {
        lanes.counts.delivering(1);
        try {
            if (!lanes.withdraw(operation)) {
                return false;
            }
            if (lanes.blockedCallers() > 0) {
                waitingRoom.admit();
            }
            wake();
            cancelled(operation);
            return true;
        } finally {
            lanes.counts.delivering(-1);
            idleWatch.check();
        }
    }

    private void cancelled(Operation<K> operation) {
        operation.end(Operation.CANCELLED, null, System.nanoTime());
        recent.ended(operation);
        operation.deliverCancellation();
        listeners.finished(operation, null, true);
    }

    // ---------------------------------------------------------------- operators

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        Check.range(name, "maxConcurrency", maxConcurrency, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        lanes.limit(maxConcurrency);
        wake();
    }

    @Override
    public void pause() {
        lanes.hold(true);
    }

    @Override
    public void resume() {
        lanes.hold(false);
        wake();
    }

    @Override
    public boolean isPaused() {
        return lanes.permits.isHeld();
    }

    @Override
    public void pauseKey(K key) {
        lanes.pauseKey(Check.notNull(name, "key", key), true);
    }

    @Override
    public void resumeKey(K key) {
        if (lanes.pauseKey(Check.notNull(name, "key", key), false)) {
            wake();
        }
    }

    // ---------------------------------------------------------------- looking

    @Override
    public CoordinatorStats stats() {
        long completed = lanes.counts.completed();
        long failed = lanes.counts.failed();
        long cancelled = lanes.counts.cancelled();
        return new CoordinatorStats(
                lanes.permits.limit(),
                lanes.counts.queued(),
                lanes.counts.active(),
                lanes.counts.awaiting(),
                lanes.laneCount(),
                lanes.blockedCallers(),
                lanes.counts.admitted(),
                completed,
                failed,
                cancelled,
                rejected.get(),
                lanes.counts.admittedBeyondBound());
    }

    @Override
    public List<OperationSnapshot> snapshot() {
        return views.everything();
    }

    @Override
    public Optional<LaneSnapshot> lane(K key) {
        return views.lane(Check.notNull(name, "key", key), Views.MOST_OPERATIONS);
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        return views.busiest(Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    // ---------------------------------------------------------------- life cycle

    @Override
    public void closeIntake() {
        lanes.intake(false);
        waitingRoom.admit(); // which lets everybody go
    }

    @Override
    public void openIntake() {
        if (lanes.isClosed()) {
            throw new IllegalStateException(name + ": openIntake: the coordinator is closed; build a new one");
        }
        lanes.intake(true);
    }

    @Override
    public boolean isIntakeOpen() {
        return lanes.isIntakeOpen();
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        Check.notNegative(name, "timeout", timeout);
        checkOutside("awaitIdle");
        return idleWatch.await(timeout.toNanos());
    }

    @Override
    public DrainReport drain(Duration timeout) {
        Check.notNegative(name, "timeout", timeout);
        checkOutside("drain");
        closeIntake();
        long begin = System.nanoTime();
        long finishedBefore = lanes.counts.ended();
        idleWatch.await(timeout.toNanos());
        long finished = lanes.counts.ended() - finishedBefore;
        return views.left(name, Duration.ofNanos(System.nanoTime() - begin), finished);
    }

    /** Whether the atom is not idle before the current thread has gone on. */
    private boolean isOwnThread() {
        return isHolder() || StageEnds.isInside(this);
    }

    /** A body that waited for its own atom to be idle would wait for itself. */
    private void checkOutside(String method) {
        if (isOwnThread()) {
            throw new IllegalStateException(
                    "%s: %s was called from inside an operation of the same atom%s, which would wait for itself: call it from another thread"
                            .formatted(
                                    name,
                                    method,
                                    OperationContext.current()
                                            .map(operation -> " (operation " + operation.operationId() + ")")
                                            .orElse("")));
        }
    }

    @Override
    public void close() {
        if (lanes.isClosed()) {
            return;
        }
        DrainReport report = isOwnThread() ? null : drain(canMove() ? options.closeTimeout() : Duration.ZERO);
        lanes.counts.delivering(1);
        List<Operation<K>> withdrawn = lanes.close();
        waitingRoom.admit(); // which lets everybody go
        try {
            withdrawn.forEach(this::cancelled);
        } finally {
            lanes.counts.delivering(-1);
        }
        int running = lanes.counts.active();
        handOff.close();
        if (!withdrawn.isEmpty() || (report != null && !report.complete())) {
            listeners.warn(
                    "%s: closed after %d ms of draining with %d queued operations cancelled, %d still running and %d awaiting their stage; cancelled: %s"
                            .formatted(
                                    name,
                                    report == null ? 0 : report.took().toMillis(),
                                    withdrawn.size(),
                                    running,
                                    lanes.counts.awaiting(),
                                    ids(withdrawn)));
        }
        idleWatch.check();
    }

    /** By id, since keys may be personal data. */
    private String ids(List<Operation<K>> operations) {
        String first = operations.stream()
                .limit(IDS_IN_WARNING)
                .map(operation -> Long.toString(operation.id))
                .collect(Collectors.joining(", "));
        return operations.isEmpty() ? "none" : operations.size() > IDS_IN_WARNING ? first + ", …" : first;
    }

    /** A paused atom with nothing under way would be waited for in vain. */
    private boolean canMove() {
        return !isPaused() || lanes.counts.active() > 0 || lanes.counts.awaiting() > 0;
    }

    @Override
    public String toString() {
        return "%s[queued=%d, active=%d, lanes=%d, maxConcurrency=%d%s%s]"
                .formatted(
                        name,
                        lanes.counts.queued(),
                        lanes.counts.active(),
                        lanes.laneCount(),
                        lanes.permits.limit(),
                        isPaused() ? ", paused" : "",
                        lanes.isClosed() ? ", closed" : isIntakeOpen() ? "" : ", intake closed");
    }

    /** For the structural check. */
    Lanes<K> lanesForCheck() {
        return lanes;
    }
}
