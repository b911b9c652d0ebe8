package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Acts on attempts that failed: has the operation held back and tried again later, or parked until an operator decides,
 * or the atom paused. Which of these is decided by {@link RetryRules}; {@link Suspension} decides about lanes.
 */
final class Retries<K> implements RunTimeout.Exceeded<K> {

    private final String atom;
    private final Outcomes<K> outcomes;
    private final Dispatcher<K> dispatcher;
    private final Listeners listeners;
    private final Suspension<K> suspension;
    private final Removal<K> removal;
    private final RetryRules rules;
    private final Timer timer;
    private final boolean plain;
    private final @Nullable Duration runTimeout;

    /** Pauses the atom. */
    private final Runnable pause;

    Retries(
            String atom,
            CoordinatorOptions options,
            Outcomes<K> outcomes,
            Dispatcher<K> dispatcher,
            Listeners listeners,
            Lanes<K> lanes,
            Timer timer,
            Runnable pause) {
        this.atom = atom;
        this.outcomes = outcomes;
        this.dispatcher = dispatcher;
        this.listeners = listeners;
        this.suspension = lanes.suspension;
        this.removal = lanes.removal;
        this.rules = new RetryRules(options);
        this.timer = timer;
        this.plain = rules.isPlain();
        this.runTimeout = options.runTimeout();
        this.pause = pause;
    }

    /**
     * An operation in hand has failed.
     *
     * @param slot that holds it, or {@code null} if its stage has failed
     * @param limit of the attempt, if it had one
     * @return whether it has been held back; otherwise it is to end
     */
    boolean heldBack(
            @Nullable Slot<K> slot,
            Operation<K> operation,
            @Nullable RunTimeout<K> limit,
            Throwable failure,
            long now) {
        if (plain || operation.isStopped() || operation.isEnding() || isDecidedElsewhere(operation, failure)) {
            return false;
        }
        FailureDecision decision = decide(operation, limit, operation.attempt(), failure);
        return switch (decision.action()) {
            case RETRY -> backsOff(slot, operation, failure, now, decision.delayNanos());
            case PARK -> !(operation instanceof TurnOperation) && parks(slot, operation, failure, now);
            case HALT -> {
                halt(operation, failure);
                yield false;
            }
            case SKIP -> false;
        };
    }

    /**
     * One decision an attempt: where its time was up, it has been asked for before the attempt has ended, or is
     * just now.
     */
    private FailureDecision decide(
            Operation<K> operation, @Nullable RunTimeout<K> limit, int attempt, Throwable failure) {
        return limit != null && limit.isExceededBy(failure)
                ? limit.decision(() -> decide(operation, attempt, failure))
                : decide(operation, attempt, failure);
    }

    private FailureDecision decide(Operation<K> operation, int attempt, Throwable failure) {
        if (isRefusal(operation.body, failure)) {
            return FailureDecision.SKIP;
        }
        return rules.decide(operation.mayWait() ? attempt : Integer.MAX_VALUE, failure);
    }

    private static boolean isRefusal(@Nullable Object body, Throwable failure) {
        try {
            return body instanceof RefusingOperation refusing && refusing.isRefusal(failure);
        } catch (Throwable e) { // foreign code
            return false;
        }
    }

    private boolean backsOff(@Nullable Slot<K> slot, Operation<K> operation, Throwable failure, long now, long delay) {
        Attempts attempts = Attempts.after(operation.attempts, failure, operation.startedAt, now, now + delay);
        if (!holdBack(slot, operation, Operation.BACKING_OFF, attempts)) {
            return false;
        }
        listeners.backingOff(operation, delay);
        retryAfter(operation, attempts, delay);
        return true;
    }

    private boolean parks(@Nullable Slot<K> slot, Operation<K> operation, Throwable failure, long now) {
        Attempts attempts = Attempts.after(operation.attempts, failure, operation.startedAt, now, 0);
        if (!holdBack(slot, operation, Operation.PARKED, attempts)) {
            return false;
        }
        listeners.parked(operation);
        return true;
    }

    /**
     * An interrupt calls the caller of a turn back: it is neither retried nor a reason to halt. Where an operation is
     * kept elsewhere, its keeper decides.
     */
    private static boolean isDecidedElsewhere(Operation<?> operation, Throwable failure) {
        return operation instanceof TurnOperation<?> turn
                && (failure instanceof InterruptedException || turn.isReplayed());
    }

    private boolean holdBack(@Nullable Slot<K> slot, Operation<K> operation, int state, Attempts attempts) {
        if (slot != null) {
            return suspension.holdBack(slot, operation, state, attempts);
        }
        return operation instanceof StageOperation<K, ?> staged && suspension.holdBackAwaiting(staged, state, attempts);
    }

    /** An exhausted operation pauses the atom. */
    private void halt(Operation<K> operation, Throwable failure) {
        pause.run();
        listeners.halted(operation, failure);
    }

