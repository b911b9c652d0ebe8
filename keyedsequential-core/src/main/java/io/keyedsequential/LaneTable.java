package io.keyedsequential;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The lanes: in which stripe each stands, which of them have a token in a ready queue, which callers wait for room of
 * them; the switches that hold starts or bar the intake; and looking at all that. The invariants and the order of locks
 * stand at the head of {@link Lanes}.
 */
final class LaneTable<K> {

    /** A word has 64 bits, and the word of ready stripes is one. */
    static final int MOST_STRIPES = 64;

    private final String name;

    final MessageNames names;

    final int perKeyConcurrency;

    private final @Nullable ToIntFunction<Object> priority;

    final Stripe<K>[] stripes;

    private final int stripeShift;

    final Permits<K> permits;

    /** One bit for each stripe that has a token in its ready queue. A bit changes under its stripe's lock. */
    final AtomicLong readyStripes = new PaddedCounter();

    final OperationCounters<K> counts;

    final StartBarrier<K> attention;

    /** Callers that wait for room. Written under the lock of {@link BlockedCallers}. */
    private volatile int blockedCallers;

    /** Watched lanes that an operation has left meanwhile. Written under the stripe's lock. */
    final Queue<Lane<K>> left = new ConcurrentLinkedQueue<>();

    /** Why nothing is admitted, a sum of the reasons below, or 0. Read with every offer, so one word for all. */
    private volatile int barred;

    private static final int INTAKE_CLOSED = 1;

    private static final int SHEDDING = 2;

    private static final int CLOSED_FOR_GOOD = 4;

    LaneTable(String name, CoordinatorOptions options) {
        this.name = name;
        this.names = new MessageNames(name, options.keyNames());
        this.priority = options.priority();
        this.perKeyConcurrency = options.perKeyConcurrency();
        // Fair means strictly in turn, and only one queue has one order: a fair atom has one stripe. The same goes for
        // an order of priority.
        int count = options.fairScheduling() || priority != null ? 1 : stripeCount();
        this.stripeShift = Integer.numberOfLeadingZeros(count) + 1;
        this.stripes = newStripes(count, priority != null);
        this.permits = new Permits<>(names, options.maxConcurrency());
        this.counts = new OperationCounters<>(permits, options.capacity());
        this.attention = new StartBarrier<>(permits);
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

    int stripeOf(int hash) {
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
                : Preconditions.range(name, "priority of a key", priority.applyAsInt(key), 0, ReadyBands.BANDS - 1);
    }

    /** An operation leaves the queue of a lane, or keeps its key closed no longer. */
    @GuardedBy("stripe")
    void leaves(Lane<K> lane) {
        if (lane.isWatched()) {
            lane.watched(false);
            left.add(lane);
        }
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
    @Nullable
    Lane<K> pollReady(Stripe<K> stripe) {
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

    /** Closes for good. */
    void barForGood() {
        bar(CLOSED_FOR_GOOD, true);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void bar(int reason, boolean value) {
        synchronized (permits) {
            barred = value ? barred | reason : barred & ~reason;
        }
    }

    /** Why nothing is admitted now, to operations from outside or from inside of this atom. */
    @Nullable
    AdmissionResult refusalAtDoor(boolean inside) {
        int reasons = barred;
        if ((reasons & CLOSED_FOR_GOOD) != 0 || ((reasons & INTAKE_CLOSED) != 0 && !inside)) {
            return AdmissionResult.CLOSED;
        }
        return (reasons & SHEDDING) != 0 ? AdmissionResult.SHED : null;
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
        Stripe<K> stripe = stripe(hash);
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

    /** Shows one lane, if it is there, under its lock and settled. */
    void look(K key, Consumer<Lane<K>> action) {
        int hash = spread(key);
        Stripe<K> stripe = stripe(hash);
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

    /** Whether any lane is ready. */
    boolean isAnyReady() {
        return readyStripes.get() != 0;
    }

    int laneCount() {
        int count = 0;
        for (Stripe<K> stripe : stripes) {
            count += stripe.size();
        }
        return count;
    }
}
