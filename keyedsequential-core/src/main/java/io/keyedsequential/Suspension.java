package io.keyedsequential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to operations out of the ordinary course: held back between two attempts, parked, released,
 * taken out, replaced by newer ones, stopped while they run. Performs nothing, as {@link Lanes}, whose locks and
 * invariants these are.
 *
 * <p>An operation that is held back stands at the head of its lane's queue, and as long as it does the lane is not
 * startable: nothing overtakes it, and it holds neither permit nor thread.
 */
final class Suspension<K> {

    /** An operation that an operator has had forgiven, and what is known of its attempts since. */
    record Forgiven<K>(Operation<K> operation, Attempts attempts, boolean wasParked) {}

    /** An operation that has been taken out of its lane. */
    record Taken<K>(Operation<K> operation, boolean wasParked) {}

    private final Lanes<K> lanes;

    Suspension(Lanes<K> lanes) {
        this.lanes = lanes;
    }

    // ---------------------------------------------------------------- holding back and releasing

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
        Stripe<K> stripe = lanes.stripe(lane.hash);
        synchronized (stripe) {
            lane.dropStarted(); // as long as it is seen there that the operation has been started
            if (lanes.isClosed() || !operation.holdBack(state, attempts)) {
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
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            operation.lane().dropStarted(); // as long as it is seen there that the operation has been started
            if (lanes.isClosed() || !operation.holdBack(state, attempts)) {
                return false;
            }
            Lane<K> lane = lanes.endAwaiting(stripe, operation);
            lanes.counts.stageEnded();
            putBack(stripe, lane, operation);
            return true;
        }
    }