    // ---------------------------------------------------------------- attempts that run too long

    /** Begins to count the time of an attempt, if there is a limit. */
    @Nullable
    RunTimeout<K> limitRun(Operation<K> operation) {
        return runTimeout == null ? null : RunTimeout.begin(atom, this, operation, runTimeout, timer);
    }

    /** An attempt has run too long: it is interrupted, and if none follows, its future fails at once. */
    @Override
    public void timeIsUp(
            Operation<K> operation,
            RunTimeout<K> limit,
            @Nullable Attempts before,
            int attempt,
            TimeoutException exceeded) {
        outcomes.interrupt(operation, before);
        if (operation.isFollowed()) {
            timer.elsewhere(() -> {
                if (isFinal(operation, limit, before, attempt, exceeded)) {
                    operation.failEarly(exceeded);
                }
            });
        }
    }

    /**
     * Whether an operation of which this attempt fails like this ends with it, as far as can be said before.
     *
     * <p>The late look: this attempt has failed and been tried again, and the operation ends now, with a later attempt.
     * So who sees it end looks after that whether this is the present attempt: an operation that ends stays with the
     * attempts that it has. (Hunted by RunLimitAgainstEnd.)
     */
    @SuppressWarnings("ReferenceEquality") // the same attempts, not equal ones
    private boolean isFinal(
            Operation<K> operation, RunTimeout<K> limit, @Nullable Attempts before, int attempt, Throwable failure) {
        if (plain) {
            return true;
        }
        if (operation.isStopped() || operation.isEnding()) {
            return operation.attempts == before;
        }
        return switch (decide(operation, limit, attempt, failure).action()) {
            case RETRY -> false;
            case PARK -> operation instanceof TurnOperation;
            case HALT, SKIP -> true;
        };
    }

    // ---------------------------------------------------------------- the next attempt

    /** The timer is never called off: if an operator is quicker, it finds other attempts than it was set for. */
    private void retryAfter(Operation<K> operation, Attempts attempts, long delay) {
        if (delay <= 0) {
            release(operation, attempts, attempts);
            return;
        }
        Timer.Scheduled set = timer.tryAfter(delay, () -> {
            if (Boolean.TRUE.equals(suspension.release(operation, attempts, attempts))) {
                dispatcher.wakeElsewhere();
            }
        });
        if (set == null) { // better too early than never
            release(operation, attempts, attempts);
        }
    }

    private boolean release(Operation<K> operation, Attempts expected, Attempts attempts) {
        Boolean ready = suspension.release(operation, expected, attempts);
        if (ready == null) {
            return false;
        }
        if (ready) {
            dispatcher.wake();
        }
        return true;
    }

    // ---------------------------------------------------------------- operators

    /** Retries at once the operation that keeps a key closed, with all its attempts before it. */
    boolean retry(K key) {
        return retry(suspension.forgive(key));
    }

    /** The same for one operation, whatever its key says by now. */
    boolean retry(Operation<K> heldBack) {
        return retry(suspension.forgive(heldBack));
    }

    private boolean retry(Suspension.@Nullable Forgiven<K> forgiven) {
        if (forgiven == null) {
            return false;
        }
        Operation<K> operation = forgiven.operation();
        if (forgiven.wasParked()) {
            listeners.released(operation); // before it may start: the events of an operation come in order
        }
        release(operation, forgiven.attempts(), forgiven.attempts()); // unless another thread has been quicker
        dispatcher.admitBlocked(); // a key that is not parked may hold more
        return true;
    }

    /** Gives up the operation that keeps a key closed: it fails with its last error. */
    boolean skip(K key) {
        return outcomes.takeOut(() -> removal.skip(key), Retries::lastError);
    }

    /** The same for one operation, whatever its key says by now. */
    boolean skip(Operation<K> heldBack) {
        return outcomes.takeOut(() -> removal.skip(heldBack), Retries::lastError);
    }

    private static Throwable lastError(Operation<?> operation) {
        Throwable error = operation.error();
        return error == null ? new CancellationException("skipped") : error;
    }

    /** Takes out everything that waits for a key. */
    List<OperationSnapshot> purge(K key) {
        return purge(parked -> removal.takeAllOut(key, parked));
    }

    /** The same for the key of one operation, whatever that says by now. */
    List<OperationSnapshot> purge(Operation<K> operation) {
        return purge(parked -> removal.takeAllOut(operation, parked));
    }

    private List<OperationSnapshot> purge(Function<List<Operation<K>>, List<Operation<K>>> takeOut) {
        List<Operation<K>> parked = new ArrayList<>(1);
        List<OperationSnapshot> purged = outcomes.endAll(() -> takeOut.apply(parked), "purged by an operator");
        parked.forEach(listeners::released);
        return purged;
    }
}
