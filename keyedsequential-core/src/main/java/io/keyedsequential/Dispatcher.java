package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands runners to the executor, and lets callers in that wait for room.
 *
 * <p>An executor may refuse. The permit is then given back at once. A caller is told if no runner is left to run its
 * operation; for operations that were accepted before, the hand-off is tried again after 10 ms, then ever later up to a
 * second, until the executor takes it, nothing is ready any more, or the coordinator is closed.
 *
 * <p>An executor may make its caller wait for a place. A caller that enqueues waits as it would if it used the executor
 * itself; a runner would wait for itself. So a runner is handed over from inside an operation on a spare thread, unless
 * the executor is known to take it at once, or to run it on the thread that hands it over.
 *
 * <p>An executor may have no thread, because operations keep its threads that wait for others. As long as some do, a
 * runner that the executor does not begin is run by a spare thread.
 *
 * <p>An executor may lose a runner; see {@link LostRunners}.
 */
final class Dispatcher<K> {

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

    /**
     * How long an executor whose threads wait for operations may take to begin a runner, before a spare thread does.
     */
    private static final long GRACE_NANOS = 10_000_000L;

    private final String name;
    private final Lanes<K> lanes;
    private final BlockedCallers<K> blockedCallers;
    private final Listeners listeners;
    private final IdleWatch idleWatch;

    /** Makes a runner for a slot. */
    private final Function<Slot<K>, HandedRunner<K>> runners;

    private final Executor executor;
    private final Timer timer;
    private final Timer watchTimer;
    private final @Nullable OwnedPool owned;
    private final SpareThreads spares;
    private final LostRunners<K> lost;
    private final SlowStart slowStart;

    /** Whether another try is due. */
    private final AtomicBoolean retrying = new AtomicBoolean();

    /** Threads inside of operations that wait for operations of this atom, or have lent a permit of it. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Whether a look is due at a runner that the executor ought to have begun. */
    private final AtomicBoolean graceGiven = new AtomicBoolean();

    /**
     * Whether the executor has last left a runner to a spare thread: it has no thread, and the next one gets no grace.
     */
    private volatile boolean starved;

    /** Whether the executor has ever begun a runner, and whether it last did so on the thread that handed it over. */
    private volatile boolean seen;

    private volatile boolean runsOnItsCaller;

    private final PendingRunners<K> handedOver = new PendingRunners<>();

    Dispatcher(
            String name,
            Lanes<K> lanes,
            BlockedCallers<K> blockedCallers,
            Listeners listeners,
            IdleWatch idleWatch,
            Function<Slot<K>, HandedRunner<K>> runners,
            CoordinatorOptions options,
            Timer timer,
            Timer watchTimer,
            SpareThreads spares,
            SlowStart slowStart) {
        this.name = name;
        this.lanes = lanes;
        this.blockedCallers = blockedCallers;
        this.idleWatch = idleWatch;
        this.runners = runners;
        this.listeners = listeners;
        this.timer = timer;
        this.watchTimer = watchTimer;
        this.spares = spares;
        this.slowStart = slowStart;
        this.lost = new LostRunners<>(this, lanes, listeners, spares, watchTimer);
        Executor given = options.executor();
        if (given == null) {
            OwnedPool pool = new OwnedPool(name);
            this.owned = pool;
            this.executor = pool;
        } else {
            this.owned = null;
            this.executor = given;
        }
    }

    /** The atom's. */
    String name() {
        return name;
    }

    /** Wakes a runner if there is a lane and a permit for it. */
    void wake() {
        if (tryWake(false) != null) {
            retryLater(SHORTEST_DELAY);
        } else if (lanes.permits.maySeveralSearch()) {
            wakeMore();
        }
    }

    /** The executor takes long to begin a runner: there is to be one on its way for each ready lane. */
    private void wakeMore() {
        for (Slot<K> slot = lanes.scheduler.wake(); slot != null; slot = lanes.scheduler.wake()) {
            if (wake(slot, false) != null) {
                retryLater(SHORTEST_DELAY);
                return;
            }
        }
    }

