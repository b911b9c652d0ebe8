package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose thread is meant: by an interrupt, by an operator that gives an operation up, by a thread that looks for
 * a circle of waits. Performs nothing, as {@link Lanes}, whose locks and invariants these are.
 */
final class Interrupts<K> {

    /**
     * An operation that is given up while it runs or awaits its stage. Its lane is still closed.
     *
     * @param slot whose thread runs the body, and is to be interrupted if it is known; {@code null} if a stage
     *     is awaited
     */
    record Abandoned<K>(Operation<K> operation, Lane<K> lane, @Nullable Slot<K> slot) {}

    private final LaneTable<K> table;
    private final Permits<K> permits;
    private final OperationCounters<K> counts;
    private final StartBarrier<K> attention;
    private final Suspension<K> suspension;

    Interrupts(LaneTable<K> table, Suspension<K> suspension) {
        this.table = table;
        this.permits = table.permits;
        this.counts = table.counts;
        this.attention = table.attention;
        this.suspension = suspension;
    }

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
        Stripe<K> stripe = table.stripe(operation);
        synchronized (stripe) {
            attention.raise();
            if (operation.state() != Operation.RUNNING || operation.attempts != before) {
                return null;
            }
            for (Slot<K> slot : permits.slots()) {
                if (slot.current() == operation && slot.thread != null) {
                    slot.interrupted = true;
                    slot.interrupting.incrementAndGet();
                    return slot;
                }
            }
            return null;
        }
    }

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
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            attention.raise();
            if (operation instanceof StageOperation<K, ?> staged && staged.state() == Operation.AWAITING) {
                return staged.claimEnd() ? new Abandoned<>(operation, suspension.offStage(stripe, staged), null) : null;
            }
            Slot<K> slot = operation.state() == Operation.RUNNING ? slotOf(operation) : null;
            if (slot == null || !operation.claimEnd()) {
                return null;
            }
            lane.dropStarted();
            slot.lane = null;
            slot.passedOn();
            permits.abandoned(slot);
            slot.interrupted = true;
            slot.interrupting.incrementAndGet();
            return new Abandoned<>(operation, lane, slot);
        }
    }

    /** Opens the key of an abandoned operation, which has ended by now; returns whether its lane has become ready. */
    boolean open(Abandoned<K> abandoned) {
        Lane<K> lane = abandoned.lane();
        counts.endedAside(true);
        if (abandoned.slot() == null) {
            counts.stageEnded();
        }
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            lane.dropStarted();
            lane.ended();
            boolean ready = table.pushIfReady(stripe, lane);
            table.dropIfVacant(stripe, lane);
            return ready;
        }
    }

    /** The slot that an operation runs on. */
    private @Nullable Slot<K> slotOf(Operation<K> operation) {
        for (Slot<K> slot : permits.slots()) {
            if (slot.current() == operation) {
                return slot;
            }
        }
        return null;
    }

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
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            int state = operation.state();
            if (state == Operation.RUNNING) {
                for (Slot<K> slot : permits.slots()) {
                    if (slot.current() == operation) {
                        holders.add(slot);
                    }
                }
                return holders;
            }
            if (state != Operation.QUEUED || lane.running() < table.perKeyConcurrency) {
                return holders;
            }
            for (Slot<K> slot : permits.slots()) {
                if (slot.lane == lane) { // for slots of other stripes this is a race, but none that could make it equal
                    holders.add(slot);
                }
            }
            return holders.size() == lane.running() ? holders : List.of();
        }
    }
}
