package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

    private static final Exception FAILURE = new Exception("a body that throws");

    final CoordinatorOptions options;
    final Lanes<String> lanes;

    private final OperationOwner<String> stages;

    /** Slots handed to an executor that has not run them yet. */
    private final Deque<RunnerSteps> handedOver = new ArrayDeque<>();

    /** An attempt that failed and what will call for the next one: a timer, or nobody but an operator. */
    record Failed(Operation<String> operation, Attempts attempts) {}

    /** What the next body does, and what is decided about it if it fails. */
    enum Ending {
        WELL,
        BACKS_OFF,
        PARKS,
        FOR_GOOD
    }

    private final List<StageOperation<String, ?>> awaiting = new ArrayList<>();

    /** Timers that have not fired. Nobody calls one off, so it may find that somebody was quicker. */
    private final List<Failed> timers = new ArrayList<>();

    /** What is held back as far as everybody has been told, with the attempts after which it was. */
    private final Map<Operation<String>, Attempts> held = new IdentityHashMap<>();

    private final List<CoalescedOperation<String, ?>> gathering = new ArrayList<>();
    private Ending nextEnding = Ending.WELL;
    private long clock;
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
        this.lanes = new Lanes<>("lanes", options);
        this.stages = new StripedCoordinator<String>("stages", options).crew.owner();
        this.known = new Known(Set.of(), false, options.maxConcurrency(), 0);
    }

    // ---------------------------------------------------------------- callers

    Operation<String> plain(String key) {
        return new PlainOperation<>(key, () -> {}, tick());
    }

    Operation<String> staged(String key) {
        return new StageOperation<String, Void>(stages, key, CompletableFuture<Void>::new, tick());
    }

    Operation<String> turn(String key) {
        return new TurnOperation<>(key, "turn", true, tick());
    }

    CoalescedOperation<String, ?> coalesced(String key, Coalescing coalescing) {
        return new CoalescedOperation<>(stages, key, coalescing, () -> "", tick());
    }

    synchronized long now() {
        return clock;
    }

    /** No two operations are enqueued at the same time. */
    private synchronized long tick() {
        return ++clock;
    }

    /** Somebody who runs an operation lends its permit. */
    void lend() {
        lanes.permits.lend();
        wake();
    }

    /** Takes it back; {@code null} if it is there at once. */
    Permits.@Nullable Return takeBack() {
        Permits.Return awaited = lanes.permits.takeBack();
        if (awaited != null) {
            lanes.table.fenceStarts();
        }
        return awaited;
    }

    /** What the caller does about an operation that was admitted, beside waking a runner. */
    void admitted(Operation<String> operation) {
        if (operation instanceof CoalescedOperation<String, ?> coalesced) {
            if (coalesced.gatheringNanos() > 0) {
                synchronized (this) {
                    gathering.add(coalesced);
                }
            }
            CoalescedOperation<String, ?> replaced = coalesced.replaced;
            if (replaced != null) {
                coalesced.replaced = null;
                left(replaced);
            }
        }
    }

    /** Enqueues, and wakes a runner where that is the caller's duty. */
    AdmissionResult submit(Operation<String> operation) {
        AdmissionResult outcome = lanes.admission.offer(operation, false, false);
        if (outcome == AdmissionResult.ADMITTED_READY || outcome == AdmissionResult.ADMITTED) {
            admitted(operation);
        }
        if (outcome == AdmissionResult.ADMITTED_READY) {
            wake();
        }
        return outcome;
    }

    /** Takes a turn at once or queues for it. */
    @Nullable
    RunnerSteps call(Operation<String> operation) {
        Slot<String> slot = watch(() -> {
            Slot<String> given = lanes.scheduler.startTurn(operation, false, 0);
            return given == null ? null : new Start<>(operation, given);
        });
        if (slot != null) {
            return RunnerSteps.turn(this, slot, operation);
        }
        submit(operation);
        return null;
    }

    boolean cancel(Operation<String> operation) {
        boolean withdrawn = lanes.removal.takeOut(operation, Operation.CANCELLED) != null;
        if (withdrawn) {
            left(operation);
            wake();
        }
        return withdrawn;
    }

    /** An operation was taken out: nothing holds its key any more. */
    private synchronized void left(Operation<String> operation) {
        held.remove(operation);
    }

    // ---------------------------------------------------------------- failures and time

    /** Decides how the next body ends. */
    synchronized void nextEnds(Ending ending) {
        nextEnding = ending;
    }

    synchronized Ending takeEnding() {
        Ending ending = nextEnding;
        nextEnding = Ending.WELL;
        return ending;
    }

    /** An attempt has failed: on a slot, or, without one, where a stage ended. */
    boolean heldBack(@Nullable Slot<String> slot, Operation<String> operation, Ending ending) {
        int state = ending == Ending.PARKS ? Operation.PARKED : Operation.BACKING_OFF;
        if (ending == Ending.WELL || ending == Ending.FOR_GOOD || operation instanceof TurnOperation) {
            return false;
        }
        Attempts attempts = Attempts.after(operation.attempts, FAILURE, 0, 0, tick());
        synchronized (this) {
            held.put(operation, attempts); // first: as soon as it is held back others may release it
        }
        boolean back = slot != null
                ? lanes.suspension.holdBack(slot, operation, state, attempts)
                : operation instanceof StageOperation<String, ?> staged
                        && lanes.suspension.holdBackAwaiting(staged, state, attempts);
        if (!back) {
            left(operation);
        } else if (state == Operation.BACKING_OFF) {
            synchronized (this) {
                timers.add(new Failed(operation, attempts));
            }
        }
        return back;
    }

    /** The timer that was set at a place in the list fires, perhaps too late. */
    boolean fireTimer(int which) {
        Failed due;
        boolean expected;
        synchronized (this) {
            if (timers.isEmpty()) {
                return false;
            }
            due = timers.remove(which % timers.size());
            expected = held.get(due.operation()) == due.attempts();
        }
        Boolean ready = release(due.operation(), due.attempts(), due.attempts());
        if (ready != null && !expected) {
            violated("the timer of an attempt released operation " + due.operation().id + " from a later one");
        }
        return true;
    }

    private @Nullable Boolean release(Operation<String> operation, Attempts expected, Attempts attempts) {
        Boolean ready = lanes.suspension.release(operation, expected, attempts);
        if (ready != null) {
            synchronized (this) {
                held.remove(operation, expected);
            }
            if (ready) {
                wake();
            }
        }
        return ready;
    }

    /** An operator has what keeps a key closed tried again at once. */
    boolean retry(String key) {
        Suspension.Forgiven<String> forgiven = lanes.suspension.forgive(key);
        if (forgiven == null) {
            return false;
        }
        synchronized (this) {
            held.put(forgiven.operation(), forgiven.attempts());
        }
        return release(forgiven.operation(), forgiven.attempts(), forgiven.attempts()) != null;
    }

    /** An operator gives up what keeps a key closed. */
    boolean skip(String key) {
        Removal.Taken<String> taken = lanes.removal.skip(key);
        if (taken == null) {
            return false;
        }
        left(taken.operation());
        wake();
        return true;
    }

    /** An operator takes out all that waits for a key. */
    int purge(String key) {
        List<Operation<String>> taken = lanes.removal.takeAllOut(key, new ArrayList<>());
        taken.forEach(this::left);
        wake();
        return taken.size();
    }

    /** What was never started fails, if it was enqueued so many operations ago. */
    List<Operation<String>> expire(int ago) {
        long deadline;
        synchronized (this) {
            deadline = clock - ago;
        }
        List<Operation<String>> expired = new ArrayList<>();
        for (int stripe = 0; stripe < lanes.table.stripes.length; stripe++) {
            lanes.removal.takeOutExpired(stripe, deadline, expired);
        }
        for (Operation<String> each : expired) {
            if (each.enqueuedAt > deadline || each.attempts != null) {
                violated("operation " + each.id + " expired too early");
            }
        }
        wake();
        return expired;
    }

    /** An operation that gathers has waited long enough; it may have been replaced meanwhile. */
    boolean gathered(int which) {
        CoalescedOperation<String, ?> operation;
        synchronized (this) {
            if (gathering.isEmpty()) {
                return false;
            }
            operation = gathering.remove(which % gathering.size());
        }
        if (lanes.admission.gathered(operation, tick())) {
            wake();
        }
        return true;
    }

    // ---------------------------------------------------------------- operators

    void pauseKey(String key) {
        lanes.table.pauseKey(key, true);
        know(now -> now.withPaused(key));
    }

    void resumeKey(String key) {
        know(now -> now.withoutPaused(key));
        if (lanes.table.pauseKey(key, false)) {
            wake();
        }
    }

    void pause() {
        lanes.table.hold(Permits.PAUSED, true);
        know(now -> new Known(now.paused(), true, now.limit(), now.eased()));
    }

    void resume() {
        know(now -> new Known(now.paused(), false, now.limit(), now.eased() + 1));
        lanes.table.hold(Permits.PAUSED, false);
        wake();
    }

    void limit(int value) {
        know(now -> value > now.limit() ? new Known(now.paused(), now.held(), value, now.eased() + 1) : now);
        lanes.table.limit(value);
        know(now -> new Known(now.paused(), now.held(), value, now.eased()));
        wake();
    }

    List<Operation<String>> close() {
        List<Operation<String>> withdrawn = lanes.removal.close();
        withdrawn.forEach(this::left);
        know(now -> new Known(Set.of(), now.held(), now.limit(), now.eased() + 1));
        return withdrawn;
    }

    /** Completes a stage that is awaited, if there is one. */
    boolean completeStage() {
        StageOperation<String, ?> staged;
        Ending ending;
        synchronized (this) {
            if (awaiting.isEmpty()) {
                return false;
            }
            staged = awaiting.remove(0);
            over(staged);
            ending = takeEnding();
        }
        if (heldBack(null, staged, ending)) {
            return true;
        }
        boolean failed = ending != Ending.WELL;
        staged.end(failed ? Operation.FAILED : Operation.COMPLETED, failed ? FAILURE : null, 0);
        lanes.suspension.stageEnded(staged);
        wake();
        return true;
    }

    // ---------------------------------------------------------------- runners

    void wake() {
        Slot<String> slot = lanes.scheduler.wake();
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
        nextEnds(Ending.WELL);
        resume();
        RunnerSteps runner = poll();
        boolean more = true;
        while (more) {
            for (; runner != null; runner = poll()) {
                runner.runToTheEnd();
            }
            more = completeStage() || fireTimer(0) || gathered(0) || retryAny();
            runner = poll();
            more |= runner != null;
        }
    }

    private boolean retryAny() {
        List<Operation<String>> left;
        synchronized (this) {
            left = new ArrayList<>(held.keySet());
        }
        boolean some = false;
        for (Operation<String> each : left) {
            some |= retry(each.key);
        }
        return some;
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
        // What gathered has its place from when it was queued, which the id does not tell.
        Long last = operation instanceof CoalescedOperation ? null : lastStarted.put(key, operation.id);
        if (last != null && last > operation.id && options.perKeyConcurrency() == 1) {
            violations.add("key %s: %d started after %d".formatted(key, operation.id, last));
        }
        for (Operation<String> each : held.keySet()) {
            // Whoever runs beside may be about to be held back.
            if (options.perKeyConcurrency() == 1 && each.key.equals(key) && each != operation && each.isHeldBack()) {
                violations.add("operation %d started past %d, which is held back".formatted(operation.id, each.id));
            }
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
        int lent = lanes.permits.lent();
        if (lanes.permits.taken() > before.limit() + lent && lanes.permits.limit() == before.limit()) {
            violations.add("operation %d started with %d permits taken of %d and %d lent"
                    .formatted(operation.id, lanes.permits.taken(), before.limit(), lent));
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