    /**
     * The same for the caller that has made a lane ready by an operation of its own.
     *
     * @return what the executor threw, if no runner is left that would run the operation: unless the caller can
     *     withdraw it, it says so to {@link #retryLater()}
     */
    @Nullable
    Throwable wakeForCaller() {
        Throwable refusal = tryWake(true);
        if (refusal != null && lanes.counts.isAnyAtWork()) {
            retryLater();
            return null;
        }
        return refusal;
    }

    /** The same on the timer's thread, which no executor may keep. */
    void wakeElsewhere() {
        timer.elsewhere(this::wake);
    }

    /** An operation has been started, and so has left the queue; perhaps another lane has become ready with it. */
    void madeRoom(boolean pushed) {
        boolean admitted = lanes.table.blockedCallers() > 0;
        if (admitted) {
            blockedCallers.admit();
        }
        if (admitted || pushed) {
            wake();
        }
    }

    void wakeIfPushed(Slot<K> slot) {
        if (slot.takePushed()) {
            wake();
        }
    }

    /** Room has been made: callers that wait for it are let in. */
    void admitBlocked() {
        if (lanes.table.blockedCallers() > 0) {
            blockedCallers.admit();
        }
    }

    private @Nullable Throwable tryWake(boolean own) {
        Slot<K> slot = lanes.scheduler.wake();
        return slot == null ? null : wake(slot, own);
    }

    private @Nullable Throwable wake(Slot<K> slot, boolean own) {
        HandedRunner<K> runner = null;
        try {
            HandedRunner<K> again = handedOver.refill(slot); // the executor has it still, and it was revoked
            runner = again != null ? again : runners.apply(slot);
            // First this, then the look; a thread that wants its permit back does the reverse (see recall).
            if (again == null) {
                slowStart.handedOver(runner);
                handedOver.add(runner);
            }
            if (lanes.permits.isAwaited()) {
                // One that the executor was never given must not be refilled later: nothing would run it.
                Slot<K> back = again != null ? runner.revoke() : runner.discard();
                if (back != null) {
                    giveBack(back);
                }
                if (back != null || again == null) {
                    return tryWake(own);
                }
            }
            Throwable refusal = again != null ? null : handOver(runner, own);
            if (refusal == null && owned == null) {
                accompany(runner);
            }
            return refusal;
        } catch (Throwable e) { // memory may be short, or threads
            return refused(runner, slot, e);
        }
    }

    private @Nullable Throwable handOver(HandedRunner<K> runner, boolean own) {
        if (owned != null || runsOnItsCaller || KnownExecutors.takesAtOnce(executor)) {
            return enter(runner);
        }
        boolean inside = ThreadOperations.ofThisThread() != null || StageCompletions.isInsideAny();
        boolean several = lanes.permits.maySeveralSearch();
        if (!inside && (own ? !several || lanes.permits.taken() <= 1 : !seen)) {
            return enter(runner);
        }
        if (several) { // each on a thread of its own: one that the executor keeps must delay neither others nor callers
            spares.run(() -> enterOrRetry(runner));
            return null;
        }
        return spares.handOver(() -> enter(runner), refusal -> retryLater(SHORTEST_DELAY));
    }

    private void enterOrRetry(HandedRunner<K> runner) {
        if (enter(runner) != null) {
            retryLater(SHORTEST_DELAY);
        }
    }

    /** Gives a runner to the executor, on whatever thread. */
    @Nullable
    Throwable enter(HandedRunner<K> runner) {
        try {
            runner.handedBy = Thread.currentThread();
            executor.execute(runner);
            return null;
        } catch (Throwable e) { // also the Error of a virtual machine that can start no more threads
            return refused(runner, null, e);
        } finally {
            runner.handedBy = null;
        }
    }

