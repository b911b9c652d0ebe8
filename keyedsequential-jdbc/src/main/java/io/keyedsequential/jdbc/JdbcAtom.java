package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.HeaderCodec;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredCall;
import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One atom whose operations are rows. Puts its parts together; see the package for which does what. */
final class JdbcAtom implements EngineAtom {

    private final String atom;
    private final StoredOperations operations;
    private final ArgumentCodec arguments;
    private final ItemStore items;
    private final Waker waker;
    private final Sweeper sweeper;
    private final LaneScheduler scheduler;
    private final DatabaseClock clock;
    private final FleetSettings settings;
    private final LaneDrain drain;
    private final Announcements announcements;
    private final JdbcView view;
    private final JdbcControls controls;
    private volatile boolean stopping;

    JdbcAtom(
            String atom,
            KeyedCoordinator<Object> coordinator,
            StoredOperations operations,
            Database database,
            JdbcEngineProperties properties,
            AtomCompletion completion,
            String instance,
            ArgumentCodec arguments,
            BodyTransactions transactions,
            InstantSource local) {
        this.atom = atom;
        this.operations = operations;
        this.arguments = arguments;
        this.clock = new DatabaseClock(database, local);
        DatabaseHealth health = new DatabaseHealth(atom);
        FleetState fleet = new FleetState();
        InHand inHand = new InHand();
        LaneStore store = new LaneStore(atom, database, clock);
        Snapshots snapshots = new Snapshots(clock);
        this.announcements = new Announcements(atom);
        this.items = new ItemStore(atom, database);
        this.settings = new FleetSettings(
                atom, database, coordinator, fleet, clock, properties.keepIdempotencyKeys(), this::look);
        Room room = new Room(() -> coordinator.stats().maxConcurrency(), fleet::isPaused, this::look);
        PickedHeads heads = new PickedHeads(store, fleet);
        this.waker = new Waker(this::poll);
        this.scheduler = new LaneScheduler(
                atom,
                database,
                clock,
                properties,
                instance,
                health,
                store,
                waker,
                room,
                heads,
                new Revival(atom, store, snapshots, announcements, this::look));
        this.sweeper = new Sweeper(atom, store, settings, clock, health, waker, scheduler::resume);
        this.drain = new LaneDrain(
                store,
                heads,
                new ItemRunner(
                        atom,
                        coordinator,
                        operations,
                        arguments,
                        new Completions(completion.completion(), transactions),
                        store,
                        inHand,
                        scheduler::isInterrupting,
                        clock),
                new Aftermath(
                        atom,
                        store,
                        announcements,
                        () -> settings.setPaused(true),
                        clock,
                        properties.unreadableGrace()),
                health,
                fleet,
                room,
                clock,
                LaneScheduler.deadAfter(properties),
                completion.batch(),
                () -> stopping,
                sweeper::releaseLater,
                waker);
        Asked asked = new Asked(atom, health);
        this.view = new JdbcView(atom, coordinator, database, clock, fleet, asked);
        this.controls = new JdbcControls(
                atom, coordinator, database, clock, fleet, settings, inHand, announcements, asked, this::look);
    }

    private void look() {
        scheduler.look();
    }

    private void poll() {
        scheduler.poll();
    }

    @Override
    public long enqueue(StoredCall call) {
        String key = StoredKey.of(atom, call.key());
        if (call.idempotencyKey() != null) {
            StoredKey.check(atom, "idempotency key", call.idempotencyKey());
        }
        String title = atom + "." + call.operation();
        long id = items.insert(new ItemStore.NewItem(
                key,
                call.operation(),
                call.label(),
                arguments.write(title, operations.of(call).method(), call.arguments()),
                HeaderCodec.write(call.headers()),
                call.idempotencyKey(),
                call.runAfter()));
        wakeAfterCommit(key);
        return id;
    }

    /**
     * Takes no connection: the caller still has its own then, and callers that each waited for a second one would use
     * the pool up.
     */
    private void wakeAfterCommit(String key) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            waker.wake(key);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status != STATUS_ROLLED_BACK) {
                    waker.wake(key);
                }
            }
        });
    }

    @Override
    public void listener(CoordinatorListener listener) {
        announcements.to(listener);
    }

    @Override
    public void start() {
        stopping = false;
        clock.adjust();
        settings.read();
        scheduler.start(drain);
        sweeper.start();
    }

    @Override
    public void stop(Duration timeout) {
        stopping = true;
        scheduler.stop(timeout);
        sweeper.stop();
    }

    @Override
    public AtomView view() {
        return view;
    }

    @Override
    public AtomControls controls() {
        return controls;
    }
}
