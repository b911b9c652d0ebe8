package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine's front: checks arguments, and wires what acts. What may happen when is decided in {@link Lanes}; what
 * lets operations in is {@link Intake}, what ends them {@link Outcomes}; what an operation does between its start and
 * its end is in {@link Runner}; what is shown is in {@link Views}. Nothing below knows this class.
 */
final class StripedCoordinator<K> implements KeyedCoordinator<K> {

    private final String name;
    private final CoordinatorOptions options;
    private final boolean block;
    private final Lanes<K> lanes;
    private final Times times;
    private final Dispatcher<K> dispatcher;
    private final Views<K> views;
    private final Reports<K> reports;
    private final Outcomes<K> outcomes;
    private final Retries<K> retries;
    private final CallerTurns<K> callerTurns;
    private final LifeCycle<K> lifeCycle;
    private final IdleWatch idleWatch;

    final Runner.Crew<K> crew;

    final Intake<K> intake;

    final KeyTypes keyTypes;

    final Listeners listeners;

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
        this.block = options.overflowPolicy() == OverflowPolicy.BLOCK;
        this.lanes = new Lanes<>(name, options);
        this.listeners = new Listeners(name, options.listener(), options.signals());
        this.keyTypes = new KeyTypes(name, listeners::warn);
        this.idleWatch = new IdleWatch(lanes.counts);
        RecentOperations<K> recent = new RecentOperations<>(
                options.window(), options.windowAge().toNanos(), options.maxConcurrency(), windowTimer);
        this.times = new Times(lanes.permits, System::nanoTime);
        this.views = new Views<>(lanes, recent);
        this.reports = new Reports<>(lanes, views);
        BlockedCallers<K> blockedCallers = new BlockedCallers<>(lanes);
        this.dispatcher = new Dispatcher<>(
                name,
                lanes,
                blockedCallers,
                listeners,
                idleWatch,
                this::runner,
                options,
                timer,
                watchTimer,
                spareThreads,
                new SlowStart(lanes.permits, handOverClock));
        this.outcomes = new Outcomes<>(name, lanes, recent, times, dispatcher, listeners, idleWatch, timer);
        this.retries =
                new Retries<>(name, options, outcomes, dispatcher, listeners, lanes, timer, this::pauseByFailure);
        StageOutcomes<K> stageOutcomes = new StageOutcomes<>(outcomes, retries, listeners, idleWatch);
        OperationOwner<K> owner =
                new AtomOperations<>(name, options.signals(), lanes, dispatcher, outcomes, stageOutcomes);
        this.crew = new Runner.Crew<>(owner, lanes, dispatcher, outcomes, retries, listeners, idleWatch);
        this.intake = new Intake<>(options, crew, blockedCallers, views, timer);
        this.callerTurns = new CallerTurns<>(crew, intake, options.callTimeout());
        this.lifeCycle = new LifeCycle<>(options, crew, blockedCallers, reports);
        lifeCycle.openGates(options); // last: from here on a signal may hold, shed or drain this coordinator
    }

    private HandedRunner<K> runner(Slot<K> slot) {
        return crew.runner(slot);
    }

    private void pauseByFailure() {
        lifeCycle.pause();
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
        intake.admit(operation);
        return operation.id;
    }

    @Override
    public long execute(K key, Runnable body, OperationEnd end) {
        checkKeyAndBody(key, body);
        Check.notNull(name, "end", end);
        Operation<K> operation = new CallbackOperation<>(key, body, end, System.nanoTime());
        intake.admit(operation);
        return operation.id;
    }

    @Override
    public boolean tryExecute(K key, Runnable body) {
        checkKeyAndBody(key, body);
        return intake.tryAdmit(new PlainOperation<>(key, body, System.nanoTime()));
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return submit(key, body, block);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return submit(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body, boolean mayWait) {
        ResultOperation<K, R> operation = new ResultOperation<>(crew.owner(), key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        intake.admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, block);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body, boolean mayWait) {
        StageOperation<K, R> operation = new StageOperation<>(crew.owner(), key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        intake.admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitLatest(
            K key, Coalescing coalescing, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        Check.notNull(name, "coalescing", coalescing);
        CoalescedOperation<K, R> operation =
                new CoalescedOperation<>(crew.owner(), key, coalescing, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        intake.admitLatest(operation);
        return future;
    }

    @Override
    public <R extends @Nullable Object> R call(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return callerTurns.call(key, body, true);
    }

    @Override
    public <R extends @Nullable Object> R tryCall(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return callerTurns.call(key, body, false);
    }

    @Override
    public Reservation reserve(K key) {
        return reserve(key, block);
    }

    @Override
    public Reservation tryReserve(K key) {
        return reserve(key, false);
    }

    private Reservation reserve(K key, boolean mayWait) {
        StackRoom.check();
        return intake.reserve(Check.notNull(name, "key", key), mayWait);
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

    // ---------------------------------------------------------------- operators

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        StackRoom.check();
        Check.range(name, "maxConcurrency", maxConcurrency, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        lanes.table.limit(maxConcurrency);
        dispatcher.wake();
    }

    @Override
    public void pause() {
        StackRoom.check();
        lifeCycle.pause();
    }

    @Override
    public void resume() {
        StackRoom.check();
        lifeCycle.resume();
    }

    @Override
    public void pauseKey(K key) {
        StackRoom.check();
        lanes.table.pauseKey(Check.notNull(name, "key", key), true);
        idleWatch.check(); // as for pause()
    }

    @Override
    public void resumeKey(K key) {
        StackRoom.check();
        if (lanes.table.pauseKey(Check.notNull(name, "key", key), false)) {
            dispatcher.wake();
        }
    }

    @Override
    public boolean retry(K key) {
        StackRoom.check();
        return retries.retry(Check.notNull(name, "key", key));
    }

    @Override
    public boolean skip(K key) {
        StackRoom.check();
        return retries.skip(Check.notNull(name, "key", key));
    }

    @Override
    public List<OperationSnapshot> purge(K key) {
        StackRoom.check();
        return retries.purge(Check.notNull(name, "key", key));
    }

    @Override
    public boolean retryOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && retries.retry(operation);
    }

    @Override
    public boolean skipOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && retries.skip(operation);
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation == null ? List.of() : retries.purge(operation);
    }

    @Override
    public boolean cancel(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.find(operationId);
        return operation != null && outcomes.cancelWithFuture(operation);
    }

    @Override
    public boolean abandon(long operationId) {
        StackRoom.check();
        Operation<K> operation = views.findRunning(operationId);
        return operation != null && outcomes.abandon(operation);
    }

    // ---------------------------------------------------------------- looking

    @Override
    public void addListener(CoordinatorListener listener) {
        listeners.add(Check.notNull(name, "listener", listener));
    }

    @Override
    public CoordinatorStats stats() {
        return reports.stats(intake.rejected());
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
    public CoordinatorState state() {
        return lifeCycle.state();
    }

    @Override
    public boolean isPaused() {
        return lifeCycle.isPaused();
    }

    @Override
    public void closeIntake() {
        StackRoom.check();
        lifeCycle.closeIntake();
    }

    @Override
    public void openIntake() {
        StackRoom.check();
        lifeCycle.openIntake();
    }

    @Override
    public boolean isIntakeOpen() {
        return lanes.table.isIntakeOpen();
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        StackRoom.check();
        return lifeCycle.awaitIdle(Check.notNegative(name, "timeout", timeout));
    }

    @Override
    public DrainReport drain(Duration timeout) {
        StackRoom.check();
        return lifeCycle.drain(Check.notNegative(name, "timeout", timeout));
    }

    @Override
    public DrainReport drainWhatMoves(Duration timeout) {
        StackRoom.check();
        return lifeCycle.drainWhatMoves(Check.notNegative(name, "timeout", timeout));
    }

    @Override
    public void close() {
        StackRoom.check();
        lifeCycle.close();
    }

    @Override
    public String toString() {
        return "%s[queued=%d, active=%d, lanes=%d, maxConcurrency=%d%s%s]"
                .formatted(
                        name,
                        lanes.counts.queued(),
                        lanes.counts.active(),
                        lanes.table.laneCount(),
                        lanes.permits.limit(),
                        isPaused() ? ", paused" : "",
                        lanes.table.isClosed() ? ", closed" : isIntakeOpen() ? "" : ", intake closed");
    }

    // ---------------------------------------------------------------- for streams and checks

    /** Something brings operations by itself, and is to stop before it is refused. */
    void beforeTheEnd(Runnable action) {
        lifeCycle.beforeTheEnd(action);
    }

    /** Something has threads of its own beside those of the coordinator, which are to leave with it. */
    void atClose(Runnable action) {
        lifeCycle.atClose(action);
    }

    /** What decides; for the structural check. */
    Lanes<K> lanes() {
        return lanes;
    }
}
