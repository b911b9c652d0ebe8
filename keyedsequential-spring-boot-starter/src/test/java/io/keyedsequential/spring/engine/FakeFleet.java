package io.keyedsequential.spring.engine;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneExplanation;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomControls.RunsElsewhereException;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RecordedFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be seen of a fleet: the key {@code parked} with a parked operation 1, and the key {@code away} with operation 2, which
 * another instance runs.
 */
public final class FakeFleet implements AtomView, AtomControls {

    public static final String ELSEWHERE = "host-7";
    public static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

    /** What has been done. */
    public final List<String> done = new ArrayList<>();

    /** What is counted, until a test says otherwise. */
    public volatile CoordinatorStats stats = new CoordinatorStats(4, 17, 1, 0, 2, 0, 100, 90, 3, 2, 0, 0, 0, 1, 5);

    /** What it throws instead of an answer; {@code null} if it answers. */
    public volatile RuntimeException away;

    private final String atom;
    private boolean paused;

    FakeFleet(String atom) {
        this.atom = atom;
    }

    @Override
    public String engine() {
        return FakeEngine.KIND;
    }

    @Override
    public Scope scope() {
        return Scope.FLEET;
    }

    @Override
    public Instant asOf() {
        return SINCE.plusSeconds(60);
    }

    @Override
    public CoordinatorState state() {
        return paused ? CoordinatorState.PAUSED : CoordinatorState.RUNNING;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public boolean isIntakeOpen() {
        return true;
    }

    private void answers() {
        RuntimeException failure = away;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public CoordinatorStats stats() {
        answers();
        return stats;
    }

    @Override
    public List<OperationSnapshot> running(int limit) {
        return List.of(operation(2, "away", OperationState.RUNNING));
    }

    @Override
    public Map<Long, String> instances(Collection<OperationSnapshot> operations) {
        return operations.stream()
                .filter(operation -> operation.state() == OperationState.RUNNING)
                .collect(Collectors.toMap(OperationSnapshot::id, operation -> ELSEWHERE));
    }

    @Override
    public List<OperationSnapshot> recent() {
        return List.of();
    }

    @Override
    public List<Object> keys() {
        answers();
        return List.of("parked", "away");
    }

    @Override
    public Optional<LaneSnapshot> lane(Object key) {
        return lanes(2).stream().filter(lane -> lane.key().equals(key)).findFirst();
    }

    @Override
    public List<LaneSnapshot> lanes(int limit) {
        answers();
        return List.of(
                lane(operation(1, "parked", OperationState.PARKED), LaneState.PARKED),
                lane(operation(2, "away", OperationState.RUNNING), LaneState.RUNNING));
    }

    @Override
    public List<LaneSnapshot> stuckLanes(Duration after, int limit) {
        return lanes(1).subList(0, 1);
    }

    @Override
    public Duration oldestWait() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration longestRun() {
        return Duration.ofSeconds(5);
    }

    private static LaneSnapshot lane(OperationSnapshot operation, LaneState state) {
        boolean runs = state == LaneState.RUNNING;
        return new LaneSnapshot(
                operation.key(),
                state,
                false,
                0,
                runs ? 1 : 0,
                runs ? 0 : 1,
                Duration.ofSeconds(60),
                List.of(operation),
                new LaneExplanation(
                        "operation %d is %s".formatted(operation.id(), state),
                        operation,
                        Duration.ofSeconds(60),
                        null,
                        List.of(),
                        null,
                        null));
    }

    private static OperationSnapshot operation(long id, Object key, OperationState state) {
        return new OperationSnapshot(
                id,
                key,
                "send",
                null,
                state,
                1,
                1,
                SINCE,
                SINCE,
                null,
                Duration.ZERO,
                Duration.ofSeconds(5),
                state == OperationState.PARKED ? new RecordedFailure("com.acme.NoWay", "no way") : null,
                null);
    }

    @Override
    public void pause() {
        answers();
        paused = true;
        done.add("pause");
    }

    @Override
    public void resume() {
        paused = false;
        done.add("resume");
    }

    @Override
    public void setMaxConcurrency(int maxConcurrency) {
        done.add("limit " + maxConcurrency);
    }

    @Override
    public void resetMaxConcurrency() {
        done.add("no limit");
    }

    @Override
    public void pauseKey(Object key) {
        done.add("pause " + key);
    }

    @Override
    public void resumeKey(Object key) {
        done.add("resume " + key);
    }

    @Override
    public boolean retry(Object key) {
        return done.add("retry " + key);
    }

    @Override
    public boolean skip(Object key) {
        return done.add("skip " + key);
    }

    @Override
    public List<OperationSnapshot> purge(Object key) {
        done.add("purge " + key);
        return List.of(operation(1, key, OperationState.CANCELLED));
    }

    @Override
    public boolean retryOperation(long operationId) {
        return done.add("retry " + operationId);
    }

    @Override
    public boolean skipOperation(long operationId) {
        return done.add("skip " + operationId);
    }

    @Override
    public List<OperationSnapshot> purgeOperation(long operationId) {
        done.add("purge " + operationId);
        return List.of(operation(operationId, "parked", OperationState.CANCELLED));
    }

    @Override
    public boolean cancel(long operationId) {
        if (operationId == 2) {
            throw new RunsElsewhereException(atom, operationId, ELSEWHERE);
        }
        return done.add("cancel " + operationId);
    }

    @Override
    public boolean abandon(long operationId) {
        if (operationId == 2) {
            throw new RunsElsewhereException(atom, operationId, ELSEWHERE);
        }
        return false;
    }
}
