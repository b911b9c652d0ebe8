package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.AtomView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows an atom as the database has it, the same on every instance. What this instance runs is shown with what only it knows, such as
 * the thread.
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
    private final ViewStore store;
    private final LaneSnapshots lanes;
    private final Snapshots snapshots;
    private volatile @Nullable Counted counted;

    JdbcView(String atom, KeyedCoordinator<Object> coordinator, Database database, Clock clock, FleetState fleet) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.clock = clock;
        this.fleet = fleet;
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
            last = count(now);
            counted = last;
        }
        return last;
    }

    private Counted count(Instant now) {
        long steered = fleet.steered();
        ViewStore.LaneCounts counts = store.laneCounts();
        long items = store.items();
        CoordinatorStats here = coordinator.stats();
        CoordinatorStats stats = new CoordinatorStats(
                here.maxConcurrency(),
                Math.max(0, items - counts.running() - counts.backingOff() - counts.parked()),
                counts.running(),
                here.awaiting(),
                counts.all(),
                here.blockedCallers(),
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
                here.callersAwaitingTurn());
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
        return store.running(limit).stream()
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
        return store.instances(operations.stream().map(OperationSnapshot::id).toList());
    }

    @Override
    public List<OperationSnapshot> recent() {
        return coordinator.recent();
    }

    @Override
    public List<Object> keys() {
        return List.copyOf(store.keys());
    }

    @Override
    public Optional<LaneSnapshot> lane(Object key) {
        if (KeyText.objection(key.getClass()) != null) {
            return Optional.empty(); // such a key has never been stored
        }
        return store.lane(KeyText.of(atom, key)).map(lane -> lanes.of(lane, LaneSnapshots.LONG));
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        return store.busiest(limit).stream().map(lane -> lanes.of(lane, SHORT)).toList();
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        return store.stuck(clock.now().minus(after), fleet.isPaused(), limit).stream()
                .map(lane -> lanes.of(lane, SHORT))
                .toList();
    }

    @Override
    public Duration longestRun() {
        return coordinator.longestRun();
    }
}
