package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes on what operations, their futures and the threads that wait for them ask of their atom. */
final class AtomOperations<K> implements OperationOwner<K> {

    private final String name;
    private final @Nullable SignalSink signals;
    private final Lanes<K> lanes;
    private final Dispatcher<K> dispatcher;
    private final Outcomes<K> outcomes;
    private final StageOutcomes<K> stageOutcomes;

    AtomOperations(
            String name,
            @Nullable SignalSink signals,
            Lanes<K> lanes,
            Dispatcher<K> dispatcher,
            Outcomes<K> outcomes,
            StageOutcomes<K> stageOutcomes) {
        this.name = name;
        this.signals = signals;
        this.lanes = lanes;
        this.dispatcher = dispatcher;
        this.outcomes = outcomes;
        this.stageOutcomes = stageOutcomes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public MessageNames names() {
        return lanes.names;
    }

    @Override
    public @Nullable SignalSink signals() {
        return signals;
    }

    @Override
    public boolean cancel(Operation<K> operation, boolean interrupt) {
        return outcomes.cancel(operation, interrupt);
    }

    @Override
    public void begun(Operation<K> operation) {
        if (operation instanceof CoalescedOperation<K, ?> coalesced) {
            lanes.admission.begun(coalesced);
        }
    }

    @Override
    public void stageEnded(Operation<K> operation, @Nullable Object result, @Nullable Throwable failure) {
        if (operation instanceof StageOperation<K, ?> staged) {
            stageOutcomes.stageEnded(staged, result, failure);
        }
    }

    @Override
    public List<Slot<?>> holdersOf(Operation<?> operation) {
        return lanes.interrupts.holdersOf(operation);
    }

    @Override
    public Permits<K> permits() {
        return lanes.permits;
    }

    @Override
    public void threadWaits(int change) {
        dispatcher.threadWaits(change);
    }

    @Override
    public void wake() {
        dispatcher.wake();
    }

    @Override
    public void permitWantedBack() {
        dispatcher.recall();
        lanes.table.fenceStarts();
    }
}
