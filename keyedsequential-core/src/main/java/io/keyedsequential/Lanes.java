package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides which operation may be admitted and which may start next, and performs nothing: no executor, future,
 * listener, log or clock here, and no code of users under a lock but the {@code equals} of the caller's own key (and
 * its {@code compareTo}, see {@link CollidingLanes}). What else may happen to an operation that waits (held back,
 * released, withdrawn, replaced) is decided in {@link Suspension}. {@link Outcomes} and {@link Runner} act on
 * what is decided, outside every lock.
 *
 * @param <K> the type of the keys
 */
final class Lanes<K> {

    /*
     * Invariants, true whenever no lock is held and no thread is between two calls of this class:
     *
     * 1. A lane is in its table iff it has an operation that is queued, gathers, runs, awaits its stage, backs off or
     *    is parked, or an operator paused it, or a place of its key is reserved, or callers wait for room for one.
     *    Those only keep it, so that they can be let in without asking their key again; what has nothing else is
     *    counted as a lane and never shown. 2. A lane's token is in the ready queue, once, iff the operation at its
     *    head is queued (and not held back), it has a free key slot and is not paused. While the whole atom is held the
     *    tokens stay where they are and no runner takes one. 3. Slots taken <= limit + lent, and of one key at most
     *    perKeyConcurrency operations run or await. After the limit has been lowered nothing starts until the slots
     *    taken are within it; nor after an operation whose wait has a limit, or that is interrupted, has gone on before
     *    it got the permit back that it had lent. 4. Queued <= capacity, and of one key <= capacityPerKey, but for
     *    operations enqueued from inside an operation of this atom, which are admitted beyond the bound and counted.
     *    What awaits its stage or is held back takes room as well: nothing is admitted from outside while queued +
     *    awaiting + held >= capacity, as far as that has been counted (see OperationCounters.admit). A reserved place
     *    takes the room of an operation until one takes it, or it is given back. 5. No permit is free while a token is
     *    in the ready queue, unless the atom is paused or the executor refuses. 6. A slot is held only by a thread that
     *    runs, or is about to look for, an operation, or still runs the body of one that was abandoned: that slot holds
     *    no lane. An operation that waits for a turn of another key lends its permit for that time. 7. admitted =
     *    queued + running + awaiting + held + completed + failed + cancelled.
     *
     * StructuralCheck in the tests asserts them.
     *
     * Locks. A stripe's monitor guards its lanes; two stripes are never locked at once. Inside it only the monitor of
     * Permits may be taken, which is innermost. The lock of BlockedCallers is outside of both. That is all.
     *
     * Walking. With perKeyConcurrency 1 nothing else of a lane can start while one of its operations runs, so the slot
     * that runs it owns the rest of the queue, and may go from one operation to the next without the lock: walk(). What
     * has to stop it (a pause, a lower limit, a cancellation, a replacement, a caller that waits for room) raises the
     * attention word, which every walker looks at before every start; see Attention for why none is missed. A walk ends
     * at a lock at the latest when its visit does.
     */

    /** What became of an offer. */
    enum Admission {
        /** Queued behind others of its key. */
        ADMITTED,
        /** Queued, and its lane has become ready: a runner may have to be woken. */
        ADMITTED_READY,
        /** No room in the atom. */
        FULL,
        /** No room for this key. */
        KEY_FULL,
        /** The intake is closed. */
        CLOSED,
        /** Load is shed. */
        SHED
    }

    /** Operations that a runner may start in one visit of a stripe while lanes elsewhere wait. */
    static final int VISIT_OPERATIONS = 64;

    /** Nanoseconds after which a visit ends while lanes elsewhere wait. */
    static final long VISIT_NANOS = 100_000;

    /** A word has 64 bits, and the word of ready stripes is one. */
    private static final int MOST_STRIPES = 64;

    private final String name;

    final MessageNames names;

