package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Those who use {@link Lanes}, each following the protocol of the class that does so in the engine, and what they may
 * rightly expect: nothing of a key starts after a pause of it has returned, nothing above a limit after the limit has
 * returned, operations of a key start in the order of admission, and of one key no more run than allowed.
 *
 * <p>Safe for use by several threads; what is expected is checked against what was known before a call, so an operator
 * that acts meanwhile raises no false alarm.
 */
final class LanesActors {

    final CoordinatorOptions options;
    final Lanes<String> lanes;

    private final StripedCoordinator<String> stages;

    /** Slots handed to an executor that has not run them yet. */
    private final Deque<RunnerSteps> handedOver = new ArrayDeque<>();

    private final List<StageOperation<String, ?>> awaiting = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Long> lastStarted = new HashMap<>();
    private final Map<String, Integer> runningOf = new HashMap<>();

    /** What operators have been told is so, and how often one of them has allowed more than before. */
    private record Known(Set<String> paused, boolean held, int limit, int eased) {

        Known withPaused(String key) {
            Set<String> more = new HashSet<>(paused);
            more.add(key);
            return new Known(more, held, limit, eased);
        }

        Known withoutPaused(String key) {
            Set<String> fewer = new HashSet<>(paused);
            fewer.remove(key);
            return new Known(fewer, held, limit, eased + 1);
        }
    }

    private Known known;

    LanesActors(CoordinatorOptions options) {
        this.options = options;
        this.lanes = new Lanes<>(options);
        this.stages = new StripedCoordinator<>("stages", options);
        this.known = new Known(Set.of(), false, options.maxConcurrency(), 0);
    }

    // ---------------------------------------------------------------- callers

    Operation<String> plain(String key) {
        return new PlainOperation<>(key, () -> {}, 0);
    }

    Operation<String> staged(String key) {
        return new StageOperation<String, Void>(stages, key, CompletableFuture<Void>::new, 0);
    }

    Operation<String> turn(String key) {
        return new TurnOperation<>(key, "turn", 0);
    }

    /** Enqueues, and wakes a runner where that is the caller's duty. */
    Lanes.Admission submit(Operation<String> operation) {
        Lanes.Admission outcome = lanes.offer(operation, false, false);
        if (outcome == Lanes.Admission.ADMITTED_READY) {
            wake();
        }
        return outcome;
    }

    /** Takes a turn at once or queues for it. */
    @Nullable
    RunnerSteps call(Operation<String> operation) {
        Slot<String> slot = watch(() -> {
            Slot<String> given = lanes.startTurn(operation, false, 0);
            return given == null ? null : new Start<>(operation, given);
        });
        if (slot != null) {
            return RunnerSteps.turn(this, slot, operation);
        }
        submit(operation);
        return null;
    }

    boolean cancel(Operation<String> operation) {
        boolean withdrawn = lanes.withdraw(operation);
        if (withdrawn) {
            wake();
        }
        return withdrawn;
    }

    // ---------------------------------------------------------------- operators

    void pauseKey(String key) {
        lanes.pauseKey(key, true);
        know(now -> now.withPaused(key));
    }

    void resumeKey(String key) {
        know(now -> now.withoutPaused(key));
        if (lanes.pauseKey(key, false)) {
            wake();
        }
    }

    void pause() {
        lanes.hold(Permits.PAUSED, true);
        know(now -> new Known(now.paused(), true, now.limit(), now.eased()));
    }

    void resume() {
        know(now -> new Known(now.paused(), false, now.limit(), now.eased() + 1));
        lanes.hold(Permits.PAUSED, false);
        wake();
    }

    void limit(int value) {
        know(now -> value > now.limit() ? new Known(now.paused(), now.held(), value, now.eased() + 1) : now);
        lanes.limit(value);
        know(now -> new Known(now.paused(), now.held(), value, now.eased()));
        wake();
    }

