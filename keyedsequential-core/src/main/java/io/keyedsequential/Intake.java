package io.keyedsequential;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way in: admits operations and places, makes their callers wait for room, or refuses them. What may be let in is
 * decided in {@link Lanes}. Holds no lock.
 */
final class Intake<K> {

    private final String name;
    private final CoordinatorOptions options;
    private final boolean block;
    private final OperationOwner<K> owner;
    private final Lanes<K> lanes;
    private final BlockedCallers<K> blockedCallers;
    private final RoomSpinner roomSpinner;
    private final Dispatcher<K> dispatcher;
    private final Outcomes<K> outcomes;
    private final LaneViews<K> views;
    private final Listeners listeners;
    private final Timer timer;
    private final @Nullable QueueTimeouts<K> queueTimeouts;
    private final IdleWatch idleWatch;
    private final ReservedPlaces<K> places;
    private final AtomicLong rejected = new AtomicLong();

    Intake(
            CoordinatorOptions options,
            Runner.Crew<K> crew,
            BlockedCallers<K> blockedCallers,
            LaneViews<K> views,
            Timer timer) {
        this.options = options;
        this.block = options.overflowPolicy() == OverflowPolicy.BLOCK;
        this.owner = crew.owner();
        this.name = owner.name();
        this.lanes = crew.lanes();
        this.blockedCallers = blockedCallers;
        this.roomSpinner = new RoomSpinner(lanes.counts, options.capacity());
        this.dispatcher = crew.dispatcher();
        this.outcomes = crew.outcomes();
        this.views = views;
        this.listeners = crew.listeners();
        this.idleWatch = crew.idleWatch();
        this.timer = timer;
        Duration queueTimeout = options.queueTimeout();
        this.queueTimeouts =
                queueTimeout == null ? null : new QueueTimeouts<>(name, outcomes, lanes, queueTimeout, timer);
        this.places = new ReservedPlaces<>(owner, this);
    }

    /** How many have been rejected. */
    long rejected() {
        return rejected.get();
    }

    // ---------------------------------------------------------------- operations

    /** Admits an operation as the options say: its caller may have to wait for room. */
    void admit(Operation<K> operation) {
        admit(operation, true);
    }

    /**
     * Admits it, after others if the caller may wait for room; one that may not takes what room there is, or
     * is rejected.
     */
    void admit(Operation<K> operation, boolean mayWait) {
        if (letIn(operation, mayWait) != AdmissionResult.ADMITTED_READY) {
            return;
        }
        // What stands for an operation that was accepted is in for good: if the executor refuses, the hand-off is tried
        // again.
        if (operation instanceof CoalescedOperation<K, ?> coalesced && coalesced.replaced != null) {
            dispatcher.wake();
            return;
        }
        Throwable refusal = refusalToRun(operation);
        if (refusal != null) {
            throw reject(operation, Reason.EXECUTOR, refusal);
        }
    }

    /** The same for what a publisher has sent: if the executor refuses, the hand-off is tried again. */
    void admitAccepted(Operation<K> operation) {
        if (letIn(operation, true) == AdmissionResult.ADMITTED_READY) {
            dispatcher.wake();
        }
    }

    /**
     * Admits it if there is room now, without an exception.
     *
     * @return whether it has been admitted
     */
    boolean tryAdmit(Operation<K> operation) {
        AdmissionResult outcome = offer(operation);
        if (outcome == AdmissionResult.CLOSED && ThreadOperations.isHolder(owner)) {
            outcome = lanes.admission.offer(operation, true, false);
        }
        switch (outcome) {
            case ADMITTED -> {
                limitWait(operation);
                return true;
            }
            case ADMITTED_READY -> {
                limitWait(operation);
                Throwable refusal = refusalToRun(operation);
                if (refusal != null) {
                    reject(operation, Reason.EXECUTOR, refusal);
                }
                return refusal == null;
            }
            default -> {
                if (listeners.hearRejections()) {
                    reject(operation, outcome);
                } else {
                    rejected.incrementAndGet(); // polling callers: do not build an exception that no listener sees
                }
                return false;
            }
        }
    }

    /** What the executor threw, if the operation has been withdrawn because no runner would run it. */
    private @Nullable Throwable refusalToRun(Operation<K> operation) {
        Throwable refusal = dispatcher.wakeForCaller();
        if (refusal == null || outcomes.takeBack(operation)) {
            return refusal;
        }
        dispatcher.retryLater();
        return null;
    }

