package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows an atom as the database has it, the same on every instance. What this instance runs is shown with what only it
 * knows, such as the thread.
 */
final class JdbcView implements AtomView {

    /** How long counts are remembered: meters ask for each of them. */
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    /** Operations that are shown of a lane in a list, as of a coordinator. */
    private static final int SHORT = 10;

    private record Counted(CoordinatorStats stats, Duration oldestWait, long steered, Instant at) {}

    private final String atom;
    private final KeyedCoordinator<Object> coordinator;
    private final Clock clock;
    private final FleetState fleet;
    private final Asked asked;
    private final ViewStore store;
    private final LaneSnapshots lanes;
    private final Snapshots snapshots;
    private volatile @Nullable Counted counted;

    JdbcView(
            String atom,
            KeyedCoordinator<Object> coordinator,
            Database database,
            Clock clock,
            FleetState fleet,
            Asked asked) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.clock = clock;
        this.fleet = fleet;
        this.asked = asked;
        this.store = new ViewStore(atom, database);
        this.snapshots = new Snapshots(clock);
        this.lanes = new LaneSnapshots(coordinator, store, snapshots, clock, fleet);
    }

    @Override
    public String engine() {
        return JdbcAtomEngine.KIND;
    }

    @Override
    public Scope scope() {
        return Scope.FLEET;
    }

    @Override
    public Instant asOf() {
        Counted last = counted;
        return last == null ? clock.now() : last.at();
    }

    @Override
    public AtomView fresh() {
        counted = null;
        return this;
    }

    @Override
    public CoordinatorState state() {
        CoordinatorState here = coordinator.state();
        return here != CoordinatorState.CLOSED && fleet.isPaused() ? CoordinatorState.PAUSED : here;
    }

    @Override
    public boolean isPaused() {
        return fleet.isPaused();
    }

    @Override
    public boolean isIntakeOpen() {
        return coordinator.isIntakeOpen();
    }

    @Override
    public CoordinatorStats stats() {
        return counted().stats();
    }

    @Override
    public Duration oldestWait() {
        return counted().oldestWait();
    }

    private Counted counted() {
        Counted last = counted;
        Instant now = clock.now();
        if (last == null
                || last.steered() != fleet.steered()
                || !now.isBefore(last.at().plus(REMEMBERED))) {
            last = asked.ask(() -> count(now));
            counted = last;
        }
        return last;
    }

    /**
     * What is there now is of all instances; the limit, and what has been since the start, is of this one, as
     * {@link AtomView} has it.
     */
    private Counted count(Instant now) {
        long steered = fleet.steered();
        ViewStore.LaneCounts counts = store.laneCounts();
        long items = store.items();
        CoordinatorStats here = coordinator.stats();
        CoordinatorStats stats = new CoordinatorStats(
                here.maxConcurrency(),
                Math.max(0, items - counts.running() - counts.backingOff() - counts.parked()),
                counts.running(),
                0, // a body that has a stage holds its thread, and runs
                counts.all(),
                0, // no caller waits: what waits for a permit here is a thread of the engine
                here.admitted(),
                here.completed(),
                here.failed(),
                here.cancelled(),
                here.rejected(),
                here.admittedBeyondBound(),
                counts.backingOff(),
                counts.parked(),
                here.retries(),
                0,
                0);
        Duration oldest = store.oldestWaiting()
                .map(created -> Duration.between(created, now))
                .filter(wait -> !wait.isNegative())
                .orElse(Duration.ZERO);
        return new Counted(stats, oldest, steered, now);
    }

    @Override
    public List<OperationSnapshot> running(int limit) {
        Map<Long, OperationSnapshot> here = coordinator.running(limit).stream()
                .collect(Collectors.toMap(OperationSnapshot::id, Function.identity(), (one, other) -> one));
        return asked.ask(() -> store.running(limit)).stream()
                .map(shown -> {
                    OperationSnapshot known = here.get(shown.item().id());
                    return known == null
                            ? snapshots.of(shown, OperationState.RUNNING)
                            : snapshots.running(known, shown);
                })
                .toList();
    }

    @Override
    public Map<Long, String> instances(Collection<OperationSnapshot> operations) {
        return asked.ask(() ->
                store.instances(operations.stream().map(OperationSnapshot::id).toList()));
    }

    @Override
    public List<OperationSnapshot> recent() {
        return coordinator.recent();
    }

    @Override
    public List<Object> keys() {
        return List.copyOf(asked.ask(store::keys));
    }

    @Override
    public Optional<LaneSnapshot> lane(Object key) {
        if (StoredKey.objection(key.getClass()) != null) {
            return Optional.empty(); // such a key has never been stored
        }
        return asked.ask(() -> store.lane(StoredKey.of(atom, key))
                .map(lane -> lanes.of(List.of(lane), LaneSnapshots.LONG).get(0)));
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        return shown(() -> store.busiest(limit));
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        return shown(() -> store.stuck(clock.now().minus(after), fleet.isPaused(), limit));
    }

    @Override
    public List<LaneSnapshot> pausedLanes(int limit) {
        return shown(() -> store.paused(limit));
    }

    /** More are looked at than are shown: those that only run do not wait. */
    @Override
    public List<LaneSnapshot> oldestLanes(int limit) {
        int running = counted().stats().active();
        List<LaneSnapshot> oldest = shown(() -> store.oldest(limit + running));
        if (oldest.size() < limit) { // there are no more, or those of other atoms are older
            return AtomView.super.oldestLanes(limit);
        }
        return oldest.stream()
                .filter(lane -> !lane.oldestWait().isZero())
                .limit(limit)
                .toList();
    }

    private List<LaneSnapshot> shown(Supplier<List<Lane>> found) {
        return asked.ask(() -> lanes.of(found.get(), SHORT));
    }

    @Override
    public Duration longestRun() {
        return coordinator.longestRun();
    }
}