    List<Operation<String>> close() {
        List<Operation<String>> withdrawn = lanes.close();
        know(now -> new Known(Set.of(), now.held(), now.limit(), now.eased() + 1));
        return withdrawn;
    }

    /** Completes a stage that is awaited, if there is one. */
    boolean completeStage() {
        StageOperation<String, ?> staged;
        synchronized (this) {
            if (awaiting.isEmpty()) {
                return false;
            }
            staged = awaiting.remove(0);
            over(staged);
        }
        staged.end(Operation.COMPLETED, null, 0);
        lanes.stageEnded(staged);
        wake();
        return true;
    }

    // ---------------------------------------------------------------- runners

    void wake() {
        Slot<String> slot = lanes.wake();
        if (slot != null) {
            synchronized (this) {
                handedOver.add(RunnerSteps.searching(this, slot));
            }
        }
    }

    /** What the executor runs next. */
    synchronized @Nullable RunnerSteps poll() {
        return handedOver.poll();
    }

    /** Runs one runner that was handed over, until it is gone. */
    void runOne() {
        RunnerSteps runner = poll();
        if (runner != null) {
            runner.runToTheEnd();
        }
    }

    /** Lets everything go on and end. */
    void finish() {
        for (String key : known().paused()) {
            resumeKey(key);
        }
        resume();
        RunnerSteps runner = poll();
        boolean more = true;
        while (more) {
            for (; runner != null; runner = poll()) {
                runner.runToTheEnd();
            }
            more = completeStage();
            runner = poll();
            more |= runner != null;
        }
    }

    /** What was found wrong while the actors acted. */
    synchronized List<String> violations() {
        return new ArrayList<>(violations);
    }

    synchronized void violated(String what) {
        violations.add(what);
    }

    // ---------------------------------------------------------------- expectations

    /** An operation that a call started, and what the call returned. */
    private record Start<R>(Operation<String> operation, R result) {}

    @Nullable
    Operation<String> watched(Supplier<@Nullable Operation<String>> decision) {
        return watch(() -> {
            Operation<String> started = decision.get();
            return started == null ? null : new Start<>(started, started);
        });
    }

    private <R> @Nullable R watch(Decision<R> decision) {
        Known before = known();
        Start<R> start = decision.decide();
        if (start == null) {
            return null;
        }
        began(start.operation(), before);
        return start.result();
    }

    @FunctionalInterface
    private interface Decision<R> {
        @Nullable
        Start<R> decide();
    }

    private synchronized void began(Operation<String> operation, Known before) {
        String key = operation.key;
        int ofKey = runningOf.merge(key, 1, Integer::sum);
        if (ofKey > options.perKeyConcurrency()) {
            violations.add("key %s runs %d".formatted(key, ofKey));
        }
        Long last = lastStarted.put(key, operation.id);
        if (last != null && last > operation.id && options.perKeyConcurrency() == 1) {
            violations.add("key %s: %d started after %d".formatted(key, operation.id, last));
        }
        if (before.eased() != known.eased()) {
            return; // meanwhile an operator allowed more
        }
        if (before.held()) {
            violations.add("operation %d started while the atom was paused".formatted(operation.id));
        }
        if (before.paused().contains(key)) {
            violations.add("operation %d started while its key was paused".formatted(operation.id));
        }
        if (lanes.permits.taken() > before.limit() && lanes.permits.limit() == before.limit()) {
            violations.add("operation %d started with %d permits taken of %d"
                    .formatted(operation.id, lanes.permits.taken(), before.limit()));
        }
    }

    synchronized void bodyEnds(Operation<String> operation) {
        if (!(operation instanceof StageOperation)) {
            over(operation);
        }
    }

    private synchronized void over(Operation<String> operation) {
        runningOf.merge(operation.key, -1, Integer::sum);
    }

    synchronized void awaiting(StageOperation<String, ?> operation) {
        awaiting.add(operation);
    }

    private synchronized Known known() {
        return known;
    }

    private synchronized void know(UnaryOperator<Known> change) {
        known = change.apply(known);
    }
}
