package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * Decides about operations that have left their slot without ending: they await their stage, back off until their next
 * attempt, or are parked. Performs nothing, as {@link Lanes}, whose locks and invariants these are.
 *
 * <p>An operation that is held back stands at the head of its lane's queue, and as long as it does the lane is not
 * startable: nothing overtakes it, and it holds neither permit nor thread.
 */
final class Suspension<K> {

    /** An operation that an operator has had forgiven, and what is known of its attempts since. */
    record Forgiven<K>(Operation<K> operation, Attempts attempts, boolean wasParked) {}

    private final LaneTable<K> table;
    private final OperationCounters<K> counts;

    Suspension(LaneTable<K> table) {
        this.table = table;
        this.counts = table.counts;
    }

    /**
     * The operation in hand is about to be left to its stage: it keeps its key, and soon neither permit nor thread.
     *
     * @return {@code false} if it was abandoned
     */
    boolean beginAwaiting(Slot<K> slot, StageOperation<K, ?> operation) {
        Stripe<K> stripe = table.stripes[slot.stripe];
        synchronized (stripe) {
            if (operation.isEnding()) {
                return false;
            }
            stripe.addAwaiting(operation);
            operation.awaits(true);
            slot.passedOn();
        }
        slot.awaited(1);
        counts.awaitingBegan();
        return true;
    }

    /** The operation has been left; the thread that completes the stage may have ended it already. */
    void leftToStage(Slot<K> slot) {
        slot.lane = null;
    }

    /**
     * The stage was complete before the operation was left.
     *
     * @return {@code false} if it was abandoned before that
     */
    boolean endAwaiting(Slot<K> slot, StageOperation<K, ?> operation) {
        Stripe<K> stripe = table.stripes[slot.stripe];
        synchronized (stripe) {
            if (operation.isEnding()) {
                slot.lane = null;
                return false;
            }
            slot.awaited(-1);
            stripe.removeAwaiting(operation);
            operation.awaits(false);
            slot.keeps(operation);
            return true;
        }
    }

    /** Opens the key of an operation that its stage has ended, in the state that it has now. */
    void stageEnded(StageOperation<K, ?> operation) {
        Stripe<K> stripe = table.stripe(operation);
        int state = operation.state();
        if (state == Operation.CANCELLED) {
            counts.oneStopped();
        } else {
            counts.endedAside(state == Operation.FAILED);
        }
        counts.stageEnded();
        synchronized (stripe) {
            Lane<K> lane = endAwaiting(stripe, operation);
            table.pushIfReady(stripe, lane);
            table.dropIfVacant(stripe, lane);
        }
    }

    /** Takes an operation whose stage has ended off the list of those that await theirs; its lane is settled. */
    @GuardedBy("stripe")
    private Lane<K> endAwaiting(Stripe<K> stripe, StageOperation<K, ?> operation) {
        Lane<K> lane = offStage(stripe, operation);
        lane.dropStarted();
        lane.ended();
        return lane;
    }

    /** Takes an operation off the list of those that await their stage. Its lane, which still counts it as running. */
    @GuardedBy("stripe")
    Lane<K> offStage(Stripe<K> stripe, StageOperation<K, ?> operation) {
        if (!operation.listed) {
            throw new IllegalStateException("operation " + operation.id + " ended twice");
        }
        stripe.removeAwaiting(operation);
        return operation.lane();
    }

