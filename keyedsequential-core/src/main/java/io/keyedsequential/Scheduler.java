package io.keyedsequential;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides what starts next: which lane a slot takes, which operation of it, and how long it goes on with a lane, with
 * the lock of its stripe or ahead without it; see {@link Lanes} for walking.
 */
final class Scheduler<K> {

    /** Operations that a runner may start in one visit of a stripe while lanes elsewhere wait. */
    static final int VISIT_OPERATIONS = 64;

    /** Nanoseconds after which a visit ends while lanes elsewhere wait. */
    static final long VISIT_NANOS = 100_000;

    private final int visitOperations;

    private final LaneTable<K> table;
    private final Stripe<K>[] stripes;
    private final AtomicLong readyStripes;
    private final Permits<K> permits;
    private final OperationCounters<K> counts;
    private final StartBarrier<K> attention;
    private final int perKeyConcurrency;

    Scheduler(LaneTable<K> table, boolean fair) {
        this.table = table;
        this.stripes = table.stripes;
        this.readyStripes = table.readyStripes;
        this.permits = table.permits;
        this.counts = table.counts;
        this.attention = table.attention;
        this.perKeyConcurrency = table.perKeyConcurrency;
        // Fair means strictly in turn: one operation a turn.
        this.visitOperations = fair ? 1 : VISIT_OPERATIONS;
    }

    /**
     * Starts an operation at once on a slot that is given for it, if its key and a permit are free; otherwise does
     * nothing and returns {@code null}. It never overtakes an operation of its key; and where a permit is free, no
     * other key waits for one but for a moment.
     */
    @Nullable
    Slot<K> startTurn(Operation<K> operation, boolean inside, long now) {
        return startTurn(operation, inside, false, now);
    }

    /** The same for a thread that is inside an operation of this atom and lends the turn its permit, if it starts. */
    @Nullable
    Slot<K> startNestedTurn(Operation<K> operation, long now) {
        return startTurn(operation, true, true, now);
    }

    private @Nullable Slot<K> startTurn(Operation<K> operation, boolean inside, boolean nested, long now) {
        int hash = LaneTable.spread(operation.key);
        int band = table.band(operation.key);
        int index = table.stripeOf(hash);
        Stripe<K> stripe = stripes[index];
        synchronized (stripe) {
            if (table.refusalAtDoor(inside) != null) {
                return null;
            }
            Lane<K> lane = stripe.find(operation.key, hash);
            if (lane != null && (lane.head != null || lane.running() >= perKeyConcurrency || lane.isPaused())) {
                return null;
            }
            if (lane == null) {
                lane = stripe.add(operation.key, hash, band); // first what needs memory, then what is counted
            }
            Slot<K> slot = nested ? permits.takeNested() : permits.takeForTurn();
            if (slot == null) {
                table.dropIfVacant(stripe, lane);
                return null;
            }
            operation.id = counts.turnBegins();
            lane.append(operation);
            slot.stripe = index;
            beginVisit(slot, now);
            start(stripe, slot, lane, now);
            counts.turnBegun();
            return slot;
        }
    }

    private boolean mayStart() {
        return !permits.isHeld() && !permits.isOverLimit();
    }

    private void beginVisit(Slot<K> slot, long now) {
        slot.budget = visitOperations;
        slot.visitEnds = now + VISIT_NANOS;
    }

    /** Starts the first operation of a lane that is settled and startable and whose token the caller has in hand. */
    @GuardedBy("stripe")
    private Operation<K> start(Stripe<K> stripe, Slot<K> slot, Lane<K> lane, long now) {
        Operation<K> operation = lane.first();
        table.leaves(lane);
        operation.startedAt = now;
        operation.state(Operation.RUNNING);
        lane.began();
        slot.lane = lane;
        slot.budget--;
        slot.started(operation);
        if (perKeyConcurrency == 1) {
            // The word first: a caller that begins to wait raises its count, then the word.
            slot.attention = attention.word();
            slot.walking = table.blockedCallers() == 0;
        } else {
            slot.walking = false;
            lane.dropStarted();
            slot.pushed |= table.pushIfReady(stripe, lane);
        }
        return operation;
    }

    /** The lane that has been ready longest in the next stripe that has one, begun on this slot. */
    @Nullable
    Operation<K> takeReady(Slot<K> slot, long now) {
        while (true) {
            long ready = readyStripes.get();
            if (ready == 0 || !mayStart()) {
                return null;
            }
            int from = slot.stripe + 1;
            int index =
                    (from + Long.numberOfTrailingZeros(Long.rotateRight(ready, from))) & (LaneTable.MOST_STRIPES - 1);
            Stripe<K> stripe = stripes[index];
            synchronized (stripe) {
                if (!mayStart()) {
                    return null;
                }
                Lane<K> lane = table.pollReady(stripe);
                if (lane != null) {
                    slot.stripe = index;
                    beginVisit(slot, now);
                    return start(stripe, slot, lane, now);
                }
            }
        }
    }