    private AdmissionResult letIn(Operation<K> operation, boolean mayWait) {
        AdmissionResult outcome = makeRoomFor(operation, mayWait);
        limitWait(operation);
        return outcome;
    }

    private AdmissionResult makeRoomFor(Operation<K> operation, boolean mayWait) {
        boolean waits = mayWait && block;
        boolean behindOthers = waits && lanes.table.blockedCallers() > 0;
        AdmissionResult outcome = behindOthers ? lanes.admission.replace(operation) : offer(operation);
        return outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY
                ? outcome
                : overflow(operation, outcome, waits);
    }

    private AdmissionResult offer(Operation<K> operation) {
        AdmissionResult outcome = lanes.admission.offer(operation, false, false);
        boolean full = outcome == AdmissionResult.FULL || outcome == AdmissionResult.KEY_FULL;
        return full && places.giveLostBack() ? lanes.admission.offer(operation, false, false) : outcome;
    }

    /**
     * Admits it on a place that was reserved: it was accepted then, so a hand-over that the executor refuses is
     * tried again.
     */
    void admit(Operation<K> operation, ReservedPlace<K> place) {
        AdmissionResult outcome = lanes.admission.offer(operation, place);
        if (outcome != AdmissionResult.ADMITTED && outcome != AdmissionResult.ADMITTED_READY) {
            throw reject(operation, outcome);
        }
        limitWait(operation);
        if (outcome == AdmissionResult.ADMITTED_READY) {
            dispatcher.wake();
        }
    }

    /**
     * Offers an operation of a stream: as any other, but that its producer waits elsewhere if there is no room. The
     * caller wakes a runner.
     */
    AdmissionResult offerNow(Operation<K> operation) {
        operation.enqueuedAt = System.nanoTime(); // what it has waited for room is not time in the queue
        AdmissionResult outcome = lanes.admission.offer(operation, false, false);
        if (outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY) {
            limitWait(operation);
        }
        return outcome;
    }

    /** An operation has taken its place in its queue: the time that it may wait there begins, if there is a limit. */
    private void limitWait(Operation<K> operation) {
        if (queueTimeouts != null) {
            queueTimeouts.queued(operation);
        }
    }

