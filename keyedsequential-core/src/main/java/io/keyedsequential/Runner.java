package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * Runs operations on one slot until nothing is ready, as one task of the executor. Acts on what {@link Lanes} decides,
 * and holds no lock while it does.
 */
final class Runner<K> extends HandedRunner<K> {

    /** What the runners of an atom, its ways in and its life cycle act with; it makes the runners. */
    record Crew<K>(
            OperationOwner<K> owner,
            Lanes<K> lanes,
            Dispatcher<K> dispatcher,
            Outcomes<K> outcomes,
            Retries<K> retries,
            Listeners listeners,
            IdleWatch idleWatch) {

        Runner<K> runner(Slot<K> slot) {
            return new Runner<>(this, slot);
        }
    }

    /** How often a runner that has run operations looks for more before it goes. */
    private static final int LOOKS = 4;

    private final Crew<K> crew;
    private final Lanes<K> lanes;

    /** Whether a spare thread runs it, in place of one of the executor's. Confined to its thread. */
    private boolean onSpare;

    /** What is to be given back if this runner breaks down. Confined to its thread. */
    private @Nullable Slot<K> inHand;

    private @Nullable Operation<K> begun;

    private Runner(Crew<K> crew, Slot<K> slot) {
        super(slot);
        this.crew = crew;
        this.lanes = crew.lanes;
    }

    @Override
    void runOnSpare() {
        Slot<K> held = discard();
        if (held != null) {
            onSpare = true;
            run(held);
        }
    }

    @Override
    public void run() {
        StackHeadroom.check(); // an executor may run it on its caller's thread; what this throws is a refusal there
        Slot<K> held = discard();
        if (held != null) { // otherwise an executor ran this task twice, or after having refused it
            crew.dispatcher.begun(this, handedBy == Thread.currentThread());
            run(held);
        }
    }

