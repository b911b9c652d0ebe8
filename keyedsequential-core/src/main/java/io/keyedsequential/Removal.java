package io.keyedsequential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which operations that wait are taken out of their lanes: cancelled, skipped, purged, replaced, expired, or
 * withdrawn because the atom closes. Performs nothing, as {@link Lanes}, whose locks and invariants these are.
 */
final class Removal<K> {

    private final LaneTable<K> table;
    private final OperationCounters<K> counts;
    private final StartBarrier<K> attention;

    Removal(LaneTable<K> table) {
        this.table = table;
        this.counts = table.counts;
        this.attention = table.attention;
    }

    /** An operation that has been taken out of its lane. */
    record Taken<K>(Operation<K> operation, boolean wasParked) {}

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

    /** Closes for good and takes every queued operation out. */
    List<Operation<K>> close() {
        table.barForGood();
        List<Operation<K>> withdrawn = new ArrayList<>();
        for (Stripe<K> stripe : table.stripes) {
            synchronized (stripe) {
                attention.raise();
                // Nothing is to start any more, and taking tokens out one by one would take long.
                Lane<K> token = table.pollReady(stripe);
                while (token != null) {
                    token = table.pollReady(stripe);
                }
                List<Lane<K>> lanes = new ArrayList<>(stripe.size());
                stripe.forEach(lanes::add);
                for (Lane<K> lane : lanes) {
                    lane.paused(false);
                    lane.dropStarted();
                    takeAll(stripe, lane, withdrawn);
                    table.dropIfVacant(stripe, lane);
                }
            }
        }
        return withdrawn;
    }

    /** Takes out the operation that keeps a key closed: it fails. */
    @Nullable
    Taken<K> skip(K key) {
        int hash = LaneTable.spread(key);
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            Operation<K> operation = Suspension.heldBack(stripe.find(key, hash));
            return operation == null ? null : takeOut(stripe, operation, Operation.FAILED);
        }
    }

    /** The same for an operation that is known, if it keeps its key closed. */
    @Nullable
    Taken<K> skip(Operation<K> operation) {
        Stripe<K> stripe = table.stripe(operation);
        synchronized (stripe) {
            return operation.isHeldBack() ? takeOut(stripe, operation, Operation.FAILED) : null;
        }
    }

    /**
     * Takes out an operation that waits: queued, gathering, or held back.
     *
     * @param state what it ends as, {@link Operation#CANCELLED} or {@link Operation#FAILED}
     * @return {@code null} if it no longer waits
     */
    @Nullable
    Taken<K> takeOut(Operation<K> operation, int state) {
        Stripe<K> stripe = table.stripe(operation);
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
        int hash = LaneTable.spread(key);
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            Lane<K> lane = stripe.find(key, hash);
            return lane == null ? List.of() : takeAllOut(stripe, lane, parked);
        }
    }

    /** The same for the key of an operation that is known, whatever its key says by now. */
    List<Operation<K>> takeAllOut(Operation<K> operation, List<Operation<K>> parked) {
        Stripe<K> stripe = table.stripe(operation);
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
        table.dropIfVacant(stripe, lane);
        return taken;
    }

    /** The same for a lane that is settled and not being walked. The caller tidies. */
    @GuardedBy("stripe")
    private void takeAll(Stripe<K> stripe, Lane<K> lane, List<Operation<K>> taken) {
        for (Operation<K> each = lane.head; each != null; each = each.next()) {
            end(stripe, lane, each, Operation.CANCELLED);
            taken.add(each);
        }
        lane.dropStarted();
        for (Operation<K> each : table.gathering(lane)) {
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
        Stripe<K> stripe = table.stripes[index];
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
                attention.raise(); // owners may be walking
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

    /** Takes out every queued operation of the atom; what is held back between attempts or parked stays. */
    List<Operation<K>> takeOutQueued() {
        List<Operation<K>> taken = new ArrayList<>();
        for (Stripe<K> stripe : table.stripes) {
            synchronized (stripe) {
                attention.raise(); // owners may be walking
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
                    queued.addAll(table.gathering(lane));
                    for (Operation<K> each : queued) {
                        if (remove(stripe, lane, each)) {
                            end(stripe, lane, each, Operation.CANCELLED);
                            taken.add(each);
                        }
                    }
                    table.dropIfVacant(stripe, lane);
                }
            }
        }
        return taken;
    }

    /** The owner of a lane, if it walks, starts nothing more without the lock. */
    @GuardedBy("stripe")
    void stopWalk(Lane<K> lane) {
        if (lane.running() > 0) {
            attention.raise();
        }
    }

    /** Takes a waiting operation out of wherever it stands in a lane that is not being walked; asks no key. */
    @GuardedBy("stripe")
    boolean remove(Stripe<K> stripe, Lane<K> lane, Operation<K> operation) {
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
    void end(Stripe<K> stripe, Lane<K> lane, Operation<K> operation, int state) {
        table.leaves(lane);
        if (operation instanceof CoalescedOperation<K, ?> coalesced) {
            stripe.latest().remove(coalesced, lane);
        }
        if (operation.isHeldBack()) {
            counts.requeued(operation.state() == Operation.PARKED);
        }
        operation.state(state);
        counts.leftUnstarted(state == Operation.FAILED);
    }

    /** What stood behind an operation that was taken out may be startable now. */
    @GuardedBy("stripe")
    private void opened(Stripe<K> stripe, Lane<K> lane) {
        table.pushIfReady(stripe, lane);
        table.dropIfVacant(stripe, lane);
    }
}
