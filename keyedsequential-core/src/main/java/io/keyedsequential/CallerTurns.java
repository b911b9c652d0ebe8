package io.keyedsequential;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Callers that take their turn and run the body on their own thread.
 *
 * <p>A thread holds at most one permit, that of the innermost operation it is inside of: a thread that waits for a
 * turn of another key or atom lends the permit it has until that turn is over. So no thread that waits for a permit
 * holds one.
 */
final class CallerTurns<K> {

    private final OperationOwner<K> owner;
    private final Lanes<K> lanes;
    private final Dispatcher<K> dispatcher;
    private final Intake<K> intake;
    private final Outcomes<K> outcomes;
    private final Retries<K> retries;
    private final Listeners listeners;
    private final IdleWatch idleWatch;

    /** How long a caller waits for its turn; at most so long that it can be added to. */
    private final long mostNanos;

    CallerTurns(Runner.Crew<K> crew, Intake<K> intake, Duration callTimeout) {
        this.owner = crew.owner();
        this.lanes = crew.lanes();
        this.dispatcher = crew.dispatcher();
        this.outcomes = crew.outcomes();
        this.retries = crew.retries();
        this.listeners = crew.listeners();
        this.idleWatch = crew.idleWatch();
        this.intake = intake;
        this.mostNanos = Math.min(callTimeout.toNanos(), Long.MAX_VALUE / 2);
    }

    /**
     * Takes the turn.
     *
     * @param mayWait whether to wait for it, and for further attempts
     */
    <R extends @Nullable Object> R call(K key, Callable<? extends R> body, boolean mayWait) {
        if (ThreadOperations.isInside(owner, key)) {
            try {
                return body.call();
            } catch (Exception e) {
                throw Rethrow.unchanged(e);
            }
        }
        TurnOperation<K> operation = new TurnOperation<>(key, body, mayWait, System.nanoTime());
        PermitLoan lent = PermitLoan.ofThisThread();
        boolean begins = false;
        try {
            Slot<K> slot = take(operation, lent);
            begins = true;
            return run(slot, operation, body, lent);
        } finally {
            // Unless the turn's own permit was exchanged for it. A caller that was turned away has waited long enough.
            PermitLoan.takeBack(lent, System.nanoTime(), !begins);
        }
    }

    private Slot<K> take(TurnOperation<K> operation, @Nullable PermitLoan lent) {
        if (lent != null && lent.isOf(owner)) {
            Slot<K> nested = lanes.scheduler.startNestedTurn(operation, operation.enqueuedAt);
            if (nested != null) {
                lent.lentToTurn();
                return nested;
            }
        }
        Slot<K> slot = lanes.scheduler.startTurn(operation, ThreadOperations.isHolder(owner), operation.enqueuedAt);
        if (slot == null && !operation.mayWait()) {
            throw intake.rejectBusy(operation);
        }
        if (lent != null) {
            lent.lend();
        }
        if (slot != null) {
            return slot;
        }
        intake.admit(operation);
        return await(operation);
    }