    private @Nullable Throwable refused(@Nullable HandedRunner<K> runner, @Nullable Slot<K> slot, Throwable cause) {
        Slot<K> revoked = runner == null ? slot : runner.discard();
        if (revoked == null) {
            return null; // it threw, but it did run the runner
        }
        giveBack(revoked);
        listeners.handOffRejected(cause);
        return cause;
    }

    /**
     * Takes the permit from a runner that has been handed over and has not begun, for a thread that has lent it
     * and wants it back. Such a runner may stand in the queue of an executor whose threads all wait, that thread
     * among them.
     */
    void recall() {
        Slot<K> slot = handedOver.revoke();
        if (slot != null) {
            giveBack(slot);
            wake();
        }
    }

    private void giveBack(Slot<K> slot) {
        lanes.permits.release(slot);
        idleWatch.check();
    }

    /** The runners that have been handed over and that the executor has not begun. */
    List<HandedRunner<K>> pending() {
        return handedOver.list();
    }

    // ---------------------------------------------------------------- executors without a thread

    /** A runner begins on a thread of the executor. */
    void begun(HandedRunner<K> runner, boolean onItsCaller) {
        if (owned == null) {
            slowStart.begun(runner);
            seen = true;
            starved = false;
            runsOnItsCaller = onItsCaller;
        }
    }

    /** A thread inside of an operation is about to wait, or (-1) goes on. It may be one of the executor's. */
    void threadWaits(int change) {
        if (owned != null) {
            return; // it starts a thread for every runner
        }
        // First the count, then the look; a thread that hands a runner over does the reverse.
        if (waiting.addAndGet(change) > 0 && change > 0) {
            pending().forEach(this::begin);
        }
    }

    boolean isAwaited() {
        return waiting.get() > 0;
    }

    /** Whether a runner may keep its thread for a moment although nothing is ready: it is not that of a caller. */
    boolean isWorthLookingOn() {
        return !runsOnItsCaller;
    }

    private void accompany(HandedRunner<K> runner) {
        if (!runner.isPending()) {
            return;
        }
        if (isAwaited()) {
            begin(runner);
        }
        lost.watch(runner);
    }

    private void begin(HandedRunner<K> runner) {
        if (starved) {
            runOnSpare(runner);
        } else if (graceGiven.compareAndSet(false, true)) {
            if (watchTimer.tryAfter(GRACE_NANOS, this::graceIsOver) == null) { // without the grace, then
                graceGiven.set(false);
                runOnSpare(runner);
            }
        }
    }

    private void graceIsOver() {
        graceGiven.set(false);
        List<HandedRunner<K>> pending = pending();
        if (!pending.isEmpty() && isAwaited()) {
            starved = true;
            pending.forEach(this::runOnSpare);
        }
    }

    private void runOnSpare(HandedRunner<K> runner) {
        try {
            spares.run(runner::runOnSpare);
        } catch (Throwable e) { // no thread to be had; the executor has it still
            listeners.handOffRejected(e);
        }
    }

    // ---------------------------------------------------------------- executors that refuse

    void retryLater() {
        retryLater(SHORTEST_DELAY);
    }

    private void retryLater(Duration delay) {
        if (!lanes.table.isAnyReady() || lanes.table.isClosed() || !retrying.compareAndSet(false, true)) {
            return;
        }
        try {
            timer.after(delay.toNanos(), () -> timer.elsewhere(() -> retry(delay)));
        } catch (Throwable e) { // the timer needs a thread too; the next wake-up tries again
            retrying.set(false);
            listeners.handOffRejected(e);
        }
    }

    private void retry(Duration delay) {
        retrying.set(false);
        if (tryWake(false) != null) {
            Duration longer = delay.multipliedBy(2);
            retryLater(longer.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : longer);
        }
    }

    /** Nothing is left, and nothing will come: nothing more is due. */
    void closeTimers() {
        timer.close();
        watchTimer.close();
    }

    /** Stops an owned pool and interrupts what it runs. */
    void close() {
        spares.close();
        if (owned != null) {
            owned.close();
        }
    }
}
