package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Steers an atom by its coordinator: one that is kept in memory, or what this instance has taken over from an engine.
 *
 * @param coordinator what is steered
 * @param known what the coordinator has in the place of a key
 */
public record CoordinatorControls(KeyedCoordinator<Object> coordinator, UnaryOperator<Object> known)
        implements AtomControls {

    /** In memory. */
    CoordinatorControls(KeyedCoordinator<Object> coordinator) {
        this(coordinator, UnaryOperator.identity());
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
