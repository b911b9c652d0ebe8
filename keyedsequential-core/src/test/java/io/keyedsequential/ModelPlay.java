package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ModelCase.Act;
import io.keyedsequential.ModelCase.Body;
import io.keyedsequential.ModelCase.Step;
import io.keyedsequential.ReferenceModel.Failure;
import io.keyedsequential.ReferenceModel.Line;
import io.keyedsequential.ReferenceModel.Op;
import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Does every step to a coordinator and to the model, and compares them after each. A body tells the model when it begins and
 * how its attempt ends; what the engine then makes of it must be what the model makes of it.
 */
final class ModelPlay implements CoordinatorListener {

    private static final String[] KEYS = {"a", "b", "c"};
    private static final int MOST_ROUNDS = 500;

    /** What an expiry timer is set for. */
    private record OfStripe(int stripe) {}

    /** What a timer of a back-off is set for. */
    private record OfAttempt(Op op, int timesHeld) {}

    private final ModelCase played;
    private final ReferenceModel model;
    private final SteppedTimer timer = new SteppedTimer();
    private final SteppedExecutor executor = new SteppedExecutor();
    private final StripedCoordinator<String> orders;

    /** Bodies that are held, in the order in which they began to be. */
    private final Map<Op, Semaphore> held = new LinkedHashMap<>();

    private final Map<Op, CompletableFuture<Object>> stages = new LinkedHashMap<>();
    private final Map<Long, OperationState> finished = new LinkedHashMap<>();

    /** What an assertion inside a body or a listener has found, where it would fail only the operation. */
    private volatile AssertionError violation;

    private volatile boolean abandoned;

    private ModelPlay(ModelCase played) {
        this.played = played;
        this.model = new ReferenceModel(played.options());
        // Nothing but a step moves anything, however busy the machine is: no runner is given up for lost, and who hands
        // one over from inside an operation waits until the executor has it.
        Timer never = (nanos, action) -> () -> {};
        SpareThreads patient = new SpareThreads("orders", 30, Eventually.DEADLINE.toNanos());
        this.orders = new StripedCoordinator<>(
                "orders",
                played.options().build(this, executor),
                new AtomParts.Clockwork(timer, never, never, patient, () -> 0));
    }

    /** Plays it to its end; what fails says at which step. */
    static void play(ModelCase played) {
        ModelPlay play = new ModelPlay(played);
        Object at = "before the first step";
        try {
            for (Step step : played.steps()) {
                at = step;
                play.act(step);
                play.compare();
            }
            at = "the end";
            play.end();
        } catch (Throwable e) {
            AssertionError told = new AssertionError(
                    "at %s of%n  %s%nmodel: %s%n%s".formatted(at, played, play.model.all, e.getMessage()), e);
            play.abandon(); // from here on more than one thread moves
            throw told;
        }
    }

    // ---------------------------------------------------------------- steps

    private void act(Step step) {
        String key = KEYS[step.key()];
        switch (step.act()) {
            case EXECUTE, TRY_EXECUTE, SUBMIT, SUBMIT_ASYNC, LATEST, LATEST_LONG_QUIET, LATEST_SHORT_QUIET ->
                enqueue(step.act(), key, step.body(), step.which(), false);
            case RUN -> run();
            case LET_GO -> letGo(pick(List.copyOf(held.keySet()), step.which()));
            case COMPLETE_STAGE -> endStage(pick(List.copyOf(stages.keySet()), step.which()), null);
            case FAIL_STAGE -> endStage(pick(List.copyOf(stages.keySet()), step.which()), failureOf(step.body()));
            case FIRE -> fire(pick(timer.all, step.which()));
            case PAUSE -> {
                orders.pause();
                model.paused = true;
            }
            case RESUME -> resume();
            case PAUSE_KEY -> {
                orders.pauseKey(key);
                model.line(key).paused = true;
            }
            case RESUME_KEY -> {
                model.line(key).paused = false;
                orders.resumeKey(key);
            }
            case LIMIT -> limit(1 + step.which() % 4);
            case RETRY -> assertThat(orders.retry(key)).as("retry").isEqualTo(model.retry(key));
            case SKIP -> assertThat(orders.skip(key)).as("skip").isEqualTo(model.skip(key));
            case PURGE -> purge(key);
            case CANCEL -> cancel(pick(model.all, step.which()));
            case CANCEL_FUTURE -> cancelFuture(pick(model.all, step.which()), step.key() > 0);
            case CLOSE_INTAKE -> {
                orders.closeIntake();
                model.intakeOpen = false;
            }
            case OPEN_INTAKE -> {
                orders.openIntake();
                model.intakeOpen = true;
            }
        }
    }

