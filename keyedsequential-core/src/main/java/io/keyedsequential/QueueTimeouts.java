package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Fails operations that are not started in time.
 *
 * <p>One timer a stripe, and only while something is queued there: it is set for the oldest operation of the stripe,
 * and when it fires, for the oldest of those that are left. So an operation that is started in time costs nothing but a
 * look at whether the timer is set.
 */
final class QueueTimeouts<K> {

    /** How late an operation may expire for each lane of its stripe: a thousand lanes make a millisecond. */
    static final long NANOS_FOR_EACH_LANE = 1_000;

    /** When a look that has failed is tried again. */
    private static final long SECOND_TRY_NANOS = 1_000_000_000;

    private final String atom;
    private final Outcomes<K> outcomes;
    private final Lanes<K> lanes;
    private final Duration timeout;
    private final Timer timer;

    /** 1 for each stripe whose timer is set. */
    private final AtomicIntegerArray set;

    QueueTimeouts(String atom, Outcomes<K> outcomes, Lanes<K> lanes, Duration timeout, Timer timer) {
        this.atom = atom;
        this.outcomes = outcomes;
        this.lanes = lanes;
        this.timeout = timeout;
        this.timer = timer;
        this.set = new AtomicIntegerArray(lanes.table.stripes.length);
    }

    /** An operation has been queued. */
    void queued(Operation<K> operation) {
        setTimer(lanes.table.stripeOf(operation), timeout.toNanos());
    }

    private void setTimer(int stripe, long nanos) {
        if (set.get(stripe) == 0 && set.compareAndSet(stripe, 0, 1)) {
            schedule(stripe, nanos);
        }
    }

    /**
     * How long until the next look after one, if an operation is due in so long. A look visits every lane of the stripe
     * under its lock; where there are many, looks keep a distance that leaves nearly all of the time to others, and
     * find what has become due meanwhile.
     */
    static long untilNextLook(long nanos, int lanes) {
        return Math.max(nanos, lanes * NANOS_FOR_EACH_LANE);
    }

    private long untilNextLook(int stripe, long oldest, long now) {
        return untilNextLook(oldest + timeout.toNanos() - now, lanes.table.stripes[stripe].size());
    }

    private void schedule(int stripe, long nanos) {
        if (timer.tryAfter(nanos, () -> look(stripe)) == null) { // the next admission tries again
            set.set(stripe, 0);
        }
    }

    private void look(int stripe) {
        if (lanes.counts.queued() == 0) { // what follows would make an idle atom look busy
            set.set(stripe, 0);
            // An operation queued since we looked has found the timer set. Look again, now that it is not.
            if (lanes.counts.queued() == 0 || !set.compareAndSet(stripe, 0, 1)) {
                return;
            }
        }
        long now = System.nanoTime();
        List<Operation<K>> expired = new ArrayList<>();
        try {
            outcomes.endAllElsewhere(expired, () -> takeOut(stripe, now, expired), this::late);
        } catch (Throwable e) { // memory may be short; whatever it was, others wait for this timer
            schedule(stripe, SECOND_TRY_NANOS);
        }
    }

    /** Sets the timer again before futures and listeners are told: what they do is foreign, and may take long. */
    private void takeOut(int stripe, long now, List<Operation<K>> expired) {
        Long oldest = lanes.removal.takeOutExpired(stripe, now - timeout.toNanos(), expired);
        if (oldest != null) {
            schedule(stripe, untilNextLook(stripe, oldest, now));
            return;
        }
        // An operation queued since we looked has found the timer set. Look again, now that it is not.
        set.set(stripe, 0);
        oldest = lanes.removal.takeOutExpired(stripe, now - timeout.toNanos(), expired);
        if (oldest != null) {
            setTimer(stripe, untilNextLook(stripe, oldest, now));
        }
    }

    private TimeoutException late(Operation<K> operation) {
        return new TimeoutException("%s: operation %d was not started within %d ms (queueTimeout; queued=%d, active=%d)"
                .formatted(
                        atom, operation.shownId(), timeout.toMillis(), lanes.counts.queued(), lanes.counts.active()));
    }
}
