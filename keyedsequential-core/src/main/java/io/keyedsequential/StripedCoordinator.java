package io.keyedsequential;

import io.keyedsequential.Lanes.Admission;
import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The engine. This class acts: it offers operations to {@link Lanes}, hands runners to the executor, makes callers wait
 * and tells them how it ended. What may happen when is decided in {@link Lanes}; what an operation does between its
 * start and its end is in {@link Runner}; what is shown is in {@link Views}.
 */
final class StripedCoordinator<K> implements KeyedCoordinator<K> {

    private static final int IDS_IN_WARNING = 100;

    /** How often a thread looks for an operation that moves meanwhile. */
    private static final int MOST_LOOKS = 100;

    private final String name;
    private final CoordinatorOptions options;
    private final Lanes<K> lanes;
    private final RecentOperations<K> recent;
    private final Times times;
    private final BlockedCallers<K> waitingRoom;
    private final RoomSpinner roomWatch;
    private final IdleWatch idleWatch;
    private final Dispatcher<K> dispatcher;
    private final Views<K> views;
    private final CallerTurns<K> turns;
    private final Retries<K> failures;
    private final @Nullable QueueTimeouts<K> expiry;
    private final Timer timer;
    private final @Nullable Gates gates;
    private final Places<K> places = new Places<>(this);
    private final AtomicLong rejected = new AtomicLong();

    final KeyTypes keyTypes;

    final Listeners listeners;

    /** Run, perhaps more than once, before the intake is closed because the coordinator drains or closes. */
    private volatile Runnable beforeTheEnd = () -> {};

    /** Run when the coordinator is closed. */
    private volatile Runnable atClose = () -> {};

    StripedCoordinator(String name, CoordinatorOptions options) {
        this(name, options, new TimerThread(name));
    }

    private StripedCoordinator(String name, CoordinatorOptions options, TimerThread timer) {
        this(name, options, timer, timer, timer, new SpareThreads(name), System::nanoTime);
    }

    StripedCoordinator(String name, CoordinatorOptions options, Timer timer) {
        this(name, options, timer, new TimerThread(name), new SpareThreads(name));
    }

    /**
     * For tests: with a timer of its own for what is handed over, and nothing else; what has finished is not forgotten,
     * and every executor begins a runner at once, so that one is handed over at a time.
     */
    StripedCoordinator(String name, CoordinatorOptions options, Timer timer, Timer watchTimer) {
        this(name, options, timer, watchTimer, () -> 0);
    }

    /** For tests: the same with a clock for how long the executor takes to begin what it is given. */
    StripedCoordinator(
            String name, CoordinatorOptions options, Timer timer, Timer watchTimer, LongSupplier handOverClock) {
        this(name, options, timer, watchTimer, (nanos, action) -> () -> {}, new SpareThreads(name), handOverClock);
    }

    /** For schedules in which time stands still, too: with threads that need not wait for a time before they leave. */
    StripedCoordinator(
            String name, CoordinatorOptions options, Timer timer, Timer watchTimer, SpareThreads spareThreads) {
        this(name, options, timer, watchTimer, watchTimer, spareThreads, () -> 0);
    }