    /** The newest is 0: what happens is about what has just been done more often than not. */
    private static <T> T pick(List<T> from, int which) {
        return from.isEmpty() ? null : from.get(from.size() - 1 - which % from.size());
    }

    private static Failure failureOf(Body body) {
        return switch (body) {
            case FAIL_PARKING -> Failure.PARKING;
            case FAIL_HALTING -> Failure.HALTING;
            default -> Failure.PLAIN;
        };
    }

    private void run() {
        if (executor.size() > 0) {
            executor.runOne();
        }
    }

    private void resume() {
        model.paused = false;
        orders.resume();
    }

    private void limit(int value) {
        model.limit = value;
        orders.setMaxConcurrency(value);
    }

    private void purge(String key) {
        List<Long> expected = model.purge(key).stream().map(op -> op.id).toList();
        List<OperationSnapshot> taken = orders.purge(key);
        assertThat(taken).as("purged").allMatch(each -> each.state() == OperationState.CANCELLED);
        assertThat(taken.stream().map(OperationSnapshot::id))
                .as("purged")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private void cancel(Op op) {
        if (op != null) {
            op.futureDone |= op.isOpen();
            assertThat(orders.cancel(op.id)).as("cancel %s", op).isEqualTo(model.cancel(op, true));
        } else {
            assertThat(orders.cancel(1)).isFalse();
        }
    }

    private void cancelFuture(Op op, boolean interrupt) {
        if (op == null || op.future == null) {
            return;
        }
        boolean done = op.future.isDone();
        boolean was = op.future.isCancelled();
        if (!done) {
            op.futureDone |= op.isOpen();
            model.cancel(op, interrupt);
        }
        assertThat(op.future.cancel(interrupt)).as("the future of %s", op).isEqualTo(!done || was);
    }

    private void fire(SteppedTimer.Set set) {
        if (set == null) {
            return;
        }
        timer.all.remove(set);
        timer.setFor = set.of();
        if (set.nanos() == SteppedTimer.QUEUE_TIMEOUT) {
            model.expire(key -> set.of().equals(stripeOf(key)));
        } else if (set.nanos() == SteppedTimer.BACKOFF) {
            OfAttempt of = (OfAttempt) set.of();
            model.backedOff(of.op(), of.timesHeld());
        } else if (set.nanos() == SteppedTimer.RUN_TIMEOUT) {
            timeIsUp((Op) set.of());
        } else {
            Op gathered = (Op) set.of();
            model.gathered(gathered);
            timer.setFor = new WaysIn(stripeOf(gathered.key), gathered); // it is queued now, and limited
        }
        set.action().run();
        timer.setFor = null;
        sortOut();
    }

    private void timeIsUp(Op op) {
        assertThat(op.isOpen()).as("%s has a time limit", op).isTrue();
        op.timeUp = true;
        op.interrupted |= op.state == OperationState.RUNNING;
        ExhaustedPolicy verdict = model.verdict(op, Failure.TOO_LONG);
        op.futureDone |= op.stopped || (verdict != null && verdict != ExhaustedPolicy.PARK);
    }

    // ---------------------------------------------------------------- ways in

    private OfStripe stripeOf(String key) {
        Lanes<String> lanes = orders.lanes();
        return new OfStripe(Arrays.asList(lanes.table.stripes).indexOf(lanes.table.stripe(LaneTable.spread(key))));
    }

    private void enqueue(Act act, String key, Body body, int which, boolean inside) {
        Op op = new Op(key, body);
        Object before = timer.setFor;
        boolean gathers = false;
        if (act == Act.LATEST || act == Act.LATEST_LONG_QUIET || act == Act.LATEST_SHORT_QUIET) {
            op.group = which % 2 == 0 ? "x" : "y";
            boolean first = model.waitingOf(key, op.group) == null;
            gathers = act == Act.LATEST_LONG_QUIET || (act == Act.LATEST_SHORT_QUIET && first);
        }
        Reason refused = model.offer(op, gathers, inside);
        // Where a coalesced operation is not let in, no timer is set for it.
        timer.setFor = new WaysIn(stripeOf(key), op);
        try {
            long id = enter(act, key, op);
            assertThat(refused == null || act == Act.TRY_EXECUTE).as("let in").isTrue();
            assertThat(id).as("id").isEqualTo(op.id);
        } catch (RejectedOperationException e) {
            assertThat(e.reason()).as("reason").isEqualTo(refused);
        } finally {
            timer.setFor = before;
            sortOut();
        }
    }

    /** Both kinds of timers that a way in may set. */
    private record WaysIn(OfStripe stripe, Op op) {}

    private void sortOut() {
        timer.all.replaceAll(set -> set.of() instanceof WaysIn in
                ? new SteppedTimer.Set(
                        set.nanos(),
                        set.action(),
                        set.nanos() == SteppedTimer.QUEUE_TIMEOUT ? in.stripe() : (Object) in.op())
                : set);
    }

    private long enter(Act act, String key, Op op) {
        switch (act) {
            case EXECUTE -> {
                return orders.execute(key, () -> attemptUnchecked(op));
            }
            case TRY_EXECUTE -> {
                boolean taken = orders.tryExecute(key, () -> attemptUnchecked(op));
                assertThat(taken).as("taken").isEqualTo(op.id > 0);
                return op.id;
            }
            case SUBMIT -> op.future = orders.submit(key, () -> attempt(op));
            case SUBMIT_ASYNC -> op.future = orders.submitAsync(key, () -> stage(op));
            case LATEST -> op.future = orders.submitLatest(key, Coalescing.latest(op.group), () -> attempt(op));
            case LATEST_LONG_QUIET -> {
                Duration quiet = Duration.ofNanos(SteppedTimer.LONG_QUIET);
                Coalescing coalescing = Coalescing.latest(op.group).quiet(quiet, quiet.multipliedBy(2));
                op.future = orders.submitLatest(key, coalescing, () -> attempt(op));
            }
            case LATEST_SHORT_QUIET -> {
                Duration quiet = Duration.ofNanos(SteppedTimer.SHORT_QUIET);
                Coalescing coalescing = Coalescing.latest(op.group).quiet(quiet, quiet);
                op.future = orders.submitLatest(key, coalescing, () -> attempt(op));
            }
            default -> throw new IllegalArgumentException(act.toString());
        }
        return op.future.operationId();
    }

    // ---------------------------------------------------------------- bodies

    private void attemptUnchecked(Op op) {
        try {
            attempt(op);
        } catch (Exception e) {
            throw Rethrow.unchanged(e);
        }
    }

    /** Once something is wrong bodies just succeed: an engine that starts one again and again comes to an end. */
    private boolean isOver() {
        return abandoned || violation != null;
    }

    /** What the body of an operation does that is not a stage's. */
    private Object attempt(Op op) throws Exception {
        if (isOver()) {
            return "abandoned";
        }
        Failure failure = begin(op);
        end(op, failure);
        if (failure != null) {
            throw made(failure);
        }
        return op.id;
    }

    private CompletionStage<Object> stage(Op op) {
        if (isOver()) {
            return CompletableFuture.completedFuture("abandoned");
        }
        boolean pending = op.body == Body.HOLD || op.body == Body.FAIL_FIRST || op.body == Body.HOLD_AND_HEED;
        Failure failure = op.body == Body.HOLD ? check(() -> model.begins(op)) : begin(op);
        if (failure == null && pending) {
            op.state = OperationState.AWAITING;
            CompletableFuture<Object> stage = new CompletableFuture<>();
            stages.put(op, stage);
            sortOutLimit(op);
            return stage;
        }
        end(op, failure);
        if (failure == Failure.PARKING || failure == Failure.INTERRUPTED) {
            throw Rethrow.unchanged(made(failure)); // instead of a stage that fails
        }
        return failure == null
                ? CompletableFuture.completedFuture(op.id)
                : CompletableFuture.failedFuture(made(failure));
    }

    /** The body until its attempt ends; what it fails with. */
    private Failure begin(Op op) {
        check(() -> model.begins(op));
        if (isOver()) {
            return null;
        }
        sortOutLimit(op);
        switch (op.body) {
            case HOLD, HOLD_AND_FAIL, HOLD_AND_HEED -> {
                Semaphore gate = new Semaphore(0);
                held.put(op, gate);
                executor.hold(gate);
                if (!abandoned) {
                    held.remove(op);
                }
            }
            case SPAWN ->
                check(() ->
                        enqueue(Act.EXECUTE, KEYS[(op.key.charAt(0) - 'a' + 1) % KEYS.length], Body.SUCCEED, 0, true));
            default -> {}
        }
        check(() -> assertThat(Thread.currentThread().isInterrupted())
                .as("%s is interrupted", op)
                .isEqualTo(op.interrupted));
        return switch (op.body) {
            case FAIL, HOLD_AND_FAIL -> Failure.PLAIN;
            case FAIL_FIRST -> op.attempts == 1 ? Failure.PLAIN : null;
            case FAIL_PARKING -> Failure.PARKING;
            case FAIL_HALTING -> Failure.HALTING;
            case HOLD_AND_HEED -> op.interrupted ? Failure.INTERRUPTED : null;
            default -> null;
        };
    }

    /** The engine may set a timer for the next attempt from here on. */
    private void end(Op op, Failure failure) {
        check(() -> model.ends(op, failure));
        timer.setFor = new OfAttempt(op, op.timesHeld);
    }

    /** The limit of an attempt is set before its body begins. */
    private void sortOutLimit(Op op) {
        timer.all.replaceAll(set -> set.nanos() == SteppedTimer.RUN_TIMEOUT && !(set.of() instanceof Op)
                ? new SteppedTimer.Set(set.nanos(), set.action(), op)
                : set);
    }

    private static Exception made(Failure failure) {
        return switch (failure) {
            case PLAIN -> new IllegalStateException("on purpose");
            case PARKING -> new UnsupportedOperationException("on purpose");
            case HALTING -> new ArithmeticException("on purpose");
            case INTERRUPTED -> new InterruptedException("on purpose");
            case TOO_LONG -> throw new IllegalArgumentException("only the engine says so");
        };
    }

    private Failure check(Runnable assertions) {
        try {
            assertions.run();
        } catch (AssertionError e) {
            violation = violation == null ? e : violation;
        }
        return null;
    }

    private void letGo(Op op) {
        if (op != null) {
            executor.letGo(held.get(op));
        }
    }

    private void endStage(Op op, Failure failure) {
        if (op == null) {
            return;
        }
        CompletableFuture<Object> stage = stages.remove(op);
        end(op, failure);
        if (failure == null) {
            stage.complete(op.id);
        } else {
            stage.completeExceptionally(made(failure));
        }
    }

    // ---------------------------------------------------------------- comparing

    @Override
    public void operationFinished(String atom, OperationSnapshot operation) {
        check(() -> assertThat(finished.put(operation.id(), operation.state()))
                .as("operation %d ended before", operation.id())
                .isNull());
    }

    private void compare() {
        if (violation != null) {
            throw violation;
        }
        StructuralCheck.assertSound(orders);
        compareStats();
        compareOperations();
        model.lines.forEach(this::compareLine);
        compareTimers();
        boolean startable = model.lines.values().stream()
                .anyMatch(line -> line.isStartable(played.options().perKeyConcurrency()));
        if (startable && !model.paused && !model.closed && executor.size() == 0) {
            assertThat(model.running())
                    .as("running while a key could start another")
                    .isGreaterThanOrEqualTo(model.limit);
        }
    }

    private void compareStats() {
        CoordinatorStats expected = new CoordinatorStats(
                model.limit,
                model.count(OperationState.QUEUED),
                (int) model.running(),
                model.count(OperationState.AWAITING),
                (int) model.lines.values().stream().filter(Line::isPresent).count(),
                0,
                model.all.size(),
                model.count(OperationState.COMPLETED),
                model.count(OperationState.FAILED),
                model.count(OperationState.CANCELLED),
                model.rejected,
                model.beyondBound,
                model.count(OperationState.BACKING_OFF),
                model.count(OperationState.PARKED),
                model.retries);
        CoordinatorStats stats = orders.stats();
        assertThat(stats).isEqualTo(expected);
        long live = stats.queued() + stats.active() + stats.awaiting() + stats.backingOff() + stats.parked();
        assertThat(stats.admitted())
                .as("outcomes and live ones")
                .isEqualTo(live + stats.completed() + stats.failed() + stats.cancelled());
        assertThat(orders.isPaused()).as("paused").isEqualTo(model.paused);
        assertThat(orders.isIntakeOpen()).as("intake").isEqualTo(model.intakeOpen);
    }

    private void compareOperations() {
        Map<Long, OperationSnapshot> shown =
                orders.snapshot().stream().collect(Collectors.toMap(OperationSnapshot::id, Function.identity()));
        assertThat(shown).as("operations shown").hasSize(model.all.size());
        long ended = 0;
        for (Op op : model.all) {
            OperationSnapshot snapshot = shown.get(op.id);
            boolean same = snapshot != null
                    && snapshot.state() == op.state
                    && snapshot.key().equals(op.key)
                    && snapshot.attempt() == op.attempt();
            assertThat(same)
                    .as("%s, attempt %d, is shown as %s", op, op.attempt(), snapshot)
                    .isTrue();
            ended += op.isLive() ? 0 : 1;
            if (!op.isLive() && finished.get(op.id) != op.state) {
                throw new AssertionError(op + " was told to end as " + finished.get(op.id));
            }
            compareFuture(op);
        }
        assertThat(finished).as("ends told").hasSize((int) ended);
    }

    private static void compareFuture(Op op) {
        if (op.future == null) {
            return;
        }
        if (op.future.isDone() != (!op.isLive() || op.futureDone)) {
            throw new AssertionError("the future of " + op + " is " + op.future);
        }
        if (op.isLive() || op.futureDone) {
            return;
        }
        boolean right =
                switch (op.state) {
                    case COMPLETED ->
                        !op.future.isCompletedExceptionally()
                                && op.future.join().equals(op.id);
                    case FAILED -> op.future.isCompletedExceptionally() && !op.future.isCancelled();
                    default -> op.future.isCancelled();
                };
        assertThat(right).as("%s and its future %s", op, op.future).isTrue();
        if (op.supersededBy != null) {
            assertThat(op.future.handle((result, failure) -> failure).join())
                    .isInstanceOfSatisfying(SupersededException.class, e -> assertThat(e.supersededBy())
                            .isEqualTo(op.supersededBy.id));
        }
    }

    private void compareLine(String key, Line line) {
        LaneSnapshot lane = orders.lane(key).orElse(null);
        assertThat(lane != null).as("lane of %s", key).isEqualTo(line.isPresent());
        if (lane == null) {
            return;
        }
        List<Long> waiting = Stream.concat(line.waiting().stream(), line.gathering.stream())
                .map(op -> op.id)
                .toList();
        List<Long> shown = lane.operations().stream()
                .filter(each -> each.state() != OperationState.RUNNING && each.state() != OperationState.AWAITING)
                .map(OperationSnapshot::id)
                .toList();
        assertThat(shown).as("waiting for %s, in order", key).isEqualTo(waiting);
        assertThat(lane.heldBack() + lane.queued()).as("waiting for %s", key).isEqualTo(waiting.size());
        assertThat(lane.running()).as("running or awaiting for %s", key).isEqualTo((int) line.open());
        assertThat(lane.paused()).as("%s paused", key).isEqualTo(line.paused);
        int most = Math.min(played.options().capacity(), played.options().capacityPerKey());
        long queued = waiting.size() - model.beyondBound;
        long heldBack = line.ops.stream().filter(op -> op.begun).count(); // needs no room for its key to come back
        assertThat(queued - heldBack).as("queued for %s", key).isLessThanOrEqualTo(most);
    }

    /** Whoever has to be woken by time has a timer; whoever has ended has none. */
    private void compareTimers() {
        Set<Op> limited = new HashSet<>();
        for (SteppedTimer.Set set : timer.all) {
            if (set.nanos() == SteppedTimer.RUN_TIMEOUT) {
                assertThat(limited.add((Op) set.of())).as("one time limit").isTrue();
            }
        }
        for (Op op : model.all) {
            if (played.options().queueTimeout() && op.state == OperationState.QUEUED && !op.begun && !op.gathering) {
                assertThat(timer.isSet(SteppedTimer.QUEUE_TIMEOUT, stripeOf(op.key)))
                        .as("%s has a timer of its stripe", op)
                        .isTrue();
            }
            if (op.state == OperationState.BACKING_OFF) {
                assertThat(timer.isSet(SteppedTimer.BACKOFF, new OfAttempt(op, op.timesHeld)))
                        .as("%s has a timer", op)
                        .isTrue();
            }
            if (op.gathering) {
                assertThat(timer.isSet(SteppedTimer.LONG_QUIET, op) || timer.isSet(SteppedTimer.SHORT_QUIET, op))
                        .as("%s has a timer", op)
                        .isTrue();
            }
            assertThat(limited.contains(op))
                    .as("%s has a time limit", op)
                    .isEqualTo(played.options().runTimeout() && op.isOpen() && !op.timeUp);
        }
    }

    // ---------------------------------------------------------------- the end

    private void end() {
        if (played.closeAtOnce()) {
            model.close();
            orders.close();
            compare();
        } else {
            orders.openIntake();
            model.intakeOpen = true;
            limit(2);
        }
        int rounds = 0;
        while (model.count(Op::isLive) > 0 || executor.size() > 0) {
            assertThat(rounds++).as("rounds; still there: %s", model.all).isLessThan(MOST_ROUNDS);
            letAllGo();
        }
        StructuralCheck.assertIdle(orders);
        orders.close();
        StructuralCheck.assertIdle(orders);
    }

    private void letAllGo() {
        resume();
        for (String key : KEYS) {
            model.line(key).paused = false;
            orders.resumeKey(key);
            Op op = model.heldOf(key);
            if (op != null && op.state == OperationState.PARKED) {
                act(new Step(Act.SKIP, key.charAt(0) - 'a', 0, Body.SUCCEED));
            }
        }
        compare();
        run();
        compare();
        for (Supplier<List<Op>> open : List.<Supplier<List<Op>>>of(
                () -> new ArrayList<>(held.keySet()), () -> new ArrayList<>(stages.keySet()))) {
            for (Op op : open.get()) {
                if (stages.containsKey(op)) {
                    endStage(op, null);
                } else if (held.containsKey(op)) {
                    letGo(op);
                }
                compare();
            }
        }
        for (SteppedTimer.Set set : List.copyOf(timer.all)) {
            if (set.nanos() != SteppedTimer.RUN_TIMEOUT && set.nanos() != SteppedTimer.QUEUE_TIMEOUT) {
                fire(set);
            }
        }
        compare();
    }

    /** Lets every thread end, whatever it makes of it. */
    private void abandon() {
        abandoned = true;
        executor.abandon();
        List.copyOf(held.values()).forEach(Semaphore::release);
    }
}