    private Slot<K> await(TurnOperation<K> operation) {
        Slot<K> slot = operation.slot();
        if (slot != null) {
            return slot;
        }
        long since = dueSince(operation);
        boolean late = false;
        KeyedDeadlockException circle = DeadlockDetector.begin(owner, operation);
        boolean inside = ThreadOperations.ofThisThread() != null; // and so perhaps on a thread of the executor
        if (inside) {
            dispatcher.threadWaits(1);
        }
        boolean interrupted = false;
        lanes.counts.awaitingTurn(1);
        try {
            if (circle != null && outcomes.withdraw(operation)) {
                throw circle;
            }
            while (slot == null) {
                Throwable unrun = operation.unrun();
                if (unrun != null) {
                    throw lanes.table.isClosed() && unrun instanceof CancellationException
                            ? intake.reject(operation, Reason.CLOSED, operation.error())
                            : Rethrow.unchanged(unrun);
                }
                if (!interrupted && Thread.interrupted()) {
                    interrupted = true;
                    if (outcomes.withdraw(operation)) {
                        throw intake.reject(operation, Reason.INTERRUPTED, operation.error());
                    }
                    // Too late: the turn has been decided, or the coordinator closes. Either comes without our waiting
                    // for others.
                } else if (late) {
                    LockSupport.park(this);
                } else {
                    long waited = System.nanoTime() - since;
                    late = waited >= mostNanos;
                    if (!late) {
                        LockSupport.parkNanos(this, mostNanos - waited);
                    } else {
                        String why = intake.whyNoTurn(operation); // before it leaves its lane
                        if (outcomes.withdraw(operation)) {
                            throw intake.rejectLate(operation, waited, why);
                        }
                    }
                }
                slot = operation.slot();
            }
            return slot;
        } finally {
            lanes.counts.awaitingTurn(-1);
            if (inside) {
                dispatcher.threadWaits(-1);
            }
            DeadlockDetector.end();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** From when on an operation could begin but for others: since it was called, or since its next attempt is due. */
    private static long dueSince(TurnOperation<?> operation) {
        Attempts attempts = operation.attempts;
        if (attempts == null) {
            return operation.calledAt;
        }
        long now = System.nanoTime();
        long due = attempts.due();
        return due != 0 && due - now > 0 ? due : now;
    }

    /** Runs the body, again and again if it fails and is to be retried: between two attempts the slot is given up. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the body returns an R, which may be null
    private <R extends @Nullable Object> R run(
            Slot<K> first, TurnOperation<K> operation, Callable<? extends R> body, @Nullable PermitLoan lent) {
        Slot<K> slot = first;
        while (true) {
            slot.thread = Thread.currentThread();
            ThreadOperations holding = ThreadOperations.enter(owner, slot);
            holding.inBody(true);
            listeners.started(slot, operation);
            RunTimeout<K> limit = null;
            Object result = null;
            Throwable failure = null;
            try {
                if (operation.isStopped()
                        || operation.isEnding()) { // after its turn had come and before this thread had noticed
                    throw outcomes.stopped(operation);
                }
                limit = retries.limitRun(operation);
                result = body.call();
            } catch (Throwable e) {
                failure = e;
            }
            if (limit != null) {
                failure = limit.end(failure);
            }
            if (failure == null || !heldBack(slot, operation, limit, failure, holding)) {
                Throwable ended = end(slot, operation, failure, holding);
                takeInterrupt(slot);
                giveUp(slot, lent);
                if (ended != null) {
                    throw Rethrow.unchanged(ended);
                }
                return (R) result;
            }
            takeInterrupt(slot);
            giveUp(slot, null);
            slot = await(operation);
        }
    }

    private boolean heldBack(
            Slot<K> slot,
            TurnOperation<K> operation,
            @Nullable RunTimeout<K> limit,
            Throwable failure,
            ThreadOperations holding) {
        operation.giveBack(); // once it is held back its next turn may come at any time
        if (!retries.heldBack(slot, operation, limit, failure, System.nanoTime())) {
            return false;
        }
        holding.exit();
        return true;
    }

    /** After the slot has given its lane back: an interrupt that was decided before has been noted by then. */
    private static void takeInterrupt(Slot<?> slot) {
        if (slot.awaitInterrupt()) {
            Thread.interrupted(); // meant for the operation, and not for what its caller does next
        }
    }

    /** Ends the turn, unless it was abandoned; returns what its caller is to be thrown. */
    private @Nullable Throwable end(
            Slot<K> slot, TurnOperation<K> operation, @Nullable Throwable failure, ThreadOperations holding) {
        FailureDecision decision = failure == null ? null : keepersDecision(operation, failure);
        long now = System.nanoTime();
        operation.letGo();
        boolean ended = failure != null && decision != null && goesOn(decision)
                ? handBack(operation, decision, failure, now)
                : conclude(slot, operation, decision, failure, now);
        holding.exit();
        if (!ended) {
            return outcomes.cameBack(slot, operation, failure);
        }
        lanes.scheduler.leave(slot, now);
        return failure;
    }

    private boolean conclude(
            Slot<K> slot,
            TurnOperation<K> operation,
            @Nullable FailureDecision decision,
            @Nullable Throwable failure,
            long now) {
        if (!outcomes.record(slot, operation, failure, now)) {
            return false;
        }
        if (failure != null && decision != null && decision.action() == FailureDecision.Action.HALT) {
            listeners.halted(operation, failure);
        }
        listeners.finished(operation, failure, true);
        return true;
    }

    private boolean handBack(TurnOperation<K> operation, FailureDecision decision, Throwable failure, long now) {
        boolean retried = decision.action() == FailureDecision.Action.RETRY;
        OperationState as = retried ? OperationState.BACKING_OFF : OperationState.PARKED;
        if (!outcomes.handBack(operation, as, failure, now)) {
            return false;
        }
        if (retried) {
            listeners.backingOff(operation, decision.delayNanos());
        } else {
            listeners.parked(operation);
        }
        return true;
    }

    private static boolean goesOn(FailureDecision decision) {
        return decision.action() == FailureDecision.Action.RETRY || decision.action() == FailureDecision.Action.PARK;
    }

    /**
     * What the keeper of an operation that is kept elsewhere does about a failure; {@code null} if that is not asked.
     */
    private static @Nullable FailureDecision keepersDecision(TurnOperation<?> operation, Throwable failure) {
        if (operation.isStopped() || operation.isEnding() || !(operation.body instanceof ReplayedOperation replayed)) {
            return null;
        }
        try {
            return replayed.decide(failure);
        } catch (Throwable e) { // foreign code
            return FailureDecision.SKIP;
        }
    }

    /** Gives back a slot that no longer holds a lane, in exchange for the permit that was lent for it, if it was. */
    private void giveUp(Slot<K> slot, @Nullable PermitLoan lent) {
        slot.pushed = false; // we wake in any case
        if (lent != null && lent.isOf(owner)) {
            lent.exchange(slot);
        } else {
            lanes.permits.release(slot);
        }
        dispatcher.wake();
        idleWatch.check();
    }
}
