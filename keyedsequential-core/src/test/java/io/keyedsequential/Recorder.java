package io.keyedsequential;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps what it is told. */
class Recorder implements CoordinatorListener {

    final List<OperationSnapshot> started = new CopyOnWriteArrayList<>();
    final List<OperationSnapshot> finished = new CopyOnWriteArrayList<>();
    final List<RejectedOperationException> rejected = new CopyOnWriteArrayList<>();
    final List<Throwable> refused = new CopyOnWriteArrayList<>();

    @Override
    public void operationStarted(String atom, OperationSnapshot operation) {
        started.add(operation);
    }

    @Override
    public void operationFinished(String atom, OperationSnapshot operation) {
        finished.add(operation);
    }

    @Override
    public void operationRejected(String atom, Object key, RejectedOperationException rejection) {
        rejected.add(rejection);
    }

    @Override
    public void handOffRejected(String atom, Throwable cause) {
        refused.add(cause);
    }

    List<Long> startedIds() {
        return started.stream().map(OperationSnapshot::id).toList();
    }

    List<Long> finishedIds() {
        return finished.stream().map(OperationSnapshot::id).toList();
    }
}
