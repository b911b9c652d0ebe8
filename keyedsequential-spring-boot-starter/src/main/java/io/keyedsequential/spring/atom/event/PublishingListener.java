package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.atom.Saturation;
import io.keyedsequential.spring.atom.Saturation.Counted;
import io.keyedsequential.spring.atom.SaturationListener;

/** Publishes what happens in one atom. */
final class PublishingListener extends SaturationListener {

    private final RegisteredAtom atom;
    private final AtomEvents events;

    PublishingListener(RegisteredAtom atom, AtomEvents events, Saturation saturation) {
        super(saturation);
        this.atom = atom;
        this.events = events;
    }

    /** Perhaps no bean listens to the events, so the log has to be told all the same. */
    @Override
    public boolean logsFailures() {
        return false;
    }

    @Override
    public void operationFailed(String name, OperationSnapshot operation) {
        events.publish(new OperationFailed(atom.name(), operation, stats()));
    }

    @Override
    public void operationParked(String name, OperationSnapshot operation) {
        events.publish(new KeyParked(atom.name(), operation, stats()));
    }

    @Override
    public void keyReleased(String name, OperationSnapshot operation) {
        events.publish(new KeyReleased(atom.name(), operation, KeyReleased.How.of(operation), stats()));
    }

    @Override
    protected void saturated(Object key, Counted counted) {
        events.publish(new AtomSaturated(atom.name(), key, counted.rejected(), counted.blocked(), stats()));
    }

    /**
     * Of this instance, also where an engine keeps the operations: the engine may have to ask a database, and this
     * thread may be inside a transaction of the body's.
     */
    private CoordinatorStats stats() {
        return atom.coordinator().stats();
    }
}
