package io.keyedsequential;

import io.keyedsequential.AtomParts.Clockwork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The front of the engine: checks arguments and passes calls on to the {@link AtomParts}. What may happen when is
 * decided in {@link Lanes}; {@link Intake} lets operations in, {@link Outcomes} ends them, {@link Runner} has what they
 * do in between; {@link LaneViews} and {@link OperationViews} show them. Nothing below knows this class.
 */
final class StripedCoordinator<K> implements KeyedCoordinator<K> {

    private final String name;
    private final CoordinatorOptions options;
    private final AtomParts<K> parts;

    // What every operation needs, one step nearer.

    private final OperationOwner<K> owner;
    private final CallerTurns<K> callerTurns;

    final Runner.Crew<K> crew;

    final Intake<K> intake;

    final KeyTypes keyTypes;

    StripedCoordinator(String name, CoordinatorOptions options) {
        this(name, options, Clockwork.of(name));
    }

    /** With other timers and clocks than those of an atom in service. */
    StripedCoordinator(String name, CoordinatorOptions options, Clockwork clockwork) {
        this.name = name;
        this.options = options;
        this.parts = new AtomParts<>(name, options, clockwork);
        this.crew = parts.crew;
        this.owner = crew.owner();
        this.intake = parts.intake;
        this.callerTurns = parts.callerTurns;
        this.keyTypes = parts.keyTypes;
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
        Preconditions.notNull(name, "end", end);
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
        return submit(key, body, true);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmit(K key, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        return submit(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body, boolean mayWait) {
        ResultOperation<K, R> operation = new ResultOperation<>(owner, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        intake.admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, true);
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> trySubmitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body) {
        checkKeyAndBody(key, body);
        return submitAsync(key, body, false);
    }

    private <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body, boolean mayWait) {
        StageOperation<K, R> operation = new StageOperation<>(owner, key, body, System.nanoTime());
        OperationFuture<R> future = operation.future();
        intake.admit(operation, mayWait);
        return future;
    }

    @Override
    public <R extends @Nullable Object> OperationFuture<R> submitLatest(
            K key, Coalescing coalescing, Callable<? extends R> body) {
        checkKeyAndBody(key, body);
        Preconditions.notNull(name, "coalescing", coalescing);
        CoalescedOperation<K, R> operation = new CoalescedOperation<>(owner, key, coalescing, body, System.nanoTime());
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
        return reserve(key, true);
    }

    @Override
    public Reservation tryReserve(K key) {
        return reserve(key, false);
    }

    private Reservation reserve(K key, boolean mayWait) {
        return intake.reserve(entered(key), mayWait);
    }

    @Override
    public Executor executor(K key) {
        Preconditions.notNull(name, "key", key);
        return body -> execute(key, body);
    }

    private void checkKeyAndBody(K key, Object body) {
        StackHeadroom.check();
        Preconditions.notNull(name, "key", key);
        Preconditions.notNull(name, "body", body);
        keyTypes.see(key);
    }

    private K entered(K key) {
        StackHeadroom.check();
        return Preconditions.notNull(name, "key", key);
    }

    private int atLeastOne(int limit) {
        return Preconditions.range(name, "limit", limit, 1, Integer.MAX_VALUE);
    }

    // ---------------------------------------------------------------- operators

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        StackHeadroom.check();
        Preconditions.range(name, "maxConcurrency", maxConcurrency, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        parts.lanes.table.limit(maxConcurrency);
        parts.dispatcher.wake();
    }

    @Override
    public void pause() {
        StackHeadroom.check();
        parts.lifeCycle.pause();
    }

    @Override
    public void resume() {
        StackHeadroom.check();
        parts.lifeCycle.resume();
    }

    @Override
    public void pauseKey(K key) {
        parts.lanes.table.pauseKey(entered(key), true);
        parts.idleWatch.check(); // as for pause()
    }

    @Override
    public void resumeKey(K key) {
        if (parts.lanes.table.pauseKey(entered(key), false)) {
            parts.dispatcher.wake();
        }
    }

    @Override
    public boolean retry(K key) {
        return parts.retries.retry(entered(key));
    }

    @Override
    public boolean skip(K key) {
        return parts.retries.skip(entered(key));
    }

    @Override
    public List<OperationSnapshot> purge(K key) {
        return parts.retries.purge(entered(key));
    }

    @Override
    public boolean retryOperation(long operationId) {
        StackHeadroom.check();
        Operation<K> operation = parts.operations.find(operationId);
        return operation != null && parts.retries.retry(operation);
    }

    @Override
    public boolean skipOperation(long operationId) {
        StackHeadroom.check();
        Operation<K> operation = parts.operations.find(operationId);
        return operation != null && parts.retries.skip(operation);
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        StackHeadroom.check();
        Operation<K> operation = parts.operations.find(operationId);
        return operation == null ? List.of() : parts.retries.purge(operation);
    }

    @Override
    public boolean cancel(long operationId) {
        StackHeadroom.check();
        Operation<K> operation = parts.operations.find(operationId);
        return operation != null && parts.outcomes.cancelWithFuture(operation);
    }

    @Override
    public boolean abandon(long operationId) {
        StackHeadroom.check();
        Operation<K> operation = parts.operations.findRunning(operationId);
        return operation != null && parts.outcomes.abandon(operation);
    }

    // ---------------------------------------------------------------- looking

    @Override
    public void addListener(CoordinatorListener listener) {
        parts.listeners.add(Preconditions.notNull(name, "listener", listener));
    }

    @Override
    public CoordinatorStats stats() {
        return parts.reports.stats(intake.rejected());
    }

    @Override
    public OperationTimes times() {
        return parts.times.read();
    }

    @Override
    public List<OperationSnapshot> snapshot() {
        StackHeadroom.check();
        return parts.operations.everything();
    }

    @Override
    public List<OperationSnapshot> running(int limit) {
        StackHeadroom.check();
        return parts.operations.running(atLeastOne(limit));
    }

    @Override
    public List<OperationSnapshot> recent() {
        StackHeadroom.check();
        return parts.operations.recent();
    }

    @Override
    public List<K> keys() {
        StackHeadroom.check();
        return parts.laneViews.keys();
    }

    @Override
    public Optional<LaneSnapshot> lane(K key) {
        return parts.laneViews.lane(entered(key), LaneViews.MOST_OPERATIONS);
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        StackHeadroom.check();
        return parts.laneViews.busiest(atLeastOne(limit));
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        StackHeadroom.check();
        long nanos = Preconditions.notNegative(name, "after", after).toNanos();
        return parts.laneViews.stuck(nanos, atLeastOne(limit));
    }

    @Override
    public List<LaneSnapshot> oldestLanes(int limit) {
        StackHeadroom.check();
        return parts.laneViews.oldest(atLeastOne(limit));
    }

    @Override
    public List<LaneSnapshot> pausedLanes(int limit) {
        StackHeadroom.check();
        return parts.laneViews.paused(atLeastOne(limit));
    }

    @Override
    public Duration oldestWait() {
        StackHeadroom.check();
        return parts.laneViews.oldestWait();
    }

    @Override
    public Duration longestRun() {
        StackHeadroom.check();
        return parts.operations.longestRun();
    }

    // ---------------------------------------------------------------- life cycle

    @Override
    public CoordinatorState state() {
        return parts.lifeCycle.state();
    }

    @Override
    public boolean isPaused() {
        return parts.lifeCycle.isPaused();
    }

    @Override
    public void closeIntake() {
        StackHeadroom.check();
        parts.lifeCycle.closeIntake();
    }

    @Override
    public void openIntake() {
        StackHeadroom.check();
        parts.lifeCycle.openIntake();
    }

    @Override
    public boolean isIntakeOpen() {
        return parts.lanes.table.isIntakeOpen();
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        StackHeadroom.check();
        return parts.lifeCycle.awaitIdle(Preconditions.notNegative(name, "timeout", timeout));
    }

    @Override
    public DrainReport drain(Duration timeout) {
        StackHeadroom.check();
        return parts.lifeCycle.drain(Preconditions.notNegative(name, "timeout", timeout));
    }

    @Override
    public DrainReport drainWhatMoves(Duration timeout) {
        StackHeadroom.check();
        return parts.lifeCycle.drainWhatMoves(Preconditions.notNegative(name, "timeout", timeout));
    }

    @Override
    public void close() {
        StackHeadroom.check();
        parts.lifeCycle.close();
    }

    @Override
    public String toString() {
        return "%s[queued=%d, active=%d, lanes=%d, maxConcurrency=%d%s%s]"
                .formatted(
                        name,
                        parts.lanes.counts.queued(),
                        parts.lanes.counts.active(),
                        parts.lanes.table.laneCount(),
                        parts.lanes.permits.limit(),
                        isPaused() ? ", paused" : "",
                        parts.lanes.table.isClosed() ? ", closed" : isIntakeOpen() ? "" : ", intake closed");
    }

    // ---------------------------------------------------------------- for streams and checks

    /** Something brings operations by itself, and is to stop before it is refused. */
    void beforeTheEnd(Runnable action) {
        parts.lifeCycle.beforeTheEnd(action);
    }

    /** Something has threads of its own beside those of the coordinator, which are to leave with it. */
    void atClose(Runnable action) {
        parts.lifeCycle.atClose(action);
    }

    /** What decides; for the structural check. */
    Lanes<K> lanes() {
        return parts.lanes;
    }
}
