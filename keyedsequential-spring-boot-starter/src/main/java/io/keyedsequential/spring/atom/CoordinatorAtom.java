package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Shows and steers an atom by its coordinator: one that is kept in memory, or what this instance has taken over from an
 * engine.
 *
 * @param coordinator what is shown and steered
 * @param engine what keeps the operations
 * @param known what the coordinator has in the place of a key
 */
record CoordinatorAtom(KeyedCoordinator<Object> coordinator, String engine, UnaryOperator<Object> known)
        implements AtomView, AtomControls {

    /** In memory. */
    CoordinatorAtom(KeyedCoordinator<Object> coordinator) {
        this(coordinator, RegisteredAtom.MEMORY, UnaryOperator.identity());
    }

    @Override
    public Scope scope() {
        return Scope.INSTANCE;
    }

    @Override
    public Instant asOf() {
        return Instant.now();
    }

    @Override
    public CoordinatorState state() {
        return coordinator.state();
    }

    @Override
    public boolean isPaused() {
        return coordinator.isPaused();
    }

    @Override
    public boolean isIntakeOpen() {
        return coordinator.isIntakeOpen();
    }

    @Override
    public CoordinatorStats stats() {
        return coordinator.stats();
    }

    @Override
    public List<OperationSnapshot> running(int limit) {
        return coordinator.running(limit);
    }

    @Override
    public List<OperationSnapshot> recent() {
        return coordinator.recent();
    }

    @Override
    public List<Object> keys() {
        return coordinator.keys();
    }

    @Override
    public Optional<LaneSnapshot> lane(Object key) {
        return coordinator.lane(known.apply(key));
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        return coordinator.lanes(limit);
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        return coordinator.stuckLanes(after, limit);
    }

    @Override
    public List<LaneSnapshot> oldestLanes(int limit) {
        return coordinator.oldestLanes(limit);
    }

    @Override
    public List<LaneSnapshot> pausedLanes(int limit) {
        return coordinator.pausedLanes(limit);
    }

    /** Looks at every operation, which takes a while where a hundred thousand wait. */
    @Override
    public List<OperationSnapshot> find(Predicate<OperationSnapshot> wanted, int limit) {
        return coordinator.snapshot().stream()
                .filter(operation -> !operation.state().isFinished())
                .filter(wanted)
                .limit(limit)
                .toList();
    }

    @Override
    public Duration oldestWait() {
        return coordinator.oldestWait();
    }

    @Override
    public Duration longestRun() {
        return coordinator.longestRun();
    }

    @Override
    public void pause() {
        coordinator.pause();
    }

    @Override
    public void resume() {
        coordinator.resume();
    }

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        coordinator.setMaxConcurrency(maxConcurrency);
    }

    @Override
    public void resetMaxConcurrency() {
        coordinator.setMaxConcurrency(coordinator.options().maxConcurrency());
    }

    @Override
    public void pauseKey(Object key) {
        coordinator.pauseKey(known.apply(key));
    }

    @Override
    public void resumeKey(Object key) {
        coordinator.resumeKey(known.apply(key));
    }

    @Override
    public boolean retry(Object key) {
        return coordinator.retry(known.apply(key));
    }

    @Override
    public boolean skip(Object key) {
        return coordinator.skip(known.apply(key));
    }

    @Override
    public List<OperationSnapshot> purge(Object key) {
        return coordinator.purge(known.apply(key));
    }

    @Override
    public boolean retryOperation(long operationId) {
        return coordinator.retryOperation(operationId);
    }

    @Override
    public boolean skipOperation(long operationId) {
        return coordinator.skipOperation(operationId);
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        return coordinator.purgeOperation(operationId);
    }

    @Override
    public boolean cancel(long operationId) {
        return coordinator.cancel(operationId);
    }

    @Override
    public boolean abandon(long operationId) {
        return coordinator.abandon(operationId);
    }
}
