package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import java.util.List;

/**
 * Steers an atom that is kept in memory.
 *
 * @param coordinator keeps it
 */
record CoordinatorControls(KeyedCoordinator<Object> coordinator) implements AtomControls {

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
        coordinator.pauseKey(key);
    }

    @Override
    public void resumeKey(Object key) {
        coordinator.resumeKey(key);
    }

    @Override
    public boolean retry(Object key) {
        return coordinator.retry(key);
    }

    @Override
    public boolean skip(Object key) {
        return coordinator.skip(key);
    }

    @Override
    public List<OperationSnapshot> purge(Object key) {
        return coordinator.purge(key);
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
