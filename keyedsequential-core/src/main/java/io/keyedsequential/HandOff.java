package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Hands runners to the executor.
 *
 * <p>An executor may refuse. The permit is then given back at once. A caller whose operation nobody else would run is told;
 * for operations that were accepted before, the hand-off is tried again after 10 ms, then ever later up to a second, until
 * the executor takes it, nothing is ready any more, or the coordinator is closed.
 */
final class HandOff<K> {

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

    private final StripedCoordinator<K> coordinator;
    private final Lanes<K> lanes;
    private final Listeners listeners;
    private final Executor executor;
    private final Timer timer;
    private final @Nullable OwnedPool owned;

    /** Whether another try is due. */
    private final AtomicBoolean retrying = new AtomicBoolean();

    /** The runner that was handed over last. The one before it has begun: until it has, it is the one that searches. */
    private volatile @Nullable Runner<K> handedOver;

    HandOff(
            StripedCoordinator<K> coordinator,
            Lanes<K> lanes,
            Listeners listeners,
            CoordinatorOptions options,
            Timer timer) {
        this.coordinator = coordinator;
        this.lanes = lanes;
        this.listeners = listeners;
        this.timer = timer;
        Executor given = options.executor();
        if (given == null) {
            OwnedPool pool = new OwnedPool(coordinator.name());
            this.owned = pool;
            this.executor = pool;
        } else {
            this.owned = null;
            this.executor = given;
        }
    }

    /** Wakes a runner if there is a lane and a permit for it. */
    void wake() {
        if (tryWake() != null) {
            retryLater(SHORTEST_DELAY);
        }
    }

    /**
     * The same for the caller that has made a lane ready by an operation of its own.
     *
     * @return what the executor threw, if the operation has been withdrawn because nobody would run it
     */
    @Nullable
    Throwable wakeFor(Operation<K> operation) {
        Throwable refusal = tryWake();
        if (refusal == null) {
            return null;
        }
        boolean nobodyRuns = !lanes.counts.isAnyAtWork();
        if (nobodyRuns && coordinator.withdraw(operation)) {
            return refusal;
        }
        retryLater(SHORTEST_DELAY);
        return null;
    }

    private @Nullable Throwable tryWake() {
        Slot<K> slot = lanes.wake();
        if (slot == null) {
            return null;
        }
        Runner<K> runner = null;
        try {
            runner = new Runner<>(coordinator, lanes, slot);
            // First this, then the look; who wants its permit back does the reverse (see recall).
            handedOver = runner;
            if (lanes.permits.isAwaited() && recall(runner)) {
                return tryWake();
            }
            executor.execute(runner);
            return null;
        } catch (Throwable e) { // also the Error of a virtual machine that can start no more threads
            Slot<K> revoked = runner == null ? slot : runner.revoke();
            if (revoked == null) {
                return null; // it threw, but it did run the runner
            }
            lanes.permits.release(revoked);
            coordinator.slotGivenUp();
            listeners.handOffRejected(e);
            return e;
        }
    }

    /**
     * Takes the permit from a runner that has been handed over and has not begun, for somebody who has lent it and wants it
     * back. Such a runner may stand in the queue of an executor whose threads all wait, that somebody's among them.
     */
    void recall() {
        Runner<K> runner = handedOver;
        if (runner != null && recall(runner)) {
            wake();
        }
    }

    private boolean recall(Runner<K> runner) {
        Slot<K> slot = runner.revoke();
        if (slot == null) {
            return false;
        }
        lanes.permits.release(slot);
        coordinator.slotGivenUp();
        return true;
    }

    private void retryLater(Duration delay) {
        if (lanes.readyStripes() == 0 || lanes.isClosed() || !retrying.compareAndSet(false, true)) {
            return;
        }
        try {
            timer.after(delay.toNanos(), () -> retry(delay));
        } catch (Throwable e) { // the timer needs a thread too; the next wake-up of anybody tries again
            retrying.set(false);
            listeners.handOffRejected(e);
        }
    }

    private void retry(Duration delay) {
        retrying.set(false);
        if (tryWake() != null) {
            Duration longer = delay.multipliedBy(2);
            retryLater(longer.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : longer);
        }
    }

    /** Stops an owned pool and interrupts what it runs. */
    void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
