package io.keyedsequential.spring.engine;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One atom of the {@link FakeEngine}. */
public final class FakeAtom implements EngineAtom {

    public final List<StoredCall> stored = new ArrayList<>();
    public final List<CompletableFuture<@Nullable Void>> futures = new ArrayList<>();
    public final FakeFleet fleet;

    private final String name;
    private final KeyedCoordinator<Object> coordinator;
    private final StoredOperations operations;
    private final List<String> journal;

    FakeAtom(String name, KeyedCoordinator<Object> coordinator, StoredOperations operations, List<String> journal) {
        this.name = name;
        this.coordinator = coordinator;
        this.operations = operations;
        this.journal = journal;
        this.fleet = new FakeFleet(name);
    }

    @Override
    public long enqueue(StoredCall call) {
        stored.add(call);
        return stored.size();
    }

    @Override
    public CompletableFuture<@Nullable Void> submit(StoredCall call) {
        enqueue(call);
        CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
        futures.add(future);
        return future;
    }

    /** Delivers the call that has waited longest, on this thread; what the body throws is thrown. */
    public @Nullable Object deliverNext() {
        StoredCall call = stored.remove(0);
        return coordinator.call(call.key(), () -> deliver(call));
    }

    private @Nullable Object deliver(StoredCall call) throws Exception {
        try {
            return operation(call).deliver(call.invocation());
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    public StoredOperation operation(StoredCall call) {
        return operations.find(call.atom(), call.operation()).orElseThrow();
    }

    @Override
    public void start() {
        journal.add("start " + name);
    }

    @Override
    public void stop(Duration timeout) {
        journal.add("stop " + name + (coordinator.isIntakeOpen() ? "" : " after the drain"));
    }

    @Override
    public AtomView view() {
        return fleet;
    }

    @Override
    public AtomControls controls() {
        return fleet;
    }
}