    /**
     * The operation that the slot runs next after one that has ended: of the same lane, or of another of the
     * same stripe.
     *
     * @return {@code null} if there is none here; the slot then holds no lane
     */
    @Nullable
    Operation<K> next(Slot<K> slot, Operation<K> ended, long now) {
        Operation<K> walked = slot.walking ? walk(slot, ended, now) : null;
        return walked != null ? walked : advance(slot, now, true);
    }

    /** Gives the lane in hand back after its operation has ended. */
    void leave(Slot<K> slot, long now) {
        advance(slot, now, false);
    }

    private @Nullable Operation<K> walk(Slot<K> slot, Operation<K> ended, long now) {
        Operation<K> operation = ended.next();
        if (operation == null || slot.budget <= 0 || now - slot.visitEnds > 0) {
            return null;
        }
        if (!attention.mayStart(slot)) {
            return null;
        }
        operation.startedAt = now;
        operation.state(Operation.RUNNING);
        slot.budget--;
        slot.started(operation);
        slot.concludeStart();
        return operation;
    }

    private @Nullable Operation<K> advance(Slot<K> slot, long now, boolean goOn) {
        Lane<K> lane = slot.lane;
        if (lane == null) {
            throw new IllegalStateException("a slot without a lane was asked to go on with it");
        }
        Stripe<K> stripe = stripes[slot.stripe];
        synchronized (stripe) {
            lane.dropStarted();
            lane.ended();
            slot.lane = null;
            boolean may = goOn && mayStart();
            boolean visitOver = slot.budget <= 0 || now - slot.visitEnds > 0;
            if (may && visitOver && readyStripes.get() == 0) {
                beginVisit(slot, now); // no other lane waits
                visitOver = false;
            }
            // A lane whose token is in the queue (perKeyConcurrency > 1) is started from there, or it would be there
            // in vain.
            if (may && !visitOver && !lane.isReady() && lane.isStartable(perKeyConcurrency)) {
                return start(stripe, slot, lane, now);
            }
            if (table.pushIfReady(stripe, lane)) {
                slot.pushed = true;
            } else if (lane.isVacant()) {
                stripe.remove(lane);
            }
            if (may && (!visitOver || stripes.length == 1)) {
                Lane<K> other = table.pollReady(stripe);
                if (other != null) {
                    if (visitOver) {
                        beginVisit(slot, now);
                    }
                    return start(stripe, slot, other, now);
                }
            }
            return null;
        }
    }

    /**
     * A slot for one more runner, if a lane is ready and no runner is on the way to it. Where several may search at
     * once, a lane that became ready while as many searched as there were is left to them: each looks again.
     *
     * <p>The lost wake-up: a producer makes a lane ready and sees no free permit, while a runner sees no ready lane and
     * gives its permit back. The producer writes the word of ready stripes and then reads {@code wakeable};
     * {@link #idle} writes {@code wakeable} and then reads the word. One of them sees the other. (Hunted by
     * ProducerAgainstIdlingRunner, ResumeAgainstIdlingRunner and LimitRaisedAgainstRelease.)
     */
    @Nullable
    Slot<K> wake() {
        return permits.isWakeable() && readyStripes.get() != 0 && isMoreReadyThanSearched()
                ? permits.takeToSearch()
                : null;
    }

    private boolean isMoreReadyThanSearched() {
        int searching = permits.searching();
        int ready = 0; // an estimate, which is all that is needed while one searches
        for (int i = 0; searching > 0 && i < stripes.length; i++) {
            ready += stripes[i].ready.size();
            if (ready > searching) {
                return true;
            }
        }
        return permits.searching() == 0; // the last that searched has looked again, perhaps before the lane was ready
    }

    /** Gives the slot back, then looks again. */
    @Nullable
    Slot<K> idle(Slot<K> slot) {
        permits.release(slot);
        return wake();
    }

    /**
     * The thread of a slot has come back from the body of an operation that was abandoned: the slot holds no lane any
     * more, and its permit may be used for others.
     */
    void cameBack(Slot<K> slot) {
        synchronized (stripes[slot.stripe]) {
            // Nothing to do: the thread that abandoned it has taken the lane under this lock.
            permits.cameBack(slot);
        }
    }
}