    private final int perKeyConcurrency;
    private final int capacity;
    private final int capacityPerKey;
    private final @Nullable ToIntFunction<Object> priority;
    private final boolean fair;
    private final int visitOperations;

    private final Stripe<K>[] stripes;
    private final int stripeShift;

    final Permits<K> permits;

    /** One bit for each stripe that has a token in its ready queue. A bit changes under its stripe's lock. */
    private final AtomicLong readyStripes = new PaddedCounter();

    final OperationCounters<K> counts;

    final Suspension<K> suspension;

    final StartBarrier<K> attention;

    /** Callers that wait for room. Written under the lock of {@link BlockedCallers}. */
    private volatile int blockedCallers;

    /** Watched lanes that an operation has left meanwhile. Written under the stripe's lock. */
    private final Queue<Lane<K>> left = new ConcurrentLinkedQueue<>();

    /** What a key needs that holds as many operations as it may. */
    static final long NO_ROOM_WILL_DO = Long.MAX_VALUE;

    /** Why nothing is admitted, a sum of the reasons below, or 0. Read with every offer, so one word for all. */
    private volatile int barred;

    private static final int INTAKE_CLOSED = 1;
    private static final int SHEDDING = 2;
    private static final int CLOSED_FOR_GOOD = 4;

    Lanes(CoordinatorOptions options) {
        this("lanes", options);
    }

    Lanes(String name, CoordinatorOptions options) {
        this.name = name;
        this.names = new MessageNames(name, options.keyNames());
        this.priority = options.priority();
        this.perKeyConcurrency = options.perKeyConcurrency();
        this.capacity = options.capacity();
        this.capacityPerKey = options.capacityPerKey();
        this.fair = options.fairScheduling();
        // Fair means strictly in turn, and only one queue has one order: a fair atom has one stripe and one operation a
        // turn. The same goes for an order of priority.
        this.visitOperations = fair ? 1 : VISIT_OPERATIONS;
        int count = fair || priority != null ? 1 : stripeCount();
        this.stripeShift = Integer.numberOfLeadingZeros(count) + 1;
        this.stripes = newStripes(count, priority != null);
        this.permits = new Permits<>(names, options.maxConcurrency());
        this.counts = new OperationCounters<>(permits, capacity);
        this.attention = new StartBarrier<>(permits);
        this.suspension = new Suspension<>(this);
    }

    private static int stripeCount() {
        int wanted = 8 * Runtime.getRuntime().availableProcessors();
        return Math.min(MOST_STRIPES, Integer.highestOneBit(2 * wanted - 1));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> Stripe<K>[] newStripes(int count, boolean bands) {
        Stripe<K>[] stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe<>(1L << i, bands ? new ReadyBands<>() : new ReadyQueue<>());
        }
        return stripes;
    }

    /** Spreads a key's hash over all bits: the high ones choose the stripe, the low ones the bucket. */
    static int spread(Object key) {
        int hash = key.hashCode() * 0x9E3779B9; // Fibonacci hashing, Knuth, TAOCP 6.4
        return hash ^ (hash >>> 16);
    }

    private int stripeOf(int hash) {
        return (hash >>> stripeShift) & (stripes.length - 1);
    }

    /** Where a key's lane is, by its spread hash. */
    Stripe<K> stripe(int hash) {
        return stripes[stripeOf(hash)];
    }

    /** Where an operation's lane is, once it has been admitted. */
    Stripe<K> stripe(Operation<K> operation) {
        return stripe(operation.lane().hash);
    }

    /** Which of the stripes that is. */
    int stripeOf(Operation<K> operation) {
        return stripeOf(operation.lane().hash);
    }

    /**
     * The band of a key's lane. Runs the user's function, so never under a lock, and on the thread that enqueues only.
     */
    int band(K key) {
        return priority == null
                ? 0
                : Check.range(name, "priority of a key", priority.applyAsInt(key), 0, ReadyBands.BANDS - 1);
    }

