package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;

/**
 * Tells the atom's listeners what happens to stored operations without being run: the coordinator knows nothing of it.
 * To be called after the commit. For any thread.
 */
final class Announcements {

    private final String atom;
    private volatile CoordinatorListener listener = CoordinatorListener.NO_OP;

    Announcements(String atom) {
        this.atom = atom;
    }

    void to(CoordinatorListener told) {
        listener = told;
    }

    void parked(OperationSnapshot operation) {
        listener.operationParked(atom, operation);
    }

    void freed(Freed freed) {
        OperationSnapshot operation = freed.operation();
        if (freed.wasParked()) {
            listener.keyReleased(atom, operation);
        }
        if (operation.state().isFinished()) {
            listener.operationFinished(atom, operation);
        }
        if (operation.state() == OperationState.FAILED) {
            listener.operationFailed(atom, operation);
        }
    }
}