    /**
     * Puts the operation in hand, whose attempt has failed, back to the head of its lane; the slot then holds no lane.
     *
     * <p>The lost cancellation: a thread marks the operation as stopped after we have looked and before it is held
     * back. Its state and the mark are one word, so it is held back only if it is not marked, and a thread that comes
     * later finds it held back and takes it out. (Hunted by CancelAgainstHoldBack.)
     *
     * @param state {@link Operation#BACKING_OFF} or {@link Operation#PARKED}
     * @return {@code false} if the operation was stopped meanwhile: it is to end
     */
    boolean holdBack(Slot<K> slot, Operation<K> operation, int state, Attempts attempts) {
        Lane<K> lane = slot.lane;
        if (lane == null) {
            throw new IllegalStateException("operation " + operation.id + " is to be held back without a lane");
        }
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            lane.dropStarted(); // as long as it is seen there that the operation has been started
            if (table.isClosed() || !operation.holdBack(state, attempts)) {
                return false;
            }
            lane.ended();
            slot.lane = null;
            slot.passedOn();
            putBack(stripe, lane, operation);
            return true;
        }
    }

    /** The same for an operation whose stage has failed. */
    boolean holdBackAwaiting(StageOperation<K, ?> operation, int state, Attempts attempts) {
        Stripe<K> stripe = table.stripe(operation);
        synchronized (stripe) {
            operation.lane().dropStarted(); // as long as it is seen there that the operation has been started
            if (table.isClosed() || !operation.holdBack(state, attempts)) {
                return false;
            }
            Lane<K> lane = endAwaiting(stripe, operation);
            counts.stageEnded();
            putBack(stripe, lane, operation);
            return true;
        }
    }

    @GuardedBy("stripe")
    private void putBack(Stripe<K> stripe, Lane<K> lane, Operation<K> operation) {
        lane.putBack(operation);
        counts.heldBack(operation.state() == Operation.PARKED);
        table.dropIfVacant(stripe, lane); // with perKeyConcurrency > 1 the lane may have been ready
    }

    /**
     * Queues again an operation that is held back. A timer, operators and cancellations may come at once; one of them
     * finds it held back. (Hunted by ReleaseAgainstTakeOut.)
     *
     * @param expected the attempts after which it was held back: a thread that comes late finds others
     * @param attempts what is to be known of its attempts from now on
     * @return {@code null} if it is no longer held back after those; otherwise whether its lane has become ready
     */
    @SuppressWarnings("ReferenceEquality") // the same attempts, not equal ones
    @Nullable
    Boolean release(Operation<K> operation, Attempts expected, Attempts attempts) {
        Stripe<K> stripe = table.stripe(operation);
        synchronized (stripe) {
            if (operation.attempts != expected || !operation.isHeldBack()) {
                return null;
            }
            Lane<K> lane = operation.lane();
            lane.dropStarted();
            table.leaves(lane); // a key that is not parked may hold more
            counts.requeued(operation.state() == Operation.PARKED);
            operation.attempts = attempts;
            operation.state(Operation.QUEUED);
            return table.pushIfReady(stripe, lane);
        }
    }

    /**
     * Gives the operation that keeps a key closed all its attempts anew. It still keeps the key closed, and is to be
     * released at once: if it was parked it only backs off now, so that one thread unparks it, and can tell before
     * it starts.
     */
    @Nullable
    Forgiven<K> forgive(K key) {
        int hash = LaneTable.spread(key);
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            Operation<K> operation = heldBack(stripe.find(key, hash));
            return operation == null ? null : forgiven(operation);
        }
    }

    /** The same for an operation that is known, whatever its key says by now. */
    @Nullable
    Forgiven<K> forgive(Operation<K> operation) {
        synchronized (table.stripe(operation)) {
            return operation.isHeldBack() ? forgiven(operation) : null;
        }
    }

    @GuardedBy("stripe")
    private @Nullable Forgiven<K> forgiven(Operation<K> operation) {
        Attempts past = operation.attempts;
        if (past == null) {
            return null;
        }
        boolean parked = operation.state() == Operation.PARKED;
        Attempts attempts = past.forgiven();
        operation.attempts = attempts;
        if (parked) {
            table.leaves(operation.lane());
            counts.unparked();
            operation.state(Operation.BACKING_OFF);
        }
        return new Forgiven<>(operation, attempts, parked);
    }

    @GuardedBy("stripe")
    static <K> @Nullable Operation<K> heldBack(@Nullable Lane<K> lane) {
        if (lane == null) {
            return null;
        }
        lane.dropStarted();
        return lane.heldBack();
    }
}
