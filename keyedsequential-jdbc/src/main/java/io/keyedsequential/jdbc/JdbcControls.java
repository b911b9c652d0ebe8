package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomControls.RunsElsewhereException;
import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Steers an atom on all instances, by what it writes. Each action is one transaction that holds the lane fast; what an
 * instance has just begun to run is left to end.
 */
final class JdbcControls implements AtomControls {

    private final String atom;
    private final KeyedCoordinator<Object> coordinator;
    private final Database database;
    private final FleetState fleet;
    private final FleetSettings settings;
    private final SteeringStore store;
    private final InHand inHand;
    private final Announcements announcements;
    private final Asked asked;
    private final Runnable look;

    JdbcControls(
            String atom,
            KeyedCoordinator<Object> coordinator,
            Database database,
            Clock clock,
            FleetState fleet,
            FleetSettings settings,
            InHand inHand,
            Announcements announcements,
            Asked asked,
            Runnable look) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.database = database;
        this.fleet = fleet;
        this.settings = settings;
        this.store = new SteeringStore(atom, database, clock);
        this.inHand = inHand;
        this.announcements = announcements;
        this.asked = asked;
        this.look = look;
    }

    @Override
    public void pause() {
        set(() -> settings.setPaused(true));
    }

    @Override
    public void resume() {
        set(() -> settings.setPaused(false));
    }

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        check(maxConcurrency);
        set(() -> settings.setMaxConcurrency(maxConcurrency));
    }

    @Override
    public void resetMaxConcurrency() {
        set(() -> settings.setMaxConcurrency(null));
    }

    private static void check(int maxConcurrency) {
        int most = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;
        if (maxConcurrency < 1 || maxConcurrency > most) {
            throw new IllegalArgumentException(
                    "maxConcurrency must be 1 to %d, was %d".formatted(most, maxConcurrency));
        }
    }

    private void set(Runnable setting) {
        asked.ask(() -> {
            setting.run();
            return true;
        });
        look.run();
    }

    @Override
    public void pauseKey(Object key) {
        String text = StoredKey.of(atom, key);
        inLane(() -> store.pause(text));
    }

    @Override
    public void resumeKey(Object key) {
        String text = StoredKey.of(atom, key);
        inLane(() -> store.resume(text));
    }

    @Override
    public boolean retry(Object key) {
        String text = StoredKey.of(atom, key);
        return told(inLane(() -> store.retry(text)));
    }

    @Override
    public boolean skip(Object key) {
        String text = StoredKey.of(atom, key);
        return told(inLane(() -> store.skip(text)));
    }

    @Override
    public List<OperationSnapshot> purge(Object key) {
        String text = StoredKey.of(atom, key);
        return told(inLane(() -> store.purge(text)));
    }

    @Override
    public boolean retryOperation(long operationId) {
        return told(inLane(() -> headed(operationId).flatMap(store::retry)));
    }

    @Override
    public boolean skipOperation(long operationId) {
        return told(inLane(() -> headed(operationId).flatMap(store::skip)));
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        return told(inLane(() -> store.keyOf(operationId).map(store::purge).orElse(List.of())));
    }

    /** Listeners are foreign code: they are told when the lane has been let go. */
    private boolean told(Optional<Freed> freed) {
        freed.ifPresent(announcements::freed);
        return freed.isPresent();
    }

    private List<OperationSnapshot> told(List<Freed> freed) {
        freed.forEach(announcements::freed);
        return freed.stream().map(Freed::operation).toList();
    }

    /** The key whose first item this is. */
    private Optional<String> headed(long operationId) {
        return store.keyOf(operationId).filter(key -> {
            store.lock(key);
            return store.head(key).filter(head -> head == operationId).isPresent();
        });
    }

    @Override
    public boolean cancel(long operationId) {
        Optional<InHand.Entry> here = inHand.find(operationId);
        if (here.isPresent()) {
            here.get().cancel();
            return coordinator.cancel(operationId);
        }
        return told(inLane(() -> {
            refuseElsewhere(operationId);
            return store.delete(operationId);
        }));
    }

    @Override
    public boolean abandon(long operationId) {
        Optional<InHand.Entry> here = inHand.find(operationId);
        if (here.isEmpty()) {
            inLane(() -> {
                refuseElsewhere(operationId);
                return false;
            });
            return false;
        }
        InHand.Entry entry = here.get();
        entry.cancel();
        return coordinator.abandon(operationId) && inLane(() -> store.giveUp(entry.lane(), entry.item()));
    }

    private void refuseElsewhere(long operationId) {
        store.keyOf(operationId).ifPresent(key -> {
            Optional<String> instance = store.lock(key);
            if (instance.isPresent()
                    && store.head(key).filter(head -> head == operationId).isPresent()) {
                throw new RunsElsewhereException(atom, operationId, instance.get());
            }
        });
    }

    private <T> T inLane(Supplier<T> action) {
        T result = asked.ask(() -> database.inTransaction(() -> {
            settings.touch();
            return action.get();
        }));
        fleet.steer();
        look.run();
        return result;
    }
}