    @GuardedBy("stripe")
    private void putBack(Stripe<K> stripe, Lane<K> lane, Operation<K> operation) {
        lane.putBack(operation);
        lanes.counts.heldBack(operation.state() == Operation.PARKED);
        lanes.dropIfVacant(stripe, lane); // with perKeyConcurrency > 1 the lane may have been ready
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
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            if (operation.attempts != expected || !operation.isHeldBack()) {
                return null;
            }
            Lane<K> lane = operation.lane();
            lane.dropStarted();
            lanes.leaves(lane); // a key that is not parked may hold more
            lanes.counts.requeued(operation.state() == Operation.PARKED);
            operation.attempts = attempts;
            operation.state(Operation.QUEUED);
            return lanes.pushIfReady(stripe, lane);
        }
    }

    /**
     * Gives the operation that keeps a key closed all its attempts anew. It still keeps the key closed, and is to be
     * released at once: if it was parked it only backs off now, so that one thread unparks it, and can tell before
     * it starts.
     */
    @Nullable
    Forgiven<K> forgive(K key) {
        int hash = Lanes.spread(key);
        Stripe<K> stripe = lanes.stripe(hash);
        synchronized (stripe) {
            Operation<K> operation = heldBack(stripe.find(key, hash));
            return operation == null ? null : forgiven(operation);
        }
    }

    /** The same for an operation that is known, whatever its key says by now. */
    @Nullable
    Forgiven<K> forgive(Operation<K> operation) {
        synchronized (lanes.stripe(operation)) {
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
            lanes.leaves(operation.lane());
            lanes.counts.unparked();
            operation.state(Operation.BACKING_OFF);
        }
        return new Forgiven<>(operation, attempts, parked);
    }

    /** Takes out the operation that keeps a key closed: it fails. */
    @Nullable
    Taken<K> skip(K key) {
        int hash = Lanes.spread(key);
        Stripe<K> stripe = lanes.stripe(hash);
        synchronized (stripe) {
            Operation<K> operation = heldBack(stripe.find(key, hash));
            return operation == null ? null : takeOut(stripe, operation, Operation.FAILED);
        }
    }

    /** The same for an operation that is known, if it keeps its key closed. */
    @Nullable
    Taken<K> skip(Operation<K> operation) {
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            return operation.isHeldBack() ? takeOut(stripe, operation, Operation.FAILED) : null;
        }
    }

    @GuardedBy("stripe")
    private static <K> @Nullable Operation<K> heldBack(@Nullable Lane<K> lane) {
        if (lane == null) {
            return null;
        }
        lane.dropStarted();
        return lane.heldBack();
    }

    // ---------------------------------------------------------------- taking out

    /**
     * Takes out an operation that waits: queued, gathering, or held back.
     *
     * @param state what it ends as, {@link Operation#CANCELLED} or {@link Operation#FAILED}
     * @return {@code null} if it no longer waits
     */
    @Nullable
    Taken<K> takeOut(Operation<K> operation, int state) {
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            return takeOut(stripe, operation, state);
        }
    }

    @GuardedBy("stripe")
    private @Nullable Taken<K> takeOut(Stripe<K> stripe, Operation<K> operation, int state) {
        Lane<K> lane = operation.lane();
        boolean parked = operation.state() == Operation.PARKED;
        stopWalk(lane);
        if (!remove(stripe, lane, operation)) {
            return null;
        }
        end(stripe, lane, operation, state);
        opened(stripe, lane);
        return new Taken<>(operation, parked);
    }

    /**
     * Takes out every operation that waits for a key, in order.
     *
     * @param parked takes those of them that were parked
     */
    List<Operation<K>> takeAllOut(K key, List<Operation<K>> parked) {
        int hash = Lanes.spread(key);
        Stripe<K> stripe = lanes.stripe(hash);
        synchronized (stripe) {
            Lane<K> lane = stripe.find(key, hash);
            return lane == null ? List.of() : takeAllOut(stripe, lane, parked);
        }
    }

    /** The same for the key of an operation that is known, whatever its key says by now. */
    List<Operation<K>> takeAllOut(Operation<K> operation, List<Operation<K>> parked) {
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            return takeAllOut(stripe, operation.lane(), parked);
        }
    }

    @GuardedBy("stripe")
    private List<Operation<K>> takeAllOut(Stripe<K> stripe, Lane<K> lane, List<Operation<K>> parked) {
        List<Operation<K>> taken = new ArrayList<>();
        stopWalk(lane);
        lane.dropStarted();
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            if (each.state() == Operation.PARKED) {
                parked.add(each);
            }
        }
        takeAll(stripe, lane, taken);
        lanes.dropIfVacant(stripe, lane);
        return taken;
    }

    /** The same for a lane that is settled and not being walked. The caller tidies. */
    @GuardedBy("stripe")
    void takeAll(Stripe<K> stripe, Lane<K> lane, List<Operation<K>> taken) {
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            end(stripe, lane, each, Operation.CANCELLED);
            taken.add(each);
        }
        lane.dropStarted();
        for (Operation<K> each : lanes.gathering(lane)) {
            remove(stripe, lane, each);
            end(stripe, lane, each, Operation.CANCELLED);
            taken.add(each);
        }
    }

    /**
     * Takes out the operations of a stripe that were never started and have waited too long.
     *
     * @param deadline the latest {@link Operation#enqueuedAt} that is too long ago
     * @return when the oldest of those that stay was enqueued; {@code null} if none stays
     */
    @Nullable
    Long takeOutExpired(int index, long deadline, List<Operation<K>> expired) {
        Stripe<K> stripe = lanes.stripes()[index];
        synchronized (stripe) {
            Due<K> due = new Due<>(deadline);
            stripe.forEach(lane -> {
                for (Operation<K> each = lane.head; each != null; each = each.next()) {
                    if (due.isInTime(each)) {
                        break; // those behind it came later, or at the same time
                    }
                }
            });
            if (!due.operations.isEmpty()) {
                lanes.attention.raise(); // owners may be walking
            }
            for (Operation<K> each : due.operations) {
                Lane<K> lane = each.lane();
                if (each.state() == Operation.QUEUED) {
                    expired.add(each); // first what needs memory: what is taken out is told, come what may
                    if (remove(stripe, lane, each)) {
                        end(stripe, lane, each, Operation.FAILED);
                        opened(stripe, lane);
                    } else {
                        expired.remove(expired.size() - 1);
                    }
                }
            }
            return due.oldest;
        }
    }

    /** What has waited too long, and since when what has not waits. */
    private static final class Due<K> {

        final Set<Operation<K>> operations = new LinkedHashSet<>();
        final long deadline;

        @Nullable
        Long oldest;

        Due(long deadline) {
            this.deadline = deadline;
        }

        /** Whether an operation waits for its first start and may go on waiting. */
        boolean isInTime(Operation<K> operation) {
            if (operation.state() != Operation.QUEUED || operation.attempts != null) {
                return false; // it has been started once
            }
            if (operation.enqueuedAt - deadline <= 0) {
                operations.add(operation);
                return false;
            }
            oldest = oldest != null && oldest - operation.enqueuedAt < 0 ? oldest : operation.enqueuedAt;
            return true;
        }
    }

    /** Takes out every queued operation of the atom; what is held back between attempts or parked stays. */
    List<Operation<K>> takeOutQueued() {
        List<Operation<K>> taken = new ArrayList<>();
        for (Stripe<K> stripe : lanes.stripes()) {
            synchronized (stripe) {
                lanes.attention.raise(); // owners may be walking
                List<Lane<K>> present = new ArrayList<>(stripe.size());
                stripe.forEach(present::add);
                for (Lane<K> lane : present) {
                    lane.dropStarted();
                    List<Operation<K>> queued = new ArrayList<>();
                    for (Operation<K> each = lane.head; each != null; each = each.next()) {
                        if (each.state() == Operation.QUEUED) {
                            queued.add(each);
                        }
                    }
                    queued.addAll(lanes.gathering(lane));
                    for (Operation<K> each : queued) {
                        if (remove(stripe, lane, each)) {
                            end(stripe, lane, each, Operation.CANCELLED);
                            taken.add(each);
                        }
                    }
                    lanes.dropIfVacant(stripe, lane);
                }
            }
        }
        return taken;
    }

    /** The owner of a lane, if it walks, starts nothing more without the lock. */
    @GuardedBy("stripe")
    private void stopWalk(Lane<K> lane) {
        if (lane.running() > 0) {
            lanes.attention.raise();
        }
    }

    /** Takes a waiting operation out of wherever it stands in a lane that is not being walked; asks no key. */
    @GuardedBy("stripe")
    private boolean remove(Stripe<K> stripe, Lane<K> lane, Operation<K> operation) {
        if (operation instanceof CoalescedOperation<K, ?> coalesced && coalesced.gathering) {
            stripe.latest().endGathering(coalesced, lane);
            return true;
        }
        lane.dropStarted();
        if (!operation.isWaiting()) {
            return false;
        }
        lane.remove(operation);
        return true;
    }

    /** Ends an operation that has been taken out. */
    @GuardedBy("stripe")
    private void end(Stripe<K> stripe, Lane<K> lane, Operation<K> operation, int state) {
        lanes.leaves(lane);
        if (operation instanceof CoalescedOperation<K, ?> coalesced) {
            stripe.latest().remove(coalesced, lane);
        }
        if (operation.isHeldBack()) {
            lanes.counts.requeued(operation.state() == Operation.PARKED);
        }
        operation.state(state);
        lanes.counts.leftUnstarted(state == Operation.FAILED);
    }

    /** What stood behind an operation that was taken out may be startable now. */
    @GuardedBy("stripe")
    private void opened(Stripe<K> stripe, Lane<K> lane) {
        lanes.pushIfReady(stripe, lane);
        lanes.dropIfVacant(stripe, lane);
    }

    // ---------------------------------------------------------------- coalescing

    /**
     * Takes out the waiting operation of the same group, and counts the new one in on its place.
     *
     * @return {@code false} if none waits
     */
    @GuardedBy("stripe")
    boolean replace(Stripe<K> stripe, Lane<K> lane, CoalescedOperation<K, ?> operation) {
        CoalescedOperation<K, ?> old = stripe.latest().waiting(operation.group, lane);
        if (old == null) {
            return false;
        }
        if (!old.gathering) {
            stopWalk(lane); // its owner may be walking towards it
        }
        if (!remove(stripe, lane, old)) {
            return false;
        }
        operation.firstAt = old.firstAt;
        operation.replaced = old;
        operation.id = lanes.counts.replacementBegins();
        end(stripe, lane, old, Operation.CANCELLED);
        lanes.counts.replacementEnds();
        return true;
    }

    /**
     * Queues an operation that has been counted in, or lets it gather.
     *
     * @return whether its lane has become ready
     */
    @GuardedBy("stripe")
    boolean enqueue(Stripe<K> stripe, Lane<K> lane, CoalescedOperation<K, ?> operation) {
        stripe.latest().add(operation, lane);
        if (operation.gatheringNanos() > 0) {
            stripe.latest().beginGathering(operation, lane);
            lanes.dropIfVacant(stripe, lane); // the one it replaced may have been all that made the lane ready
            return false;
        }
        lane.append(operation);
        return lanes.pushIfReady(stripe, lane);
    }

    /** Queues an operation that has gathered long enough; returns whether its lane has become ready. */
    boolean gathered(CoalescedOperation<K, ?> operation, long now) {
        Lane<K> lane = operation.lane();
        Stripe<K> stripe = lanes.stripe(lane.hash);
        synchronized (stripe) {
            if (!operation.gathering) {
                return false;
            }
            stripe.latest().endGathering(operation, lane);
            operation.enqueuedAt = now;
            // Its id is older than its place, and a failed attempt has to find back to that.
            stripe.latest().place(operation, lanes.counts.lastId());
            lane.append(operation);
            return lanes.pushIfReady(stripe, lane);
        }
    }

    /** A coalesced operation has begun: a newer one no longer replaces it. */
    void begun(CoalescedOperation<K, ?> operation) {
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            stripe.latest().remove(operation, operation.lane());
        }
    }

    // ---------------------------------------------------------------- stopping what runs

    /**
     * Says whose thread is to be interrupted for an operation that runs. The slot starts nothing else until
     * {@link Slot#interrupting} is counted down, which the caller does after the interrupt.
     *
     * <p>The stray interrupt: the operation ends and another one starts on the same thread between our look and the
     * interrupt. We look under the stripe's lock after raising the attention word, so its runner can get on only
     * through that lock, and there it sees the mark and waits. (Hunted by InterruptAgainstEnd.)
     *
     * <p>The late interrupt: the attempt that was to be interrupted has ended, and the next one of the same operation
     * runs. An operation goes from one attempt to the next under the lock, so there we ask whether it is still meant.
     * (Hunted by RunLimitAgainstEnd.)
     *
     * @param before what the attempts before the one that is meant have left: a later one is not to be interrupted
     * @return the slot, or {@code null} if the operation is on none: it awaits its stage, or no longer runs
     */
    @SuppressWarnings("ReferenceEquality") // the same attempts, not equal ones
    @Nullable
    Slot<K> toInterrupt(Operation<K> operation, @Nullable Attempts before) {
        Stripe<K> stripe = lanes.stripe(operation);
        synchronized (stripe) {
            lanes.attention.raise();
            if (operation.state() != Operation.RUNNING || operation.attempts != before) {
                return null;
            }
            for (Slot<K> slot : lanes.permits.slots()) {
                if (slot.current() == operation && slot.thread != null) {
                    slot.interrupted = true;
                    slot.interrupting.incrementAndGet();
                    return slot;
                }
            }
            return null;
        }
    }

    // ---------------------------------------------------------------- abandoning

    /**
     * An operation that is given up while it runs or awaits its stage. Its lane is still closed.
     *
     * @param slot whose thread runs the body, and is to be interrupted if it is known; {@code null} if a stage
     *     is awaited
     */
    record Abandoned<K>(Operation<K> operation, Lane<K> lane, @Nullable Slot<K> slot) {}

    /**
     * Takes an operation that runs or awaits its stage away from its slot or its stage: what that does from now on is
     * of no account. The caller interrupts the thread, as after {@link #toInterrupt}, ends the operation, and then has
     * {@link #open} open the key.
     *
     * <p>The body that ends meanwhile: its runner walks on from it to the next operation of the lane without a lock.
     * After the attention word has been raised it can get on only through the lock that we hold, and
     * {@link Operation#claimEnd()} says which of us has come first. If we have, the slot no longer holds a lane when
     * the runner gets the lock.
     *
     * @return {@code null} if it neither runs nor awaits its stage, or ends just now
     */
    @Nullable
    Abandoned<K> abandon(Operation<K> operation) {
        Lane<K> lane = operation.lane();
        Stripe<K> stripe = lanes.stripe(lane.hash);
        synchronized (stripe) {
            lanes.attention.raise();
            if (operation instanceof StageOperation<K, ?> staged && staged.state() == Operation.AWAITING) {
                return staged.claimEnd() ? new Abandoned<>(operation, lanes.offStage(stripe, staged), null) : null;
            }
            Slot<K> slot = operation.state() == Operation.RUNNING ? slotOf(operation) : null;
            if (slot == null || !operation.claimEnd()) {
                return null;
            }
            lane.dropStarted();
            slot.lane = null;
            slot.passedOn();
            lanes.permits.abandoned(slot);
            slot.interrupted = true;
            slot.interrupting.incrementAndGet();
            return new Abandoned<>(operation, lane, slot);
        }
    }

    /** Opens the key of an abandoned operation, which has ended by now; returns whether its lane has become ready. */
    boolean open(Abandoned<K> abandoned) {
        Lane<K> lane = abandoned.lane();
        lanes.counts.endedAside(true);
        if (abandoned.slot() == null) {
            lanes.counts.stageEnded();
        }
        Stripe<K> stripe = lanes.stripe(lane.hash);
        synchronized (stripe) {
            lane.dropStarted();
            lane.ended();
            boolean ready = lanes.pushIfReady(stripe, lane);
            lanes.dropIfVacant(stripe, lane);
            return ready;
        }
    }

    /** The slot that an operation runs on. */
    private @Nullable Slot<K> slotOf(Operation<K> operation) {
        for (Slot<K> slot : lanes.permits.slots()) {
            if (slot.current() == operation) {
                return slot;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- circles

    /**
     * The slots that must move on before an operation can: its own if it runs, otherwise those of the operations that
     * run under its key.
     *
     * @param operation of this atom
     * @return empty if it is held up by something else: for a permit, by an operator, by a stage, between two attempts
     */
    List<Slot<?>> holdersOf(Operation<?> operation) {
        List<Slot<?>> holders = new ArrayList<>();
        Lane<?> lane = operation.lane();
        Stripe<K> stripe = lanes.stripe(lane.hash);
        synchronized (stripe) {
            int state = operation.state();
            if (state == Operation.RUNNING) {
                for (Slot<K> slot : lanes.permits.slots()) {
                    if (slot.current() == operation) {
                        holders.add(slot);
                    }
                }
                return holders;
            }
            if (state != Operation.QUEUED || lane.running() < lanes.perKeyConcurrency()) {
                return holders;
            }
            for (Slot<K> slot : lanes.permits.slots()) {
                if (slot.lane == lane) { // for slots of other stripes this is a race, but none that could make it equal
                    holders.add(slot);
                }
            }
            return holders.size() == lane.running() ? holders : List.of();
        }
    }
}
