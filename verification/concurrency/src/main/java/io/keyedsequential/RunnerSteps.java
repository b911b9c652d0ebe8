package io.keyedsequential;

import io.keyedsequential.LanesActors.Ending;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Runner} and the caller of a turn do with a slot, one call of {@link Lanes} or {@link Permits} at a time, so
 * that a test can let others act between any two of them. Bodies are empty; how they end the actors decide. The order of
 * the calls is that of {@link Runner#run()} and {@link CallerTurns}.
 */
final class RunnerSteps {

    /** What the next step does. */
    enum At {
        SEARCH,
        FOUND,
        FOUND_WAKE,
        STARTED,
        BODY,
        LENT,
        WANTS_BACK,
        RECORD,
        LEAVE_TO_STAGE,
        NEXT,
        PUSHED,
        LOOK_ON,
        IDLE,
        LEAVE,
        RELEASE,
        RELEASED_WAKE,
        GONE
    }

    private final LanesActors actors;
    private final Lanes<String> lanes;
    private Slot<String> slot;
    private @Nullable Operation<String> operation;
    private Permits.@Nullable Return wantedBack;
    private At at;

    private RunnerSteps(LanesActors actors, Slot<String> slot, @Nullable Operation<String> operation, At at) {
        this.actors = actors;
        this.lanes = actors.lanes;
        this.slot = slot;
        this.operation = operation;
        this.at = at;
    }

    /** A runner that has been given a slot to search with. */
    static RunnerSteps searching(LanesActors actors, Slot<String> slot) {
        return new RunnerSteps(actors, slot, null, At.SEARCH);
    }

    /** A caller whose turn has been started at once. */
    static RunnerSteps turn(LanesActors actors, Slot<String> slot, Operation<String> operation) {
        return new RunnerSteps(actors, slot, operation, At.STARTED);
    }

    boolean isGone() {
        return at == At.GONE;
    }

    /** Whether the next step is a wake that the last one made necessary. */
    boolean owesWake() {
        return at == At.FOUND_WAKE
                || at == At.RELEASE
                || at == At.RELEASED_WAKE
                || ((at == At.PUSHED || at == At.STARTED || at == At.RECORD) && slot.pushed);
    }

    /** Whether a body would be running now. */
    boolean isInBody() {
        return at == At.BODY;
    }

    /** The body begins to wait for another operation, and lends its permit until the next step. */
    void lend() {
        actors.lend();
        at = At.LENT;
    }

    void runToTheEnd() {
        while (!isGone()) {
            step();
        }
    }

    void step() {
        switch (at) {
            case SEARCH ->
                began(actors.watched(() -> lanes.scheduler.takeReady(slot, 0)), slot.searching ? At.IDLE : At.LOOK_ON);
            case LOOK_ON -> at = lanes.permits.searchOn(slot) ? At.SEARCH : At.IDLE;
            case FOUND -> {
                lanes.permits.found(slot);
                at = At.FOUND_WAKE;
            }
            case FOUND_WAKE -> {
                actors.wake();
                at = At.STARTED;
            }
            case STARTED -> {
                wakeIfPushed();
                at = At.BODY;
            }
            case BODY -> {
                if (inHand() instanceof CoalescedOperation<String, ?> coalesced) {
                    lanes.admission.begun(coalesced);
                }
                at = inHand() instanceof StageOperation ? At.LEAVE_TO_STAGE : At.RECORD;
            }
            case LEAVE_TO_STAGE -> {
                if (inHand() instanceof StageOperation<String, ?> staged) {
                    actors.bodyEnds(staged);
                    lanes.suspension.beginAwaiting(slot, staged);
                    lanes.suspension.leftToStage(slot);
                    actors.awaiting(staged);
                }
                operation = null;
                at = At.SEARCH;
            }
            case LENT -> {
                wantedBack = actors.takeBack();
                at = wantedBack == null ? At.BODY : At.WANTS_BACK;
            }
            case WANTS_BACK -> at = wantedBack == null || wantedBack.granted ? At.BODY : At.WANTS_BACK;
            case RECORD -> {
                Operation<String> ended = inHand();
                actors.bodyEnds(ended);
                Ending ending = actors.takeEnding();
                if (actors.heldBack(slot, ended, ending)) {
                    operation = null;
                    at = At.PUSHED;
                } else {
                    end(ended, ending != Ending.WELL);
                    at = ended instanceof TurnOperation ? At.LEAVE : At.NEXT;
                }
            }
            case NEXT -> {
                Operation<String> ended = inHand();
                operation = actors.watched(() -> lanes.scheduler.next(slot, ended, 0));
                at = At.PUSHED;
            }
            case PUSHED -> {
                wakeIfPushed();
                at = operation == null ? At.SEARCH : At.STARTED;
            }
            case IDLE -> {
                Slot<String> again = lanes.scheduler.idle(slot);
                at = again == null ? At.GONE : At.SEARCH;
                slot = again == null ? slot : again;
            }
            case LEAVE -> {
                lanes.scheduler.leave(slot, 0);
                slot.pushed = false;
                at = At.RELEASE;
            }
            case RELEASE -> {
                lanes.permits.release(slot);
                at = At.RELEASED_WAKE;
            }
            case RELEASED_WAKE -> {
                actors.wake();
                at = At.GONE;
            }
            case GONE -> throw new IllegalStateException("a runner that is gone was asked to go on");
        }
    }

    private void end(Operation<String> ended, boolean failed) {
        if (ended.isStopped() && failed) {
            ended.end(Operation.CANCELLED, null, 0);
            lanes.counts.oneStopped();
        } else if (failed) {
            ended.end(Operation.FAILED, null, 0);
            slot.failed();
        } else {
            ended.end(Operation.COMPLETED, null, 0);
            slot.completed();
        }
    }

    private void began(@Nullable Operation<String> started, At otherwise) {
        operation = started;
        at = started == null ? otherwise : slot.searching ? At.FOUND : At.STARTED;
    }

    private void wakeIfPushed() {
        if (slot.pushed) {
            slot.pushed = false;
            actors.wake();
        }
    }

    private Operation<String> inHand() {
        Operation<String> present = operation;
        if (present == null) {
            throw new IllegalStateException("a runner without an operation was asked to go on with it");
        }
        return present;
    }
}