    private StripedCoordinator(
            String name,
            CoordinatorOptions options,
            Timer timer,
            Timer watchTimer,
            Timer windowTimer,
            SpareThreads spareThreads,
            LongSupplier handOverClock) {
        this.name = name;
        this.options = options;
        this.timer = timer;
        this.lanes = new Lanes<>(name, options);
        this.recent = new RecentOperations<>(
                options.window(), options.windowAge().toNanos(), options.maxConcurrency(), windowTimer);
        this.times = new Times(lanes.permits, System::nanoTime);
        this.waitingRoom = new BlockedCallers<>(lanes);
        this.roomWatch = new RoomSpinner(lanes.counts, options.capacity());
        this.idleWatch = new IdleWatch(lanes.counts);
        this.listeners = new Listeners(name, options.listener(), options.signals());
        this.keyTypes = new KeyTypes(name, listeners::warn);
        SlowStart slowStart = new SlowStart(lanes.permits, handOverClock);
        this.dispatcher = new Dispatcher<>(this, lanes, listeners, options, timer, watchTimer, spareThreads, slowStart);
        this.views = new Views<>(lanes, recent);
        this.failures = new Retries<>(this, lanes.suspension, new RetryRules(options), timer);
        this.turns = new CallerTurns<>(this, lanes, failures);
        this.expiry =
                options.queueTimeout() == null ? null : new QueueTimeouts<>(this, lanes, options.queueTimeout(), timer);
        // Last: from here on a signal may hold, shed or drain this coordinator.
        this.gates = options.signals() == null ? null : Gates.open(this, options, options.signals());
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
        Admission outcome = offer(operation);
        if (outcome == Admission.CLOSED && isHolder()) {
            outcome = lanes.offer(operation, true, false);
        }
        switch (outcome) {
            case ADMITTED -> {
                limitWait(operation);
                return true;
            }
            case ADMITTED_READY -> {
                limitWait(operation);
                Throwable refusal = dispatcher.wakeFor(operation);
                if (refusal != null) {
                    reject(operation, Reason.EXECUTOR, refusal);
                }
                return refusal == null;
            }
            default -> {
                if (listeners.hearRejections()) {
                    reject(operation, outcome);
                } else {
                    rejected.incrementAndGet(); // polling callers: do not build an exception that no listener sees
                }
                return false;
            }
        }
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return submit(key, body, options.overflowPolicy() == OverflowPolicy.BLOCK);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return submit(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body, boolean mayWait) {
        ResultOperation<K, R> operation = new ResultOperation<>(this, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, options.overflowPolicy() == OverflowPolicy.BLOCK);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body, boolean mayWait) {
        StageOperation<K, R> operation = new StageOperation<>(this, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitLatest(
            K key, Coalescing coalescing, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        Check.notNull(name, "coalescing", coalescing);
        CoalescedOperation<K, R> operation = new CoalescedOperation<>(this, key, coalescing, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        Telling telling =
                Telling.begin(this); // before what it replaces leaves its lane: no other thread tells that one
        try {
            admit(operation);
            gather(operation);
        } finally {
            CoalescedOperation<K, ?> replaced = operation.replaced;
            if (replaced != null) {
                operation.replaced = null;
                unrun(replaced, new SupersededException(name, replaced.id, operation.id));
            }
            telling.end();
        }
        return future;
    }

    private void gather(CoalescedOperation<K, ?> operation) {
        long nanos = operation.gatheringNanos();
        if (nanos == 0) {
            return;
        }
        try {
            operation.timer(timer.after(nanos, () -> {
                if (gathered(operation)) {
                    wakeElsewhere();
                }
            }));
        } catch (Throwable e) { // the timer needs a thread; better too early than never
            if (gathered(operation)) {
                wake();
            }
        }
    }

    private boolean gathered(CoalescedOperation<K, ?> operation) {
        boolean ready = lanes.suspension.gathered(operation, System.nanoTime());
        limitWait(operation); // the timer of its stripe may have found nothing meanwhile
        return ready;
    }

    /** A coalesced operation is about to run: newer ones queue behind it. */
    void coalescedStarts(CoalescedOperation<K, ?> operation) {
        lanes.suspension.begun(operation);
    }

    @Override
    public <R extends @Nullable Object> R call(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return turns.call(key, body, true);
    }

    @Override
    public <R extends @Nullable Object> R tryCall(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return turns.call(key, body, false);
    }

    @Override
    public Reservation reserve(K key) {
        return reserve(key, options.overflowPolicy() == OverflowPolicy.BLOCK);
    }

    @Override
    public Reservation tryReserve(K key) {
        return reserve(key, false);
    }

    private Reservation reserve(K key, boolean mayWait) {
        StackRoom.check();
        Place<K> place = new Place<>(Check.notNull(name, "key", key), System.nanoTime());
        letIn(place, mayWait);
        Reservation held = places.hold(place);
        idleWatch.check(); // until it was known for a place it was counted as an operation
        return held;
    }

    /** Frees a place that no operation will take. */
    void giveBack(Place<K> place) {
        lanes.giveBack(place);
        admitBlocked();
        wake();
    }

    @Override
    public Executor executor(K key) {
        Check.notNull(name, "key", key);
        return body -> execute(key, body);
    }

    private void checkKeyAndBody(K key, Object body) {
        StackRoom.check();
        Check.notNull(name, "key", key);
        Check.notNull(name, "body", body);
        keyTypes.see(key);
    }

    /** Whether the current thread holds a slot: it is inside an operation, or tells how one ended. */
    boolean isHolder() {
        return ThreadOperations.isHolder(this);
    }

    // ---------------------------------------------------------------- admission

    void admit(Operation<K> operation) {
        admit(operation, options.overflowPolicy() == OverflowPolicy.BLOCK);
    }

    /**
     * Admits it, after others if the caller may wait for room; one that may not takes what room there is, or
     * is rejected.
     */
    private void admit(Operation<K> operation, boolean mayWait) {
        Admission outcome = letIn(operation, mayWait);
        limitWait(operation);
        if (outcome != Admission.ADMITTED_READY) {
            return;
        }
        // What a publisher has sent, and what stands for an operation that was accepted, is in for good: if the
        // executor
        // refuses, the hand-off is tried again.
        boolean accepted = operation instanceof StreamOperation
                || (operation instanceof CoalescedOperation<K, ?> coalesced && coalesced.replaced != null);
        if (accepted) {
            wake();
        } else {
            Throwable refusal = dispatcher.wakeFor(operation);
            if (refusal != null) {
                throw reject(operation, Reason.EXECUTOR, refusal);
            }
        }
    }

    private Admission letIn(Operation<K> operation, boolean mayWait) {
        boolean behindOthers = mayWait && lanes.blockedCallers() > 0;
        Admission outcome = behindOthers ? lanes.replace(operation) : offer(operation);
        return outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY
                ? outcome
                : overflow(operation, outcome, mayWait);
    }

    private Admission offer(Operation<K> operation) {
        Admission outcome = lanes.offer(operation, false, false);
        boolean full = outcome == Admission.FULL || outcome == Admission.KEY_FULL;
        return full && places.giveLostBack() ? lanes.offer(operation, false, false) : outcome;
    }

    /**
     * Admits it on a place that was reserved: it was accepted then, so a hand-over that the executor refuses is
     * tried again.
     */
    void admit(Operation<K> operation, Place<K> place) {
        Admission outcome = lanes.offer(operation, place);
        if (outcome != Admission.ADMITTED && outcome != Admission.ADMITTED_READY) {
            throw reject(operation, outcome);
        }
        limitWait(operation);
        if (outcome == Admission.ADMITTED_READY) {
            wake();
        }
    }

    /**
     * Offers an operation of a stream: as any other, but that its producer waits elsewhere if there is no room. The
     * caller wakes a runner.
     */
    Admission offer(StreamOperation<K> operation) {
        operation.enqueuedAt = System.nanoTime(); // what it has waited for room is not time in the queue
        Admission outcome = lanes.offer(operation, false, false);
        if (outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY) {
            limitWait(operation);
        }
        return outcome;
    }

    /** An operation has taken its place in its queue: the time that it may wait there begins, if there is a limit. */
    private void limitWait(Operation<K> operation) {
        if (expiry != null) {
            expiry.queued(operation);
        }
    }

    /** Nothing was queued at the first offer: waits, admits beyond the bound, or throws. */
    private Admission overflow(Operation<K> operation, Admission refusal, boolean mayWait) {
        Admission outcome = refusal;
        if (isHolder()) {
            outcome = lanes.offer(operation, true, false);
            boolean full = outcome == Admission.FULL || outcome == Admission.KEY_FULL;
            if (full && options.overflowPolicy() == OverflowPolicy.BLOCK) {
                outcome = lanes.offer(operation, true, true); // it would wait for itself
            }
        } else if ((outcome == Admission.FULL || outcome == Admission.KEY_FULL) && mayWait) {
            Duration limit = operation instanceof TurnOperation ? turnLimit() : options.blockTimeout();
            long timeout = limit.toNanos();
            // With no caller before it: one that went past those that wait would overtake one of its key.
            if (outcome == Admission.FULL && lanes.blockedCallers() == 0 && roomWatch.sawRoom(timeout)) {
                outcome = lanes.offer(operation, false, false);
                if (outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY) {
                    return outcome;
                }
            }
            listeners.callerBlocked(operation.key);
            try {
                outcome = waitingRoom.await(operation, outcome, timeout);
                if (outcome == Admission.FULL) {
                    outcome = lanes.refusal(operation); // others were before it; why it would be refused now
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
            case SHED -> reject(operation, Reason.SHED, null);
            case ADMITTED, ADMITTED_READY ->
                throw new IllegalStateException("operation " + operation.id + " was admitted");
        };
    }

    /** A turn could not begin at once. */
    RejectedOperationException rejectBusy(Operation<K> operation) {
        Admission refused = lanes.refusalAtDoor(isHolder());
        return refused == null ? reject(operation, Reason.BUSY, null) : reject(operation, refused);
    }

    /** How long the caller of a turn waits for room, which is part of its wait for the turn. */
    private Duration turnLimit() {
        Duration block = options.blockTimeout();
        Duration call = options.callTimeout();
        return call.compareTo(block) < 0 ? call : block;
    }

    /** Why the turn of an operation does not come, for its caller alone: asks the key for its lane. */
    String whyNoTurn(Operation<K> operation) {
        try {
            return views.lane(operation.key, 1)
                    .map(lane -> lane.explanation().sentence())
                    .orElse("its key has no lane any more");
        } catch (Throwable e) { // what the key throws
            return "its lane cannot be found by its key (%s)"
                    .formatted(e.getClass().getName());
        }
    }

    /** A turn has not come in time and is not to come any more. */
    RejectedOperationException rejectLate(TurnOperation<K> operation, long waitedNanos, String why) {
        String detail = "%s has waited for %d ms (callTimeout %d ms); %s"
                .formatted(
                        lanes.names.of(operation),
                        Duration.ofNanos(waitedNanos).toMillis(),
                        options.callTimeout().toMillis(),
                        why);
        return reject(operation, Reason.NO_TURN, detail, operation.error());
    }

    RejectedOperationException reject(Operation<K> operation, Reason reason, @Nullable Throwable cause) {
        return reject(operation, reason, null, cause);
    }

    private RejectedOperationException reject(
            Operation<K> operation, Reason reason, @Nullable String detail, @Nullable Throwable cause) {
        rejected.incrementAndGet();
        String numbers = "queued=%d, active=%d, lanes=%d, capacity=%d"
                .formatted(lanes.counts.queued(), lanes.counts.active(), lanes.laneCount(), options.capacity());
        long awaiting = lanes.counts.awaiting();
        if (awaiting > 0) {
            numbers += ", awaiting=" + awaiting;
        }
        long reserved = lanes.counts.reserved();
        if (reserved > 0) {
            numbers += ", reserved=" + reserved;
        }
        if (reason == Reason.KEY_FULL) {
            int queuedForKey = lanes.queued(operation.key);
            numbers += ", queuedForKey=%d, capacityPerKey=%d%s"
                    .formatted(queuedForKey, options.capacityPerKey(), options.fairScheduling() ? ", fair" : "");
        }
        RejectedOperationException rejection = new RejectedOperationException(name, reason, detail, numbers, cause);
        listeners.rejected(operation.key, rejection);
        return rejection;
    }

    // ---------------------------------------------------------------- what runners report

    /**
     * Records how an operation on a slot ended.
     *
     * @return {@code false} if it was abandoned before it ended: nothing that it did is recorded
     */
    boolean record(Slot<K> slot, Operation<K> operation, @Nullable Throwable failure, long now) {
        if (!operation.claimEnd()) {
            return false;
        }
        if (failure == null) {
            operation.end(Operation.COMPLETED, null, now);
            recent.completed(slot, operation);
            slot.completed();
        } else if (operation.isStopped()) {
            operation.end(Operation.CANCELLED, failure, now);
            recent.ended(operation);
            lanes.counts.oneStopped();
        } else {
            operation.end(Operation.FAILED, failure, now);
            recent.failed(operation);
            slot.failed();
        }
        times.ended(slot, operation);
        return true;
    }

    /**
     * Ends an attempt of an operation that goes on where it is kept: the window does not remember it.
     *
     * @return {@code false} if it was abandoned before it ended
     */
    boolean handBack(TurnOperation<K> operation, OperationState as, Throwable failure, long now) {
        if (!operation.claimEnd()) {
            return false;
        }
        operation.handedBackAs(as);
        operation.end(Operation.FAILED, failure, now);
        lanes.counts.handedBack(as == OperationState.BACKING_OFF);
        return true;
    }

    /**
     * The thread of a slot has come back from the body of an operation that was abandoned.
     *
     * @return what a caller that took a turn with it is to be thrown
     */
    OperationAbandonedException cameBack(Slot<K> slot, Operation<K> operation, @Nullable Throwable failure) {
        lanes.cameBack(slot);
        listeners.cameBack(operation, failure);
        OperationAbandonedException abandoned = abandonment(operation, operation.attempt(), false);
        if (failure != null) {
            abandoned.addSuppressed(failure);
        }
        return abandoned;
    }

    private OperationAbandonedException abandonment(Operation<K> operation, int attempt, boolean awaiting) {
        Duration ran = Duration.ofNanos(Math.max(0, System.nanoTime() - operation.startedAt));
        return new OperationAbandonedException(name, operation.shownId(), attempt, ran, awaiting);
    }

    /** Whether an operation whose attempt has failed is tried again later or parked, and so does not end now. */
    boolean heldBack(Slot<K> slot, Operation<K> operation, @Nullable RunTimeout<K> limit, Throwable failure, long now) {
        return failures.heldBack(slot, operation, limit, failure, now);
    }

    /** Begins to count the time of an attempt, if there is a limit. */
    @Nullable
    RunTimeout<K> limitRun(Operation<K> operation) {
        return RunTimeout.begin(this, operation, timer);
    }

    /** What an operation ends with that was cancelled when it had been started and its body had not begun. */
    CancellationException stopped(Operation<K> operation) {
        return new CancellationException("%s: operation %d was cancelled".formatted(name, operation.shownId()));
    }

    /** An attempt has run too long: it is interrupted, and if none follows, its future fails at once. */
    void timeIsUp(
            Operation<K> operation, RunTimeout<K> limit, @Nullable Attempts before, int attempt, Throwable exceeded) {
        interrupt(operation, before);
        if (operation instanceof ResultOperation) {
            timer.elsewhere(() -> {
                if (failures.isFinal(operation, limit, attempt, exceeded)) {
                    operation.failEarly(exceeded);
                }
            });
        }
    }

    /** An exhausted operation pauses the atom. */
    void halt(Operation<K> operation, Throwable failure) {
        holdAll();
        listeners.halted(operation, failure);
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
        dispatcher.wake();
    }

    /** A runner begins on a thread of the executor. */
    void runnerBegun(Runner<K> runner, boolean onItsCaller) {
        dispatcher.begun(runner, onItsCaller);
    }

    /** A thread inside of an operation is about to wait for this atom, or (-1) goes on. */
    void threadWaits(int change) {
        dispatcher.threadWaits(change);
    }

    /** Whether threads inside of operations wait for this atom. */
    boolean isAwaited() {
        return dispatcher.isAwaited();
    }

    /** The same on the timer's thread, which no executor may keep. */
    void wakeElsewhere() {
        timer.elsewhere(this::wake);
    }

    /** Takes the permit from a runner that has not begun. */
    void recall() {
        dispatcher.recall();
    }

    /** A runner has given its slot up. */
    void slotGivenUp() {
        idleWatch.check();
    }

    /** A stage has ended its operation, or an attempt of it, on whatever thread. */
    void stageEnded(StageOperation<K, ?> operation, @Nullable Object result, @Nullable Throwable stageFailure) {
        lanes.counts.delivering(1);
        StageCompletions.run(this, () -> {
            boolean ends = true;
            RunTimeout<K> limit = operation.takeLimit();
            Throwable failure = limit == null ? stageFailure : limit.end(stageFailure);
            try {
                long now = System.nanoTime();
                if (failure != null && failures.heldBack(null, operation, limit, failure, now)) {
                    ends = false;
                    return;
                }
                if (!operation.claimEnd()) {
                    ends = false;
                    listeners.cameBack(operation, failure);
                    return;
                }
                boolean stopped = failure != null && operation.isStopped();
                int state = failure == null ? Operation.COMPLETED : stopped ? Operation.CANCELLED : Operation.FAILED;
                operation.end(state, failure, now);
                times.endedAside(operation);
                remember(operation, state == Operation.FAILED);
                lanes.stageEnded(operation);
                admitBlocked();
                wake();
            } finally {
                try {
                    if (ends) {
                        tell(operation, result, failure);
                    }
                } finally {
                    lanes.counts.delivering(-1);
                    idleWatch.check();
                }
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

    /** Room has been made: callers that wait for it are let in. */
    void admitBlocked() {
        if (lanes.blockedCallers() > 0) {
            waitingRoom.admit();
        }
    }

    // ---------------------------------------------------------------- taking out and stopping

    /** Takes an operation out of its lane if it waits there, and tells its future and the listeners. */
    boolean withdraw(Operation<K> operation) {
        return takeOut(
                () -> lanes.suspension.takeOut(operation, Operation.CANCELLED),
                taken -> new CancellationException(name + ": cancelled"));
    }

    /**
     * Tells future and listeners of an operation that is taken out of its lane.
     *
     * @param takeOut takes it out, or returns {@code null} if there is none
     * @param reason what its future ends with
     * @return whether there was one
     */
    boolean takeOut(Supplier<Suspension.@Nullable Taken<K>> takeOut, Function<Operation<K>, Throwable> reason) {
        Telling telling = Telling.begin(this);
        try {
            Suspension.Taken<K> taken = takeOut.get();
            if (taken == null) {
                return false;
            }
            Operation<K> operation = taken.operation();
            admitBlocked();
            wake();
            unrun(operation, reason.apply(operation));
            if (taken.wasParked()) {
                listeners.released(operation);
            }
            return true;
        } finally {
            telling.end();
        }
    }

    /** Tells futures and listeners of operations that are taken out, and shows them as they ended. */
    List<OperationSnapshot> endAll(Supplier<List<Operation<K>>> takeOut, String why) {
        List<Operation<K>> ended = endAll(takeOut, operation -> new CancellationException(name + ": " + why));
        Snapshots now = Snapshots.now();
        return ended.stream().map(operation -> now.of(operation, null)).toList();
    }

    /** The same where each has a reason of its own. */
    List<Operation<K>> endAll(Supplier<List<Operation<K>>> takeOut, Function<Operation<K>, Throwable> reason) {
        Telling telling = Telling.begin(this);
        try {
            List<Operation<K>> taken = takeOut.get();
            if (!taken.isEmpty()) {
                admitBlocked();
                wake();
                taken.forEach(operation -> unrun(operation, reason.apply(operation)));
            }
            return taken;
        } finally {
            telling.end();
        }
    }

    /**
     * The same on the timer's thread, which must not be kept: futures and listeners are told elsewhere.
     *
     * @param taken what has been taken out, also if that ends with an error
     */
    void endAllElsewhere(List<Operation<K>> taken, Runnable takeOut, Function<Operation<K>, Throwable> reason) {
        lanes.counts.delivering(1);
        try {
            takeOut.run();
        } finally {
            timer.elsewhere(() -> {
                try {
                    endAll(() -> taken, reason);
                } finally {
                    lanes.counts.delivering(-1);
                    idleWatch.check();
                }
            });
        }
    }

    /** The slots of the operations that hold another one up, if all that do are known. */
    List<Slot<?>> holdersOf(Operation<?> operation) {
        return lanes.suspension.holdersOf(operation);
    }

    /** An operation has been taken out: it is told how it ended, in the state that it has. */
    private void unrun(Operation<K> operation, Throwable reason) {
        boolean failed = operation.state() == Operation.FAILED;
        operation.endUnrun(failed ? reason : null, System.nanoTime());
        times.endedAside(operation);
        remember(operation, failed);
        operation.deliverUnrun(reason);
        listeners.finished(operation, failed ? reason : null, operation instanceof ResultOperation);
    }

    /**
     * Takes an operation out if it waits; if it has begun, marks it as stopped, so that no other attempt follows, and
     * interrupts it if asked to.
     *
     * @return {@code false} if it has ended
     */
    boolean cancel(Operation<K> operation, boolean interrupt) {
        // Between two looks it may go from waiting to running or back.
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            if (operation.stop()) {
                if (interrupt) {
                    interrupt(operation, operation.attempts); // no other attempt follows one that is stopped
                }
                return true;
            }
            if (!operation.isWaiting()) {
                if (operation.hasEnded()) {
                    return false;
                }
            } else if (withdraw(operation)) {
                return true;
            }
        }
        return false;
    }

    private void interrupt(Operation<K> operation, @Nullable Attempts before) {
        Slot<K> slot = lanes.suspension.toInterrupt(operation, before);
        if (slot != null) {
            interrupt(slot);
        }
    }

    /** Interrupts the thread of a slot that has been marked for it. */
    private void interrupt(Slot<K> slot) {
        try {
            Thread thread = slot.thread;
            if (thread != null) {
                thread.interrupt();
                slot.interrupted = true;
            }
        } finally {
            slot.interrupting.decrementAndGet();
        }
    }

    /** Gives up an operation that runs or awaits its stage; {@code false} if it does neither. */
    private boolean abandon(Operation<K> operation) {
        Telling telling = Telling.begin(this);
        try {
            Suspension.Abandoned<K> abandoned = lanes.suspension.abandon(operation);
            if (abandoned == null) {
                return false;
            }
            Slot<K> slot = abandoned.slot();
            if (slot != null) {
                interrupt(slot);
            }
            OperationAbandonedException failure = abandonment(operation, operation.attempt(), slot == null);
            RunTimeout<K> limit =
                    slot == null && operation instanceof StageOperation<K, ?> staged ? staged.takeLimit() : null;
            if (limit != null) {
                limit.end(failure); // calls its timer off
            }
            operation.end(Operation.FAILED, failure, System.nanoTime());
            times.endedAside(operation);
            recent.failed(operation);
            if (lanes.suspension.open(abandoned)) {
                wake();
            }
            admitBlocked();
            tell(operation, null, failure); // last: what is told runs as long as it likes, and the key is open
            return true;
        } finally {
            telling.end();
        }
    }

    // ---------------------------------------------------------------- operators

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        StackRoom.check();
        Check.range(name, "maxConcurrency", maxConcurrency, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        lanes.limit(maxConcurrency);
        wake();
    }

    @Override
    public void pause() {
        StackRoom.check();
        holdAll();
    }

    private void holdAll() {
        lanes.hold(Permits.PAUSED, true);
        idleWatch.check(); // a thread that waits for what moves need not wait any longer
        listeners.raise("paused");
    }

    @Override
    public void resume() {
        StackRoom.check();
        lanes.hold(Permits.PAUSED, false);
        wake();
        listeners.raise("resumed");
    }

    @Override
    public CoordinatorState state() {
        if (lanes.isClosed()) {
            return CoordinatorState.CLOSED;
        }
        if (isPaused()) {
            return CoordinatorState.PAUSED;
        }
        if (lanes.permits.isHeld(Permits.GATE)) {
            return CoordinatorState.HELD;
        }
        if (lanes.isShedding()) {
            return CoordinatorState.SHEDDING;
        }
        return isIntakeOpen() ? CoordinatorState.RUNNING : CoordinatorState.INTAKE_CLOSED;
    }

    @Override
    public boolean isPaused() {
        return lanes.permits.isHeld(Permits.PAUSED);
    }

    @Override
    public void pauseKey(K key) {
        StackRoom.check();
        lanes.pauseKey(Check.notNull(name, "key", key), true);
        idleWatch.check(); // as for pause()
    }

    @Override
    public void resumeKey(K key) {
        StackRoom.check();
        if (lanes.pauseKey(Check.notNull(name, "key", key), false)) {
            wake();
        }
    }

    @Override
    public boolean retry(K key) {
        StackRoom.check();
        return failures.retry(Check.notNull(name, "key", key));
    }

    @Override
    public boolean skip(K key) {
        StackRoom.check();
        return failures.skip(Check.notNull(name, "key", key));
    }

    @Override
    public List<OperationSnapshot> purge(K key) {
        StackRoom.check();
        return failures.purge(Check.notNull(name, "key", key));
    }

    @Override
    public boolean retryOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && failures.retry(operation);
    }

    @Override
    public boolean skipOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && failures.skip(operation);
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation == null ? List.of() : failures.purge(operation);
    }

    @Override
    public boolean cancel(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && operation.cancelWithFuture(this);
    }

    @Override
    public boolean abandon(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.findRunning(operationId);
        return operation != null && abandon(operation);
    }

    // ---------------------------------------------------------------- gates

    /** A signal lets nothing start, or again. Foreign code is left to {@link #startsDeferred()}. */
    void deferStarts(boolean value) {
        lanes.hold(Permits.GATE, value);
    }

    void startsDeferred() {
        wake();
        listeners.raise(lanes.permits.isHeld(Permits.GATE) ? "deferred" : "undeferred");
    }

    /** A signal lets nothing in, or again. What that means for others is left to {@link #newShed()}. */
    void shedNew(boolean value) {
        lanes.shed(value);
    }

    void newShed() {
        boolean shedding = lanes.isShedding();
        if (shedding) {
            waitingRoom.admit(); // which lets every waiting caller go
            endAll(lanes.suspension::takeOutQueued, "shed by a signal");
        }
        listeners.raise(shedding ? "shedding" : "admitting");
    }

    /** A signal has the atom take nothing new and work off what it has. */
    void drainBySignal() {
        beforeTheEnd.run();
        shutDoor();
        idleWatch.whenIdle(() -> {
            if (!lanes.isIntakeOpen()) {
                listeners.raise("drained");
            }
        });
    }

    // ---------------------------------------------------------------- looking

    @Override
    public void addListener(CoordinatorListener listener) {
        listeners.add(Check.notNull(name, "listener", listener));
    }

    @Override
    public CoordinatorStats stats() {
        long completed = lanes.counts.completed();
        long failed = lanes.counts.failed();
        long cancelled = lanes.counts.cancelled();
        int awaitingTurn = lanes.counts.awaitingTurn();
        return new CoordinatorStats(
                lanes.permits.limit(),
                lanes.counts.queued(),
                lanes.counts.active(),
                lanes.counts.awaiting(),
                lanes.laneCount(),
                lanes.blockedCallers() + awaitingTurn,
                lanes.counts.admittedToEnd(),
                completed,
                failed,
                cancelled,
                rejected.get(),
                lanes.counts.admittedBeyondBound(),
                Math.max(0, lanes.counts.held() - lanes.counts.parked()),
                lanes.counts.parked(),
                lanes.counts.retries(),
                lanes.counts.reserved(),
                awaitingTurn);
    }

    @Override
    public OperationTimes times() {
        return times.read();
    }

    @Override
    public List<OperationSnapshot> snapshot() {
        StackRoom.check();
        return views.everything();
    }

    @Override
    public List<OperationSnapshot> running(int limit) {
        StackRoom.check();
        return views.running(Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    @Override
    public List<OperationSnapshot> recent() {
        StackRoom.check();
        return views.recent();
    }

    @Override
    public List<K> keys() {
        StackRoom.check();
        return views.keys();
    }

    @Override
    public Optional<LaneSnapshot> lane(K key) {
        StackRoom.check();
        return views.lane(Check.notNull(name, "key", key), Views.MOST_OPERATIONS);
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        StackRoom.check();
        return views.busiest(Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        StackRoom.check();
        long nanos = Check.notNegative(name, "after", after).toNanos();
        return views.stuck(nanos, Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    @Override
    public List<LaneSnapshot> oldestLanes(int limit) {
        StackRoom.check();
        return views.oldest(Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    @Override
    public List<LaneSnapshot> pausedLanes(int limit) {
        StackRoom.check();
        return views.paused(Check.range(name, "limit", limit, 1, Integer.MAX_VALUE));
    }

    @Override
    public Duration oldestWait() {
        StackRoom.check();
        return views.oldestWait();
    }

    @Override
    public Duration longestRun() {
        StackRoom.check();
        return views.longestRun();
    }

    // ---------------------------------------------------------------- life cycle

    @Override
    public void closeIntake() {
        StackRoom.check();
        shutDoor();
    }

    private void shutDoor() {
        lanes.intake(false);
        waitingRoom.admit(); // which lets every waiting caller go
    }

    @Override
    public void openIntake() {
        StackRoom.check();
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
        StackRoom.check();
        Check.notNegative(name, "timeout", timeout);
        checkOutside("awaitIdle");
        return idleWatch.await(timeout.toNanos());
    }

    @Override
    public DrainReport drain(Duration timeout) {
        StackRoom.check();
        Check.notNegative(name, "timeout", timeout);
        checkOutside("drain");
        return drain(timeout, false);
    }

    @Override
    public DrainReport drainWhatMoves(Duration timeout) {
        StackRoom.check();
        Check.notNegative(name, "timeout", timeout);
        checkOutside("drainWhatMoves");
        return drain(timeout, true);
    }

    private DrainReport drain(Duration timeout, boolean onlyWhatMoves) {
        beforeTheEnd.run();
        shutDoor();
        long begin = System.nanoTime();
        long end = begin + timeout.toNanos();
        long finishedBefore = lanes.counts.ended();
        idleWatch.await(timeout.toNanos(), onlyWhatMoves ? () -> lanes.canMove(end) : null);
        long finished = lanes.counts.ended() - finishedBefore;
        return views.left(name, Duration.ofNanos(System.nanoTime() - begin), finished);
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
        return isHolder() || StageCompletions.isInside(this) || Telling.isInside(this);
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

    @Override
    public void close() {
        StackRoom.check();
        if (lanes.isClosed()) {
            return;
        }
        beforeTheEnd.run();
        DrainReport report = isOwnThread() ? null : drain(options.closeTimeout(), true);
        Telling telling = Telling.begin(this);
        List<Operation<K>> withdrawn = lanes.close();
        waitingRoom.admit(); // which lets every waiting caller go
        try {
            withdrawn.forEach(operation -> unrun(operation, new CancellationException(name + ": closed")));
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
        if (gates != null) {
            gates.close();
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

    /** What decides; for those who act beside this class, and for the structural check. */
    Lanes<K> lanes() {
        return lanes;
    }
}
