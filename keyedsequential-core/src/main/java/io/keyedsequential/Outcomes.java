package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an operation ends, and who is told: records the end in the operation and its slot, tells the future, the
 * listeners and the log, and makes what its end leaves free known. Also cancels, takes out, interrupts and abandons.
 * Holds no lock.
 */
final class Outcomes<K> {

    /** How often a thread looks for an operation that moves meanwhile. */
    private static final int MOST_LOOKS = 100;

    private final String name;
    private final Lanes<K> lanes;
    private final RecentOperations<K> recent;
    private final Times times;
    private final Dispatcher<K> dispatcher;
    private final Listeners listeners;
    private final IdleWatch idleWatch;
    private final Timer timer;

    Outcomes(
            String name,
            Lanes<K> lanes,
            RecentOperations<K> recent,
            Times times,
            Dispatcher<K> dispatcher,
            Listeners listeners,
            IdleWatch idleWatch,
            Timer timer) {
        this.name = name;
        this.lanes = lanes;
        this.recent = recent;
        this.times = times;
        this.dispatcher = dispatcher;
        this.listeners = listeners;
        this.idleWatch = idleWatch;
        this.timer = timer;
    }

    // ---------------------------------------------------------------- what runners report

    /**
     * Records how an operation on a slot ended.
     *
     * @return {@code false} if it was abandoned before it ended: nothing that it did is recorded
     */
    boolean record(Slot<K> slot, Operation<K> operation, @Nullable Throwable failure, long now) {
        if (!operation.claimEnd()) {
            return false;
        }
        if (failure == null) {
            operation.end(Operation.COMPLETED, null, now);
            recent.completed(slot, operation);
            slot.completed();
        } else if (operation.isStopped()) {
            operation.end(Operation.CANCELLED, failure, now);
            recent.ended(operation);
            lanes.counts.oneStopped();
        } else {
            operation.end(Operation.FAILED, failure, now);
            recent.failed(operation);
            slot.failed();
        }
        times.ended(slot, operation);
        return true;
    }

    /**
     * Ends an attempt of an operation that goes on where it is kept: the window does not remember it.
     *
     * @return {@code false} if it was abandoned before it ended
     */
    boolean handBack(TurnOperation<K> operation, OperationState as, Throwable failure, long now) {
        if (!operation.claimEnd()) {
            return false;
        }
        operation.handedBackAs(as);
        operation.end(Operation.FAILED, failure, now);
        lanes.counts.handedBack(as == OperationState.BACKING_OFF);
        return true;
    }

    /**
     * The thread of a slot has come back from the body of an operation that was abandoned.
     *
     * @return what a caller that took a turn with it is to be thrown
     */
    OperationAbandonedException cameBack(Slot<K> slot, Operation<K> operation, @Nullable Throwable failure) {
        lanes.scheduler.cameBack(slot);
        listeners.cameBack(operation, failure);
        OperationAbandonedException abandoned = abandonment(operation, operation.attempt(), false);
        if (failure != null) {
            abandoned.addSuppressed(failure);
        }
        return abandoned;
    }

    private OperationAbandonedException abandonment(Operation<K> operation, int attempt, boolean awaiting) {
        Duration ran = Duration.ofNanos(Math.max(0, System.nanoTime() - operation.startedAt));
        return new OperationAbandonedException(name, operation.shownId(), attempt, ran, awaiting);
    }

    /** What is told of an operation that was cancelled after its start, before its body has begun or returned. */
    CancellationException stopped(Operation<K> operation) {
        return new CancellationException("%s: operation %d was cancelled".formatted(name, operation.shownId()));
    }

    /**
     * Tells the future, the listener and the log how an operation ended.
     *
     * @return whether code of users may have run
     */
    boolean tell(Operation<K> operation, @Nullable Object result, @Nullable Throwable failure) {
        boolean futureTold = operation.deliver(result, failure);
        return listeners.finished(operation, failure, futureTold) || futureTold;
    }

    /** Records how its stage ended an operation, which opens its key. */
    void endedByStage(StageOperation<K, ?> operation, @Nullable Throwable failure, long now) {
        boolean stopped = failure != null && operation.isStopped();
        int state = failure == null ? Operation.COMPLETED : stopped ? Operation.CANCELLED : Operation.FAILED;
        operation.end(state, failure, now);
        times.endedAside(operation);
        remember(operation, state == Operation.FAILED);
        lanes.suspension.stageEnded(operation);
        dispatcher.admitBlocked();
        dispatcher.wake();
    }

    private void remember(Operation<K> operation, boolean failed) {
        if (failed) {
            recent.failed(operation);
        } else {
            recent.ended(operation);
        }
    }

    // ---------------------------------------------------------------- taking out and stopping

    /** Takes an operation out of its lane if it waits there, and tells its future and the listeners. */
    boolean withdraw(Operation<K> operation) {
        return takeOut(
                () -> lanes.removal.takeOut(operation, Operation.CANCELLED),
                taken -> new CancellationException(name + ": cancelled"));
    }

    /** The same for one whose caller is told by an exception, and not by its callback as well. */
    boolean takeBack(Operation<K> operation) {
        return takeOut(
                () -> {
                    Removal.Taken<K> taken = lanes.removal.takeOut(operation, Operation.CANCELLED);
                    if (taken != null) {
                        operation.callerIsTold();
                    }
                    return taken;
                },
                taken -> new CancellationException(name + ": cancelled"));
    }