    // ---------------------------------------------------------------- admission

    /**
     * Queues an operation if there is room.
     *
     * @param inside whether the caller is an operation of this atom, to which a closed intake does not apply
     * @param beyondBound whether to admit it even if there is none
     */
    Admission offer(Operation<K> operation, boolean inside, boolean beyondBound) {
        if (operation.lane != null) {
            return offerKept(operation, inside, beyondBound);
        }
        int band = band(operation.key);
        int hash = spread(operation.key);
        Stripe<K> stripe = stripes[stripeOf(hash)];
        synchronized (stripe) {
            Admission refusal = barred == 0 ? null : refusalAtDoor(inside);
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
    private void keep(Stripe<K> stripe, Lane<K> lane, Place<K> place) {
        place.lane = lane;
        stripe.reserve(lane, 1);
        counts.placeReserved();
    }

    /**
     * Queues an operation on a place that was reserved for it, or refuses it because nothing is let in any more; the
     * place is gone.
     */
    Admission offer(Operation<K> operation, Place<K> place) {
        Lane<K> lane = place.lane();
        Stripe<K> stripe = stripe(place);
        synchronized (stripe) {
            stripe.reserve(lane, -1);
            Admission refusal = refusalAtDoor(true); // it was let in when the place was
            if (refusal != null) {
                counts.placeGivenBack();
                dropIfVacant(stripe, lane);
                return refusal;
            }
            operation.id = counts.placeTaken();
            lane.append(operation);
            return pushIfReady(stripe, lane) ? Admission.ADMITTED_READY : Admission.ADMITTED;
        }
    }

    /** Frees a place that no operation has taken. */
    void giveBack(Place<K> place) {
        Stripe<K> stripe = stripe(place);
        synchronized (stripe) {
            stripe.reserve(place.lane(), -1);
            counts.placeGivenBack();
            leaves(place.lane()); // a caller may wait for the room of the key
            dropIfVacant(stripe, place.lane());
        }
    }

    /**
     * Offers an operation from outside whose lane is kept for it: see {@link #expect} and {@link #setAside}. The key is
     * asked nothing.
     */
    Admission offerKept(Operation<K> operation) {
        return offerKept(operation, false, false);
    }

    private Admission offerKept(Operation<K> operation, boolean inside, boolean beyondBound) {
        Lane<K> lane = operation.lane();
        Stripe<K> stripe = stripe(lane.hash);
        synchronized (stripe) {
            Admission refusal = barred == 0 ? null : refusalAtDoor(inside);
            return refusal != null ? refusal : admit(stripe, lane, true, operation, beyondBound);
        }
    }

    @GuardedBy("stripe")
    private Admission admit(
            Stripe<K> stripe, Lane<K> lane, boolean known, Operation<K> operation, boolean beyondBound) {
        if (operation instanceof CoalescedOperation<K, ?> coalesced
                && known
                && suspension.replace(stripe, lane, coalesced)) {
            return suspension.enqueue(stripe, lane, coalesced) ? Admission.ADMITTED_READY : Admission.ADMITTED;
        }
        if (!beyondBound && known && isKeyFull(lane)) {
            return counts.isFull() ? Admission.FULL : Admission.KEY_FULL;
        }
        long id = beyondBound ? counts.admitBeyondBound() : counts.admit();
        if (id == 0) {
            dropIfVacant(stripe, lane);
            return Admission.FULL;
        }
        operation.id = id;
        if (operation instanceof Place<K> place) {
            keep(stripe, lane, place);
            return Admission.ADMITTED;
        }
        if (operation instanceof CoalescedOperation<K, ?> coalesced) {
            return suspension.enqueue(stripe, lane, coalesced) ? Admission.ADMITTED_READY : Admission.ADMITTED;
        }
        lane.append(operation);
        return pushIfReady(stripe, lane) ? Admission.ADMITTED_READY : Admission.ADMITTED;
    }

    /**
     * Queues an operation in place of the one of its group that waits, if it is coalesced and one does. It needs no
     * room, and so goes past callers that wait for some; of its key, they have no order with it.
     *
     * @return {@link Admission#FULL} if it replaces none
     */
    Admission replace(Operation<K> operation) {
        if (!(operation instanceof CoalescedOperation<K, ?> coalesced)) {
            return Admission.FULL;
        }
        int hash = spread(operation.key);
        Stripe<K> stripe = stripes[stripeOf(hash)];
        synchronized (stripe) {
            if (!isIntakeOpen()) {
                return Admission.CLOSED;
            }
            Lane<K> lane = stripe.find(operation.key, hash);
            if (lane == null || !suspension.replace(stripe, lane, coalesced)) {
                return Admission.FULL;
            }
            return suspension.enqueue(stripe, lane, coalesced) ? Admission.ADMITTED_READY : Admission.ADMITTED;
        }
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
        int hash = spread(operation.key);
        int band = band(operation.key);
        int index = stripeOf(hash);
        Stripe<K> stripe = stripes[index];
        synchronized (stripe) {
            if (barred != 0 && refusalAtDoor(inside) != null) {
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
                dropIfVacant(stripe, lane);
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

    /** Why there is no room for an operation now; asks its key, unless its lane is kept for it. */
    Admission refusal(Operation<K> operation) {
        Lane<K> kept = operation.lane;
        int hash = kept == null ? spread(operation.key) : kept.hash;
        Stripe<K> stripe = stripe(hash);
        synchronized (stripe) {
            Lane<K> lane = kept == null ? stripe.find(operation.key, hash) : kept;
            return lane != null && isKeyFull(lane) && !counts.isFull() ? Admission.KEY_FULL : Admission.FULL;
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

    // ---------------------------------------------------------------- callers that wait for room

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
        return keep(operation, band(operation.key), lane -> lane.setAside(true));
    }

    private Lane<K> keep(Operation<K> operation, int band, Consumer<Lane<K>> mark) {
        Lane<K> known = operation.lane;
        int hash = known == null ? spread(operation.key) : known.hash;
        Stripe<K> stripe = stripe(hash);
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
        synchronized (stripe(lane.hash)) {
            return lane.isExpected();
        }
    }

    /** No caller waits for room for the key any more. */
    void expectNoMore(Lane<K> lane) {
        Stripe<K> stripe = stripe(lane.hash);
        synchronized (stripe) {
            lane.expected(false);
            dropIfVacant(stripe, lane);
        }
    }

    /** Nothing of the key is set aside any more. */
    void noLongerSetAside(Lane<K> lane) {
        Stripe<K> stripe = stripe(lane.hash);
        synchronized (stripe) {
            lane.setAside(false);
            dropIfVacant(stripe, lane);
        }
    }

    /**
     * A key was full for a caller that waits: what room in the atom would do, as of now. Once an operation leaves its
     * queue after that, {@link #pollLeft} says so.
     */
    long watch(Lane<K> lane) {
        synchronized (stripe(lane.hash)) {
            lane.watched(true);
            return roomNeeded(lane);
        }
    }

    /** A watched lane that an operation has left since, once for each time that it was watched. */
    @Nullable
    Lane<K> pollLeft() {
        return left.poll();
    }

    /** An operation leaves the queue of a lane, or keeps its key closed no longer. */
    @GuardedBy("stripe")
    void leaves(Lane<K> lane) {
        if (lane.isWatched()) {
            lane.watched(false);
            left.add(lane);
        }
    }

    /** The room that a lane takes; called under its stripe's lock. Exact if the lane is settled. */
    private int waiting(Lane<K> lane) {
        return queued(lane) + reserved(lane);
    }

    /** Operations of a lane that are queued or gather; called under its stripe's lock. Exact if the lane is settled. */
    int queued(Lane<K> lane) {
        return lane.isGathering() ? lane.queued + stripe(lane.hash).latest().gatheringCount(lane) : lane.queued;
    }

    /** Places of a lane that are reserved; called under its stripe's lock. */
    int reserved(Lane<K> lane) {
        return lane.isReserved() ? stripe(lane.hash).reserved(lane) : 0;
    }

    /** Operations of a lane that gather; called under its stripe's lock. */
    List<Operation<K>> gathering(Lane<K> lane) {
        return lane.isGathering() ? stripe(lane.hash).latest().gathering(lane) : List.of();
    }

    @GuardedBy("stripe")
    boolean pushIfReady(Stripe<K> stripe, Lane<K> lane) {
        if (lane.isReady() || !lane.isStartable(perKeyConcurrency)) {
            return false;
        }
        if (stripe.ready.add(lane)) {
            readyStripes.getAndAdd(stripe.bit);
        }
        return true;
    }

    @GuardedBy("stripe")
    private @Nullable Lane<K> pollReady(Stripe<K> stripe) {
        Lane<K> lane = stripe.ready.poll();
        if (lane != null && !stripe.ready.hasTokens()) {
            readyStripes.getAndAdd(-stripe.bit);
        }
        return lane;
    }

    /** Takes the lane's token away if it may no longer have it, and the lane if nothing keeps it. */
    @GuardedBy("stripe")
    void dropIfVacant(Stripe<K> stripe, Lane<K> lane) {
        if (lane.isReady() && !lane.isStartable(perKeyConcurrency)) {
            stripe.ready.remove(lane);
            if (!stripe.ready.hasTokens()) {
                readyStripes.getAndAdd(-stripe.bit);
            }
        }
        if (lane.isVacant()) {
            stripe.remove(lane);
        }
    }

    // ---------------------------------------------------------------- starting

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
        leaves(lane);
        operation.startedAt = now;
        operation.state(Operation.RUNNING);
        lane.began();
        slot.lane = lane;
        slot.budget--;
        slot.started(operation);
        if (perKeyConcurrency == 1) {
            // The word first: a caller that begins to wait raises its count, then the word.
            slot.attention = attention.word();
            slot.walking = blockedCallers == 0;
        } else {
            slot.walking = false;
            lane.dropStarted();
            slot.pushed |= pushIfReady(stripe, lane);
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
            int index = (from + Long.numberOfTrailingZeros(Long.rotateRight(ready, from))) & (MOST_STRIPES - 1);
            Stripe<K> stripe = stripes[index];
            synchronized (stripe) {
                if (!mayStart()) {
                    return null;
                }
                Lane<K> lane = pollReady(stripe);
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
            if (pushIfReady(stripe, lane)) {
                slot.pushed = true;
            } else if (lane.isVacant()) {
                stripe.remove(lane);
            }
            if (may && (!visitOver || stripes.length == 1)) {
                Lane<K> other = pollReady(stripe);
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

    // ---------------------------------------------------------------- permits

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

    // ---------------------------------------------------------------- stages and cancellation

    /**
     * The operation in hand is about to be left to its stage: it keeps its key, and soon neither permit nor thread.
     *
     * @return {@code false} if it was abandoned
     */
    boolean beginAwaiting(Slot<K> slot, StageOperation<K, ?> operation) {
        Stripe<K> stripe = stripes[slot.stripe];
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
        Stripe<K> stripe = stripes[slot.stripe];
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

    /** Opens the key of an operation that its stage has ended, in the state that it has now. */
    void stageEnded(StageOperation<K, ?> operation) {
        Stripe<K> stripe = stripe(operation);
        int state = operation.state();
        if (state == Operation.CANCELLED) {
            counts.oneStopped();
        } else {
            counts.endedAside(state == Operation.FAILED);
        }
        counts.stageEnded();
        synchronized (stripe) {
            Lane<K> lane = endAwaiting(stripe, operation);
            pushIfReady(stripe, lane);
            dropIfVacant(stripe, lane);
        }
    }

    /** Takes an operation whose stage has ended off the list of those that await theirs; its lane is settled. */
    @GuardedBy("stripe")
    Lane<K> endAwaiting(Stripe<K> stripe, StageOperation<K, ?> operation) {
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

    /** Takes an operation out of its lane if it waits there: queued, gathering, or held back. */
    boolean withdraw(Operation<K> operation) {
        return suspension.takeOut(operation, Operation.CANCELLED) != null;
    }

    /** Closes for good and takes every queued operation out. */
    List<Operation<K>> close() {
        bar(CLOSED_FOR_GOOD, true);
        List<Operation<K>> withdrawn = new ArrayList<>();
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                attention.raise();
                // Nothing is to start any more, and taking tokens out one by one would take long.
                Lane<K> token = pollReady(stripe);
                while (token != null) {
                    token = pollReady(stripe);
                }
                List<Lane<K>> lanes = new ArrayList<>(stripe.size());
                stripe.forEach(lanes::add);
                for (Lane<K> lane : lanes) {
                    lane.paused(false);
                    lane.dropStarted();
                    suspension.takeAll(stripe, lane, withdrawn);
                    dropIfVacant(stripe, lane);
                }
            }
        }
        return withdrawn;
    }

    // ---------------------------------------------------------------- holding

    /** Makes a change that was written before the call hold for every start that is decided after it. */
    void fenceStarts() {
        // The stripes first. A thread that decides under one of these locks before us may have missed the change, but
        // has noted the word as it still is, and so stops walking when it is raised; one that decides after us sees
        // the change.
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                stripe.size(); // nothing to do: the lock is what matters
            }
        }
        attention.raise();
    }

    /** Holds the whole atom, or no longer, for one of the reasons of {@link Permits}. */
    void hold(int reason, boolean value) {
        permits.held(reason, value);
        fenceStarts();
    }

    void limit(int value) {
        permits.limit(value);
        fenceStarts();
    }

    /** Opens or closes the intake; on return nothing is admitted that did not see it. */
    void intake(boolean open) {
        bar(INTAKE_CLOSED, !open);
        fenceStarts();
    }

    /** Sheds load, or no longer; on return nothing is admitted that did not see it. */
    void shed(boolean value) {
        bar(SHEDDING, value);
        fenceStarts();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void bar(int reason, boolean value) {
        synchronized (permits) {
            barred = value ? barred | reason : barred & ~reason;
        }
    }

    /** Why nothing is admitted now, to operations from outside or from inside of this atom. */
    @Nullable
    Admission refusalAtDoor(boolean inside) {
        int reasons = barred;
        if ((reasons & CLOSED_FOR_GOOD) != 0 || ((reasons & INTAKE_CLOSED) != 0 && !inside)) {
            return Admission.CLOSED;
        }
        return (reasons & SHEDDING) != 0 ? Admission.SHED : null;
    }

    boolean isIntakeOpen() {
        return (barred & (INTAKE_CLOSED | CLOSED_FOR_GOOD)) == 0;
    }

    boolean isShedding() {
        return (barred & SHEDDING) != 0;
    }

    boolean isClosed() {
        return (barred & CLOSED_FOR_GOOD) != 0;
    }

    /**
     * Whether anything that is left runs, or will by itself: not what is behind a parked operation, nor what is
     * paused, nor what backs off for longer. Exact once the intake is closed; cost grows with the number of lanes if
     * nothing runs.
     *
     * @param end a reading of {@link System#nanoTime()}: what moves later counts as though it did not
     */
    boolean canMove(long end) {
        boolean paused = permits.isHeld(Permits.PAUSED);
        if (counts.isUnderWay(paused)) {
            return true;
        }
        boolean[] moves = new boolean[1];
        lookAtAll(lane -> moves[0] |=
                lane.running() > 0 || (queued(lane) > 0 && !paused && !lane.isPaused() && !standsStill(lane, end)));
        return moves[0];
    }

    private static boolean standsStill(Lane<?> lane, long end) {
        Operation<?> held = lane.heldBack();
        Attempts attempts = held == null ? null : held.attempts;
        return lane.isParked() || (attempts != null && attempts.due() - end > 0);
    }

    void blockedCallers(int count) {
        blockedCallers = count;
    }

    int blockedCallers() {
        return blockedCallers;
    }

    /**
     * Pauses a key or lets it go on.
     *
     * @return whether its lane has become ready
     */
    boolean pauseKey(K key, boolean paused) {
        int hash = spread(key);
        int band = paused ? band(key) : 0; // whatever became of its priority, a key can be resumed
        Stripe<K> stripe = stripes[stripeOf(hash)];
        synchronized (stripe) {
            Lane<K> lane = stripe.find(key, hash);
            if (lane == null) {
                if (!paused) {
                    return false;
                }
                lane = stripe.add(key, hash, band);
            }
            lane.paused(paused);
            if (lane.running() > 0) {
                attention.raise();
            }
            lane.dropStarted();
            boolean ready = pushIfReady(stripe, lane);
            dropIfVacant(stripe, lane);
            return ready;
        }
    }

    // ---------------------------------------------------------------- looking

    /** Shows one lane, if it is there, under its lock and settled. */
    void look(K key, Consumer<Lane<K>> action) {
        int hash = spread(key);
        Stripe<K> stripe = stripes[stripeOf(hash)];
        synchronized (stripe) {
            Lane<K> lane = stripe.find(key, hash);
            if (lane != null && !lane.isOnlyAwaited()) {
                lane.dropStarted();
                action.accept(lane);
            }
        }
    }

    /** Shows a lane that is known, under its lock and settled; it may have left its table. */
    void look(Lane<K> lane, Consumer<Lane<K>> action) {
        synchronized (stripe(lane.hash)) {
            lane.dropStarted();
            action.accept(lane);
        }
    }

    /** Shows every operation of a lane that awaits its stage. */
    void lookAtAwaiting(Lane<K> lane, Consumer<Operation<K>> action) {
        Stripe<K> stripe = stripe(lane.hash);
        synchronized (stripe) {
            stripe.forEachAwaiting(operation -> {
                if (operation.lane == lane) {
                    action.accept(operation);
                }
            });
        }
    }

    /** Shows every operation that awaits its stage, under its stripe's lock. */
    void lookAtAwaiting(Consumer<Operation<K>> action) {
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                stripe.forEachAwaiting(action);
            }
        }
    }

    /** Shows every operation that waits aside for a quiet moment, under its stripe's lock. */
    void lookAtGathering(Consumer<Operation<K>> action) {
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                stripe.forEachGathering(action);
            }
        }
    }

    /** Shows every lane, each under its stripe's lock and settled; lanes may come and go between stripes. */
    void lookAtAll(Consumer<Lane<K>> action) {
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                stripe.forEach(lane -> {
                    if (!lane.isOnlyAwaited()) {
                        lane.dropStarted();
                        action.accept(lane);
                    }
                });
            }
        }
    }

    /** Operations of a key that wait. */
    int queued(K key) {
        int[] queued = new int[1];
        look(key, lane -> queued[0] = queued(lane));
        return queued[0];
    }

    int laneCount() {
        int count = 0;
        for (Stripe<K> stripe : stripes) {
            count += stripe.size();
        }
        return count;
    }

    /** For the structural check. */
    Stripe<K>[] stripes() {
        return stripes;
    }

    /** For the structural check. */
    long readyStripes() {
        return readyStripes.get();
    }

    /** For the structural check. */
    int perKeyConcurrency() {
        return perKeyConcurrency;
    }
}