    private void run(Slot<K> given) {
        Slot<K> held = given;
        if (ThreadOperations.isBetweenBodies(crew.owner)) {
            lanes.permits.release(held); // the runner below on this thread looks for more when it has done what it has
            return;
        }
        // An interrupt that came before the first operation was not meant for it.
        boolean interrupted = Thread.interrupted();
        ThreadOperations holding = ThreadOperations.enter(crew.owner, held);
        try {
            while (held != null) {
                held.thread = Thread.currentThread();
                holding.slot(held);
                inHand = held;
                held = work(held, holding);
            }
        } catch (Throwable e) { // nothing of users gets here; memory may be short
            breakDown(e);
        } finally {
            Thread.interrupted(); // what the last operation left
            holding.exit();
            // A runner that was handed over on this thread meanwhile has left what is ready to us (isBetweenBodies),
            // and if our slot went to the caller of a turn we have not looked since.
            crew.dispatcher.wake();
            crew.idleWatch.check();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives back what can be: the operation has failed, its key goes on, and the permit is free. */
    private void breakDown(Throwable cause) {
        Slot<K> held = inHand;
        if (held == null) {
            return;
        }
        Operation<K> operation = begun;
        long now = System.nanoTime();
        if (operation != null && held.lane != null) { // without a lane it has been held back, or left to its stage
            if (crew.outcomes.record(held, operation, cause, now)) {
                crew.outcomes.tell(operation, null, cause);
            } else {
                lanes.scheduler.cameBack(held);
            }
        }
        if (held.lane != null) {
            lanes.scheduler.leave(held, now);
        }
        held.awaitInterrupt();
        lanes.permits.release(held);
        crew.dispatcher.wake();
    }

    /**
     * Takes one ready lane after another.
     *
     * @return a slot to go on with, or {@code null} if there is nothing more to do on this thread
     */
    private @Nullable Slot<K> work(Slot<K> held, ThreadOperations holding) {
        Operation<K> operation = lanes.scheduler.takeReady(held, System.nanoTime());
        while (operation != null) {
            if (held.searching) {
                lanes.permits.found(held);
                crew.dispatcher.wake();
            }
            if (!runVisit(held, operation, holding)) {
                return null;
            }
            if (onSpare && !crew.dispatcher.isAwaited()) { // the executor has its threads again, and gets what is left
                lanes.permits.release(held);
                return null;
            }
            operation = lanes.scheduler.takeReady(held, System.nanoTime());
            if (operation == null) {
                operation = lookOn(held);
            }
        }
        return lanes.scheduler.idle(held);
    }

    /**
     * Looks for a ready lane a few times more before the thread goes, as the searcher, so that a caller that makes a
     * lane ready meanwhile wakes no thread: that would cost more than many short operations. Between two looks the
     * thread leaves its processor to others.
     */
    @SuppressWarnings("ThreadPriorityCheck") // a thread that has work needs the processor more than we do
    private @Nullable Operation<K> lookOn(Slot<K> held) {
        if (onSpare || !crew.dispatcher.isWorthLookingOn() || !lanes.permits.searchOn(held)) {
            return null;
        }
        for (int i = 0; i < LOOKS && !crew.idleWatch.isAwaited() && !lanes.permits.isAwaited(); i++) {
            Thread.yield();
            Operation<K> operation = lanes.scheduler.takeReady(held, System.nanoTime());
            if (operation != null) {
                return operation;
            }
        }
        return null;
    }

    /**
     * Runs operations as long as {@link Scheduler#next} has one.
     *
     * @return {@code false} if the slot has been handed over to the caller of a turn
     */
    private boolean runVisit(Slot<K> held, Operation<K> first, ThreadOperations holding) {
        Operation<K> operation = first;
        while (operation != null) {
            if (operation instanceof TurnOperation<K> turn) {
                inHand = null;
                held.thread = null;
                boolean pushed = held.takePushed();
                turn.grant(held);
                crew.dispatcher.madeRoom(pushed);
                return false;
            }
            begun = operation;
            crew.dispatcher.madeRoom(held.takePushed());
            operation = run(held, operation, holding);
        }
        return true;
    }

    private @Nullable Operation<K> run(Slot<K> held, Operation<K> operation, ThreadOperations holding) {
        Object result = null;
        Throwable failure = null;
        RunTimeout<K> limit = null;
        boolean gaveRoomBack = false;
        Thread.interrupted(); // an interrupt since the last body was meant for another operation
        holding.inBody(true);
        crew.listeners.started(held, operation);
        try {
            operation.begins();
            // Who cancelled it before we cleared the interrupt has marked it first; who does from now on interrupts
            // the body.
            if (operation.isStopped() || operation.isEnding()) {
                throw crew.outcomes.stopped(operation);
            }
            limit = crew.retries.limitRun(operation);
            result = operation.perform();
            if (result == StageOperation.PENDING && operation instanceof StageOperation<K, ?> staged) {
                staged.limit(limit);
                if (lanes.suspension.beginAwaiting(held, staged)) {
                    if (staged.leaveToStage()) {
                        begun = null;
                        lanes.suspension.leftToStage(held);
                        holding.inBody(false);
                        held.awaitInterrupt();
                        return null;
                    }
                    gaveRoomBack = true;
                    if (lanes.suspension.endAwaiting(held, staged)) {
                        result = staged.resultOrThrow();
                    }
                }
            }
        } catch (Throwable e) { // whatever a body throws fails its operation and nothing else
            failure = e;
        }
        Thread.interrupted(); // a body that interrupted its own thread meant no other operation
        long now = System.nanoTime();
        if (limit != null) {
            failure = limit.end(failure);
        }
        if (failure != null && crew.retries.heldBack(held, operation, limit, failure, now)) {
            begun = null;
            holding.inBody(false);
            held.awaitInterrupt();
            return null;
        }
        if (!crew.outcomes.record(held, operation, failure, now)) {
            begun = null;
            crew.outcomes.cameBack(held, operation, failure);
            holding.inBody(false);
            held.awaitInterrupt();
            return null;
        }
        begun = null;
        // Told before anything else is started: what is told runs with the key still held, and may pause or cancel.
        if (crew.outcomes.tell(operation, result, failure)) {
            now = System.nanoTime();
        }
        holding.inBody(false);
        Operation<K> next = lanes.scheduler.next(held, operation, now);
        held.awaitInterrupt(); // one that comes late was meant for this operation, and is cleared before the next
        if (gaveRoomBack) { // a caller may have found no room while the operation seemed to await its stage
            crew.dispatcher.madeRoom(held.takePushed());
        } else {
            crew.dispatcher.wakeIfPushed(held);
        }
        return next;
    }
}