    /**
     * Tells future and listeners of an operation that is taken out of its lane.
     *
     * @param takeOut takes it out, or returns {@code null} if there is none
     * @param reason what its future ends with
     * @return whether there was one
     */
    boolean takeOut(Supplier<Removal.@Nullable Taken<K>> takeOut, Function<Operation<K>, Throwable> reason) {
        NotificationScope telling = NotificationScope.begin(idleWatch);
        try {
            Removal.Taken<K> taken = takeOut.get();
            if (taken == null) {
                return false;
            }
            Operation<K> operation = taken.operation();
            dispatcher.admitBlocked();
            dispatcher.wake();
            unrun(operation, reason.apply(operation));
            if (taken.wasParked()) {
                listeners.released(operation);
            }
            return true;
        } finally {
            telling.end();
        }
    }

    /** Tells futures and listeners of operations that are taken out, and shows them as they ended. */
    List<OperationSnapshot> endAll(Supplier<List<Operation<K>>> takeOut, String why) {
        List<Operation<K>> ended = endAll(takeOut, operation -> new CancellationException(name + ": " + why));
        Snapshots now = Snapshots.now();
        return ended.stream().map(operation -> now.of(operation, null)).toList();
    }

    /** The same where each has a reason of its own. */
    List<Operation<K>> endAll(Supplier<List<Operation<K>>> takeOut, Function<Operation<K>, Throwable> reason) {
        NotificationScope telling = NotificationScope.begin(idleWatch);
        try {
            List<Operation<K>> taken = takeOut.get();
            if (!taken.isEmpty()) {
                dispatcher.admitBlocked();
                dispatcher.wake();
                taken.forEach(operation -> unrun(operation, reason.apply(operation)));
            }
            return taken;
        } finally {
            telling.end();
        }
    }

    /**
     * The same on the timer's thread, which must not be kept: futures and listeners are told elsewhere.
     *
     * @param taken what has been taken out, also if that ends with an error
     */
    void endAllElsewhere(List<Operation<K>> taken, Runnable takeOut, Function<Operation<K>, Throwable> reason) {
        idleWatch.tellingBegins();
        try {
            takeOut.run();
        } finally {
            timer.elsewhere(() -> {
                try {
                    endAll(() -> taken, reason);
                } finally {
                    idleWatch.tellingEnds();
                }
            });
        }
    }

    /** An operation has been taken out: it is told how it ended, in the state that it has. */
    void unrun(Operation<K> operation, Throwable reason) {
        boolean failed = operation.state() == Operation.FAILED;
        operation.endUnrun(failed ? reason : null, System.nanoTime());
        times.endedAside(operation);
        remember(operation, failed);
        operation.deliverUnrun(reason);
        listeners.finished(operation, failed ? reason : null, operation.isFollowed());
    }

    /**
     * Takes an operation out if it waits; if it has begun, marks it as stopped, so that no other attempt follows, and
     * interrupts it if asked to.
     *
     * @return {@code false} if it has ended
     */
    boolean cancel(Operation<K> operation, boolean interrupt) {
        // Between two looks it may go from waiting to running or back.
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            if (operation.stop()) {
                if (interrupt) {
                    interrupt(operation, operation.attempts); // no other attempt follows one that is stopped
                }
                return true;
            }
            if (!operation.isWaiting()) {
                if (operation.hasEnded()) {
                    return false;
                }
            } else if (withdraw(operation)) {
                return true;
            }
        }
        return false;
    }

    /** The same by order of an operator, for the future or the callback as well, if there is one. */
    boolean cancelWithFuture(Operation<K> operation) {
        OperationFuture<?> told = operation instanceof ResultOperation<K, ?> result ? result.futureIfAny() : null;
        boolean cancelled = cancel(operation, true);
        if (cancelled && told != null) {
            told.cancelled();
        } else if (cancelled && operation instanceof CallbackOperation<K>) {
            operation.failEarly(stopped(operation));
        }
        return cancelled;
    }

    /** Interrupts the thread that runs an operation, if it still runs the attempt that follows these. */
    void interrupt(Operation<K> operation, @Nullable Attempts before) {
        Slot<K> slot = lanes.interrupts.toInterrupt(operation, before);
        if (slot != null) {
            interrupt(slot);
        }
    }

    /** Interrupts the thread of a slot that has been marked for it. */
    private void interrupt(Slot<K> slot) {
        try {
            Thread thread = slot.thread;
            if (thread != null) {
                thread.interrupt();
                slot.interrupted = true;
            }
        } finally {
            slot.interrupting.decrementAndGet();
        }
    }

    /** Gives up an operation that runs or awaits its stage; {@code false} if it does neither. */
    boolean abandon(Operation<K> operation) {
        NotificationScope telling = NotificationScope.begin(idleWatch);
        try {
            Interrupts.Abandoned<K> abandoned = lanes.interrupts.abandon(operation);
            if (abandoned == null) {
                return false;
            }
            Slot<K> slot = abandoned.slot();
            if (slot != null) {
                interrupt(slot);
            }
            OperationAbandonedException failure = abandonment(operation, operation.attempt(), slot == null);
            RunTimeout<K> limit =
                    slot == null && operation instanceof StageOperation<K, ?> staged ? staged.takeLimit() : null;
            if (limit != null) {
                limit.end(failure); // calls its timer off
            }
            operation.end(Operation.FAILED, failure, System.nanoTime());
            times.endedAside(operation);
            recent.failed(operation);
            if (lanes.interrupts.open(abandoned)) {
                dispatcher.wake();
            }
            dispatcher.admitBlocked();
            tell(operation, null, failure); // last: what is told runs as long as it likes, and the key is open
            return true;
        } finally {
            telling.end();
        }
    }
}
