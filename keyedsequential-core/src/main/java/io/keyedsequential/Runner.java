package io.keyedsequential;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations on one slot until nothing is ready, as one task of the executor. Acts on what {@link Lanes} decides,
 * and holds no lock while it does.
 */
final class Runner<K> implements Runnable {

    private final StripedCoordinator<K> coordinator;
    private final Lanes<K> lanes;

    /** Its slot; {@code null} while that is revoked; {@link #GONE} once it has begun, or is not to begin any more. */
    private final AtomicReference<@Nullable Object> slot;

    private static final Object GONE = new Object();

    /** The thread that hands it to the executor just now. */
    volatile @Nullable Thread handedBy;

    /** The thread that wanted it handed over, and when. Written before the executor is given the runner. */
    volatile @Nullable Thread handedFor;

    long handedAt;

    /** Whether a spare thread runs it, in place of one of the executor's. Confined to its thread. */
    private boolean onSpare;

    /** What is to be given back if this runner breaks down. Confined to its thread. */
    private @Nullable Slot<K> inHand;

    private @Nullable Operation<K> begun;

    Runner(StripedCoordinator<K> coordinator, Lanes<K> lanes, Slot<K> slot) {
        this.coordinator = coordinator;
        this.lanes = lanes;
        this.slot = new AtomicReference<>(slot);
    }

    /** Whether it has begun, or is not to begin any more. */
    boolean isGone() {
        return slot.get() == GONE;
    }

    /** Whether it has been handed over and has not begun. */
    boolean isPending() {
        Object present = slot.get();
        return present != null && present != GONE;
    }

    /** Takes the slot from this runner, if it has not begun: {@code null} once it has, or has been revoked. */
    @Nullable
    Slot<K> revoke() {
        Object present = slot.get();
        return present != GONE && slot.compareAndSet(present, null) ? slotOf(present) : null;
    }

    /**
     * Gives a runner another slot that was revoked and not begun: the executor has it still, so it need not be
     * handed over.
     */
    boolean refill(Slot<K> other) {
        return slot.compareAndSet(null, other);
    }

    /** The same as {@link #revoke()} for one that the executor did not take. */
    @Nullable
    Slot<K> discard() {
        return slotOf(slot.getAndSet(GONE));
    }

    @SuppressWarnings("unchecked") // nothing else is put there
    private @Nullable Slot<K> slotOf(@Nullable Object present) {
        return present == GONE ? null : (Slot<K>) present;
    }

    /** Runs it on a spare thread, unless the executor has been quicker. */
    void runOnSpare() {
        Slot<K> held = discard();
        if (held != null) {
            onSpare = true;
            run(held);
        }
    }

    @Override
    public void run() {
        StackRoom.check(); // an executor may run it on its caller's thread; what this throws is a refusal there
        Slot<K> held = discard();
        if (held != null) { // otherwise an executor ran this task twice, or after having refused it
            coordinator.runnerBegun(this, handedBy == Thread.currentThread());
            run(held);
        }
    }

    private void run(Slot<K> given) {
        Slot<K> held = given;
        if (ThreadOperations.isBetweenBodies(coordinator)) {
            lanes.permits.release(held); // the runner below on this thread looks for more when it has done what it has
            return;
        }
        // An interrupt that came before the first operation was not meant for it.
        boolean interrupted = Thread.interrupted();
        ThreadOperations holding = ThreadOperations.enter(coordinator, held);
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
            // and if
            // our slot went to the caller of a turn we have not looked since.
            coordinator.wake();
            coordinator.slotGivenUp();
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
            if (coordinator.record(held, operation, cause, now)) {
                coordinator.tell(operation, null, cause);
            } else {
                lanes.cameBack(held);
            }
        }
        if (held.lane != null) {
            lanes.leave(held, now);
        }
        held.awaitInterrupt();
        lanes.permits.release(held);
        coordinator.wake();
    }

    /**
     * Takes one ready lane after another.
     *
     * @return a slot to go on with, or {@code null} if there is nothing more to do on this thread
     */
    private @Nullable Slot<K> work(Slot<K> held, ThreadOperations holding) {
        Operation<K> operation = lanes.takeReady(held, System.nanoTime());
        while (operation != null) {
            if (held.searching) {
                lanes.permits.found(held);
                coordinator.wake();
            }
            if (!runVisit(held, operation, holding)) {
                return null;
            }
            if (onSpare && !coordinator.isAwaited()) { // the executor has its threads again, and gets what is left
                lanes.permits.release(held);
                return null;
            }
            operation = lanes.takeReady(held, System.nanoTime());
        }
        return lanes.idle(held);
    }

    /**
     * Runs operations as long as {@link Lanes#next} has one.
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
                coordinator.madeRoom(pushed);
                return false;
            }
            begun = operation;
            coordinator.madeRoom(held.takePushed());
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
        coordinator.listeners.started(held, operation);
        try {
            operation.begins();
            // Who cancelled it before we cleared the interrupt has marked it first; who does from now on interrupts
            // the body.
            if (operation.isStopped() || operation.isEnding()) {
                throw coordinator.stopped(operation);
            }
            limit = coordinator.limitRun(operation);
            result = operation.perform();
            if (result == StageOperation.PENDING && operation instanceof StageOperation<K, ?> staged) {
                staged.limit(limit);
                if (lanes.beginAwaiting(held, staged)) {
                    if (staged.leaveToStage()) {
                        begun = null;
                        lanes.leftToStage(held);
                        holding.inBody(false);
                        held.awaitInterrupt();
                        return null;
                    }
                    gaveRoomBack = true;
                    if (lanes.endAwaiting(held, staged)) {
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
        if (failure != null && coordinator.heldBack(held, operation, limit, failure, now)) {
            begun = null;
            holding.inBody(false);
            held.awaitInterrupt();
            return null;
        }
        if (!coordinator.record(held, operation, failure, now)) {
            begun = null;
            coordinator.cameBack(held, operation, failure);
            holding.inBody(false);
            held.awaitInterrupt();
            return null;
        }
        begun = null;
        // Told before anything else is started: what is told runs with the key still held, and may pause or cancel.
        if (coordinator.tell(operation, result, failure)) {
            now = System.nanoTime();
        }
        holding.inBody(false);
        Operation<K> next = lanes.next(held, operation, now);
        held.awaitInterrupt(); // one that comes late was meant for this operation, and is cleared before the next
        if (gaveRoomBack) { // a caller may have found no room while the operation seemed to await its stage
            coordinator.madeRoom(held.takePushed());
        } else {
            coordinator.wakeIfPushed(held);
        }
        return next;
    }
}