    /** Nothing was queued at the first offer: waits, admits beyond the bound, or throws. */
    private AdmissionResult overflow(Operation<K> operation, AdmissionResult refusal, boolean waits) {
        AdmissionResult outcome = refusal;
        if (ThreadOperations.isHolder(owner)) {
            outcome = lanes.admission.offer(operation, true, false);
            boolean full = outcome == AdmissionResult.FULL || outcome == AdmissionResult.KEY_FULL;
            if (full && block) {
                outcome = lanes.admission.offer(operation, true, true); // it would wait for itself
            }
        } else if ((outcome == AdmissionResult.FULL || outcome == AdmissionResult.KEY_FULL) && waits) {
            Duration limit = operation instanceof TurnOperation ? turnLimit() : options.blockTimeout();
            long timeout = limit.toNanos();
            // With no caller before it: one that went past those that wait would overtake one of its key.
            if (outcome == AdmissionResult.FULL && lanes.table.blockedCallers() == 0 && roomSpinner.sawRoom(timeout)) {
                outcome = lanes.admission.offer(operation, false, false);
                if (outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY) {
                    return outcome;
                }
            }
            listeners.callerBlocked(operation.key);
            try {
                outcome = blockedCallers.await(operation, outcome, timeout);
                if (outcome == AdmissionResult.FULL) {
                    outcome = lanes.admission.refusal(operation); // others were before it; why it would be refused now
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw reject(operation, Reason.INTERRUPTED, e);
            } finally {
                dispatcher.wake();
            }
        }
        if (outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY) {
            return outcome;
        }
        throw reject(operation, outcome);
    }

    private RejectedOperationException reject(Operation<K> operation, AdmissionResult outcome) {
        return switch (outcome) {
            case FULL -> reject(operation, Reason.FULL, null);
            case KEY_FULL -> reject(operation, Reason.KEY_FULL, null);
            case CLOSED -> reject(operation, Reason.CLOSED, null);
            case SHED -> reject(operation, Reason.SHED, null);
            case ADMITTED, ADMITTED_READY ->
                throw new IllegalStateException("operation " + operation.id + " was admitted");
        };
    }

    /** A turn could not begin at once. */
    RejectedOperationException rejectBusy(Operation<K> operation) {
        AdmissionResult refused = lanes.table.refusalAtDoor(ThreadOperations.isHolder(owner));
        return refused == null ? reject(operation, Reason.BUSY, null) : reject(operation, refused);
    }

    /** How long the caller of a turn waits for room, which is part of its wait for the turn. */
    private Duration turnLimit() {
        Duration block = options.blockTimeout();
        Duration call = options.callTimeout();
        return call.compareTo(block) < 0 ? call : block;
    }

    /** Why the turn of an operation does not come, for its caller alone: asks the key for its lane. */
    String whyNoTurn(Operation<K> operation) {
        try {
            return views.lane(operation.key, 1)
                    .map(lane -> lane.explanation().sentence())
                    .orElse("its key has no lane any more");
        } catch (Throwable e) { // what the key throws
            return "its lane cannot be found by its key (%s)"
                    .formatted(e.getClass().getName());
        }
    }

    /** A turn has not come in time and is not to come any more. */
    RejectedOperationException rejectLate(TurnOperation<K> operation, long waitedNanos, String why) {
        String detail = "%s has waited for %d ms (callTimeout %d ms); %s"
                .formatted(
                        lanes.names.of(operation),
                        Duration.ofNanos(waitedNanos).toMillis(),
                        options.callTimeout().toMillis(),
                        why);
        return reject(operation, Reason.NO_TURN, detail, operation.error());
    }

    RejectedOperationException reject(Operation<K> operation, Reason reason, @Nullable Throwable cause) {
        return reject(operation, reason, null, cause);
    }

    private RejectedOperationException reject(
            Operation<K> operation, Reason reason, @Nullable String detail, @Nullable Throwable cause) {
        rejected.incrementAndGet();
        String numbers = "queued=%d, active=%d, lanes=%d, capacity=%d"
                .formatted(lanes.counts.queued(), lanes.counts.active(), lanes.table.laneCount(), options.capacity());
        long awaiting = lanes.counts.awaiting();
        if (awaiting > 0) {
            numbers += ", awaiting=" + awaiting;
        }
        long reserved = lanes.counts.reserved();
        if (reserved > 0) {
            numbers += ", reserved=" + reserved;
        }
        if (reason == Reason.KEY_FULL) {
            int queuedForKey = lanes.table.queued(operation.key);
            numbers += ", queuedForKey=%d, capacityPerKey=%d%s"
                    .formatted(queuedForKey, options.capacityPerKey(), options.fairScheduling() ? ", fair" : "");
        }
        RejectedOperationException rejection = new RejectedOperationException(name, reason, detail, numbers, cause);
        listeners.rejected(operation.key, rejection);
        return rejection;
    }

    // ---------------------------------------------------------------- coalesced operations

    /** Admits an operation that replaces the one of its group that waits, which is told so. */
    void admitLatest(CoalescedOperation<K, ?> operation) {
        // Before what it replaces leaves its lane: no other thread tells that one.
        NotificationScope telling = NotificationScope.begin(idleWatch);
        try {
            admit(operation);
            gather(operation);
        } finally {
            try {
                CoalescedOperation<K, ?> replaced = operation.replaced;
                if (replaced != null) {
                    operation.replaced = null;
                    outcomes.unrun(replaced, new SupersededException(name, replaced.id, operation.id));
                }
            } finally {
                telling.end(); // whatever is short: an atom that tells for ever would never be idle
            }
        }
    }

    private void gather(CoalescedOperation<K, ?> operation) {
        long nanos = operation.gatheringNanos();
        if (nanos == 0) {
            return;
        }
        Timer.Scheduled set = timer.tryAfter(nanos, () -> {
            if (gathered(operation)) {
                dispatcher.wakeElsewhere();
            }
        });
        if (set != null) {
            operation.timer(set);
        } else if (gathered(operation)) { // better too early than never
            dispatcher.wake();
        }
    }

    private boolean gathered(CoalescedOperation<K, ?> operation) {
        boolean ready = lanes.admission.gathered(operation, System.nanoTime());
        limitWait(operation); // the timer of its stripe may have found nothing meanwhile
        return ready;
    }

    // ---------------------------------------------------------------- reserved places

    Reservation reserve(K key, boolean mayWait) {
        ReservedPlace<K> place = new ReservedPlace<>(key, System.nanoTime());
        makeRoomFor(place, mayWait);
        Reservation held = places.hold(place);
        idleWatch.check(); // until it was known for a place it was counted as an operation
        return held;
    }

    /** Frees a place that no operation will take. */
    void giveBack(ReservedPlace<K> place) {
        lanes.admission.giveBack(place);
        dispatcher.admitBlocked();
        dispatcher.wake();
    }
}
