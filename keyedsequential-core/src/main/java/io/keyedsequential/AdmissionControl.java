package io.keyedsequential;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what may be let in, and what replaces what: under the lock of a stripe, as everything beside it; see
 * {@link Lanes}.
 */
final class AdmissionControl<K> {

    private final int capacityPerKey;

    /** What a key needs that holds as many operations as it may. */
    static final long NO_ROOM_WILL_DO = Long.MAX_VALUE;

    private final boolean fair;

    private final LaneTable<K> table;
    private final OperationCounters<K> counts;
    private final Removal<K> removal;

    AdmissionControl(LaneTable<K> table, Removal<K> removal, CoordinatorOptions options) {
        this.table = table;
        this.counts = table.counts;
        this.removal = removal;
        this.capacityPerKey = options.capacityPerKey();
        this.fair = options.fairScheduling();
    }

    /**
     * Queues an operation if there is room.
     *
     * @param inside whether the caller is an operation of this atom, to which a closed intake does not apply
     * @param beyondBound whether to admit it even if there is none
     */
    AdmissionResult offer(Operation<K> operation, boolean inside, boolean beyondBound) {
        if (operation.lane != null) {
            return offerKept(operation, inside, beyondBound);
        }
        int band = table.band(operation.key);
        int hash = LaneTable.spread(operation.key);
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            AdmissionResult refusal = table.refusalAtDoor(inside);
            if (refusal != null) {
                return refusal;
            }
            Lane<K> lane = stripe.find(operation.key, hash);
            boolean known = lane != null;
            if (lane == null) {
                lane = stripe.add(operation.key, hash, band); // first what needs memory, then what is counted
            }
            return admit(stripe, lane, known, operation, beyondBound);
        }
    }

    @GuardedBy("stripe")
    private void keep(Stripe<K> stripe, Lane<K> lane, ReservedPlace<K> place) {
        place.lane = lane;
        stripe.reserve(lane, 1);
        counts.placeReserved();
    }

    /**
     * Queues an operation on a place that was reserved for it, or refuses it because nothing is let in any more; the
     * place is gone.
     */
    AdmissionResult offer(Operation<K> operation, ReservedPlace<K> place) {
        Lane<K> lane = place.lane();
        Stripe<K> stripe = table.stripe(place);
        synchronized (stripe) {
            stripe.reserve(lane, -1);
            AdmissionResult refusal = table.refusalAtDoor(true); // it was let in when the place was
            if (refusal != null) {
                counts.placeGivenBack();
                table.dropIfVacant(stripe, lane);
                return refusal;
            }
            operation.id = counts.placeTaken();
            lane.append(operation);
            return table.pushIfReady(stripe, lane) ? AdmissionResult.ADMITTED_READY : AdmissionResult.ADMITTED;
        }
    }

    /** Frees a place that no operation has taken. */
    void giveBack(ReservedPlace<K> place) {
        Stripe<K> stripe = table.stripe(place);
        synchronized (stripe) {
            stripe.reserve(place.lane(), -1);
            counts.placeGivenBack();
            table.leaves(place.lane()); // a caller may wait for the room of the key
            table.dropIfVacant(stripe, place.lane());
        }
    }

    /**
     * Offers an operation from outside whose lane is kept for it: see {@link #expect} and {@link #setAside}. The key is
     * asked nothing.
     */
    AdmissionResult offerKept(Operation<K> operation) {
        return offerKept(operation, false, false);
    }

    private AdmissionResult offerKept(Operation<K> operation, boolean inside, boolean beyondBound) {
        Lane<K> lane = operation.lane();
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            AdmissionResult refusal = table.refusalAtDoor(inside);
            return refusal != null ? refusal : admit(stripe, lane, true, operation, beyondBound);
        }
    }

    @GuardedBy("stripe")
    private AdmissionResult admit(
            Stripe<K> stripe, Lane<K> lane, boolean known, Operation<K> operation, boolean beyondBound) {
        if (operation instanceof CoalescedOperation<K, ?> coalesced && known && replace(stripe, lane, coalesced)) {
            return enqueue(stripe, lane, coalesced) ? AdmissionResult.ADMITTED_READY : AdmissionResult.ADMITTED;
        }
        if (!beyondBound && known && isKeyFull(lane)) {
            return counts.isFull() ? AdmissionResult.FULL : AdmissionResult.KEY_FULL;
        }
        long id = beyondBound ? counts.admitBeyondBound() : counts.admit();
        if (id == 0) {
            table.dropIfVacant(stripe, lane);
            return AdmissionResult.FULL;
        }
        operation.id = id;
        if (operation instanceof ReservedPlace<K> place) {
            keep(stripe, lane, place);
            return AdmissionResult.ADMITTED;
        }
        if (operation instanceof CoalescedOperation<K, ?> coalesced) {
            return enqueue(stripe, lane, coalesced) ? AdmissionResult.ADMITTED_READY : AdmissionResult.ADMITTED;
        }
        lane.append(operation);
        return table.pushIfReady(stripe, lane) ? AdmissionResult.ADMITTED_READY : AdmissionResult.ADMITTED;
    }

    /**
     * Queues an operation in place of the one of its group that waits, if it is coalesced and one does. It needs no
     * room, and so goes past callers that wait for some; of its key, they have no order with it.
     *
     * @return {@link AdmissionResult#FULL} if it replaces none
     */
    AdmissionResult replace(Operation<K> operation) {
        if (!(operation instanceof CoalescedOperation<K, ?> coalesced)) {
            return AdmissionResult.FULL;
        }
        int hash = LaneTable.spread(operation.key);
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            if (!table.isIntakeOpen()) {
                return AdmissionResult.CLOSED;
            }
            Lane<K> lane = stripe.find(operation.key, hash);
            if (lane == null || !replace(stripe, lane, coalesced)) {
                return AdmissionResult.FULL;
            }
            return enqueue(stripe, lane, coalesced) ? AdmissionResult.ADMITTED_READY : AdmissionResult.ADMITTED;
        }
    }

    /** Why there is no room for an operation now; asks its key, unless its lane is kept for it. */
    AdmissionResult refusal(Operation<K> operation) {
        Lane<K> kept = operation.lane;
        int hash = kept == null ? LaneTable.spread(operation.key) : kept.hash;
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            Lane<K> lane = kept == null ? stripe.find(operation.key, hash) : kept;
            return lane != null && isKeyFull(lane) && !counts.isFull()
                    ? AdmissionResult.KEY_FULL
                    : AdmissionResult.FULL;
        }
    }

    private boolean isKeyFull(Lane<K> lane) {
        long needed = roomNeeded(lane);
        return needed == NO_ROOM_WILL_DO || (needed > 1 && needed > counts.room());
    }

    /** How much room there has to be in the atom for one more operation of a key, or {@link #NO_ROOM_WILL_DO}. */
    private long roomNeeded(Lane<K> lane) {
        if (waiting(lane) >= capacityPerKey) {
            lane.dropStarted();
        }
        if (waiting(lane) >= capacityPerKey) {
            return NO_ROOM_WILL_DO;
        }
        if (!fair && !lane.isParked()) {
            return 1;
        }
        // The switch designers' dynamic threshold (Choudhury and Hahne, 1998): what one may hold is what is free. A key
        // that waits for an operator must not fill the room of others either.
        lane.dropStarted();
        return waiting(lane) + 1L;
    }

    /**
     * Keeps the lane of an operation that has found no room, or makes it, for callers that wait. Asks the key, and so
     * is called by the thread whose key it is.
     *
     * @return the lane, which is kept until {@link #expectNoMore}
     */
    Lane<K> expect(Operation<K> operation, int band) {
        return keep(operation, band, lane -> lane.expected(true));
    }

    /** The same for an operation that a stream sets aside; until {@link #noLongerSetAside}. */
    Lane<K> setAside(Operation<K> operation) {
        return keep(operation, table.band(operation.key), lane -> lane.setAside(true));
    }

    private Lane<K> keep(Operation<K> operation, int band, Consumer<Lane<K>> mark) {
        Lane<K> known = operation.lane;
        int hash = known == null ? LaneTable.spread(operation.key) : known.hash;
        Stripe<K> stripe = table.stripe(hash);
        synchronized (stripe) {
            Lane<K> lane = known == null ? stripe.find(operation.key, hash) : known;
            if (lane == null) {
                lane = stripe.add(operation.key, hash, band);
            }
            mark.accept(lane);
            return lane;
        }
    }

    /** Whether the lane is still kept for callers that wait, and so is still in its table. */
    boolean isExpected(Lane<K> lane) {
        synchronized (table.stripe(lane.hash)) {
            return lane.isExpected();
        }
    }

    /** No caller waits for room for the key any more. */
    void expectNoMore(Lane<K> lane) {
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            lane.expected(false);
            table.dropIfVacant(stripe, lane);
        }
    }

    /** Nothing of the key is set aside any more. */
    void noLongerSetAside(Lane<K> lane) {
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            lane.setAside(false);
            table.dropIfVacant(stripe, lane);
        }
    }

    /**
     * A key was full for a caller that waits: what room in the atom would do, as of now. Once an operation leaves its
     * queue after that, {@link #pollLeft} says so.
     */
    long watch(Lane<K> lane) {
        synchronized (table.stripe(lane.hash)) {
            lane.watched(true);
            return roomNeeded(lane);
        }
    }

    /** A watched lane that an operation has left since, once for each time that it was watched. */
    @Nullable
    Lane<K> pollLeft() {
        return table.left.poll();
    }

    /** The room that a lane takes; called under its stripe's lock. Exact if the lane is settled. */
    private int waiting(Lane<K> lane) {
        return table.queued(lane) + table.reserved(lane);
    }

    /**
     * Takes out the waiting operation of the same group, and counts the new one in on its place.
     *
     * @return {@code false} if none waits
     */
    @GuardedBy("stripe")
    private boolean replace(Stripe<K> stripe, Lane<K> lane, CoalescedOperation<K, ?> operation) {
        CoalescedOperation<K, ?> old = stripe.latest().waiting(operation.group, lane);
        if (old == null) {
            return false;
        }
        if (!old.gathering) {
            removal.stopWalk(lane); // its owner may be walking towards it
        }
        if (!removal.remove(stripe, lane, old)) {
            return false;
        }
        operation.firstAt = old.firstAt;
        operation.replaced = old;
        operation.id = counts.replacementBegins();
        removal.end(stripe, lane, old, Operation.CANCELLED);
        counts.replacementEnds();
        return true;
    }

    /**
     * Queues an operation that has been counted in, or lets it gather.
     *
     * @return whether its lane has become ready
     */
    @GuardedBy("stripe")
    private boolean enqueue(Stripe<K> stripe, Lane<K> lane, CoalescedOperation<K, ?> operation) {
        stripe.latest().add(operation, lane);
        if (operation.gatheringNanos() > 0) {
            stripe.latest().beginGathering(operation, lane);
            table.dropIfVacant(stripe, lane); // the one it replaced may have been all that made the lane ready
            return false;
        }
        lane.append(operation);
        return table.pushIfReady(stripe, lane);
    }

    /** Queues an operation that has gathered long enough; returns whether its lane has become ready. */
    boolean gathered(CoalescedOperation<K, ?> operation, long now) {
        Lane<K> lane = operation.lane();
        Stripe<K> stripe = table.stripe(lane.hash);
        synchronized (stripe) {
            if (!operation.gathering) {
                return false;
            }
            stripe.latest().endGathering(operation, lane);
            operation.enqueuedAt = now;
            // Its id is older than its place, and a failed attempt has to find back to that.
            stripe.latest().place(operation, counts.lastId());
            lane.append(operation);
            return table.pushIfReady(stripe, lane);
        }
    }

    /** A coalesced operation has begun: a newer one no longer replaces it. */
    void begun(CoalescedOperation<K, ?> operation) {
        Stripe<K> stripe = table.stripe(operation);
        synchronized (stripe) {
            stripe.latest().remove(operation, operation.lane());
        }
    }
}
