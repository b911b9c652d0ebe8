package io.keyedsequential.mutations;

import java.util.ArrayList;
import java.util.List;

/** The breakages, each with the tests that are to notice it. */
final class Catalogue {

    /** The first entry, which breaks nothing. */
    static final String NOTHING = "nothing is broken";

    private static final String STEPPED = "SteppedLanesTest";
    private static final String BEHAVIOUR = "EngineBehaviourTest";
    private static final String LANES = "LanesModelCheckingTest";
    private static final String COORDINATOR = "CoordinatorModelCheckingTest";
    private static final String LONG_RUN = "LongRunTest";

    private Catalogue() {}

    static List<Mutation> all() {
        List<Mutation> all = new ArrayList<>();
        addNone(all);
        addDeciding(all);
        addWalking(all);
        addActing(all);
        return all;
    }

    /** Nothing broken: every test must pass, or what follows means nothing. */
    private static void addNone(List<Mutation> all) {
        all.add(Mutation.of(
                NOTHING,
                "Lanes.java",
                "final class Lanes<K> {",
                "final class Lanes<K> {",
                STEPPED,
                BEHAVIOUR,
                LANES,
                COORDINATOR,
                LONG_RUN,
                "jcstress:AwaitIdleAgainstLastRunner",
                "jcstress:BlockedProducerAgainstRoomMade",
                "jcstress:CancelAgainstWalk",
                "jcstress:PauseAgainstWalk",
                "jcstress:PauseKeyAgainstWalk",
                "jcstress:ProducerAgainstIdlingRunner",
                "jcstress:StageAgainstLeavingRunner"));
    }

    /** Lanes, permits, counts: what decides. */
    private static void addDeciding(List<Mutation> all) {
        all.add(Mutation.of(
                "a runner that goes idle does not look again",
                "Lanes.java",
                "        permits.release(slot);\n        return wake();",
                "        permits.release(slot);\n        return null;",
                "jcstress:ProducerAgainstIdlingRunner",
                STEPPED));
        all.add(Mutation.of(
                "the mark of the searcher stays when the permit is given back",
                "Permits.java",
                "            slot.searching = false;\n            searched = false;\n        }\n        slot.forget",
                "            slot.searching = false;\n        }\n        slot.forget",
                STEPPED));
        all.add(Mutation.of("a permit is not counted back", "Permits.java", "        taken--;\n", "", STEPPED));
        all.add(Mutation.of(
                "a lane gets a second token",
                "Lanes.java",
                "if (lane.isReady() || !lane.isStartable(perKeyConcurrency))",
                "if (!lane.isStartable(perKeyConcurrency))",
                STEPPED));
        all.add(Mutation.of(
                "a paused key keeps its token",
                "Lanes.java",
                "if (lane.isReady() && !lane.isStartable(perKeyConcurrency)) {",
                "if (lane.isReady() && lane.head == null) {",
                STEPPED));
        all.add(Mutation.of(
                "a cancelled lane keeps its token",
                "Lanes.java",
                "if (lane.isReady() && !lane.isStartable(perKeyConcurrency)) {",
                "if (lane.isReady() && lane.isPaused()) {",
                STEPPED));
        all.add(Mutation.of(
                "one operation too many in the atom",
                "Counts.java",
                "                if (count - leftQueue >= capacity) {\n                    return 0;",
                "                if (count - leftQueue > capacity) {\n                    return 0;",
                STEPPED));
        all.add(Mutation.of(
                "one operation too many of a key",
                "Lanes.java",
                "        if (lane.queued >= capacityPerKey) {\n            return true;",
                "        if (lane.queued > capacityPerKey) {\n            return true;",
                STEPPED));
        all.add(Mutation.of(
                "a full key is not settled before it refuses",
                "Lanes.java",
                "        if (lane.queued >= capacityPerKey) {\n            lane.settle();\n        }\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "the limit lets one more start",
                "Permits.java",
                "return taken > limit + lent;",
                "return taken > limit + lent + 1;",
                STEPPED));
        all.add(Mutation.of(
                "a paused atom still wakes runners",
                "Permits.java",
                "boolean value = !held && !searched",
                "boolean value = !searched",
                STEPPED));
        all.add(Mutation.of(
                "two may search at once",
                "Permits.java",
                "boolean value = !held && !searched",
                "boolean value = !held",
                STEPPED));
        all.add(Mutation.of(
                "a lane is not settled before it is asked for its next",
                "Lanes.java",
                "            lane.settle();\n            lane.ended();\n            slot.lane = null;",
                "            lane.ended();\n            slot.lane = null;",
                STEPPED));
        all.add(Mutation.of(
                "a lane leaves its table while an operation runs",
                "Lane.java",
                "return head == null && state == 0;",
                "return head == null;",
                STEPPED));
        all.add(Mutation.of(
                "a turn overtakes what is queued",
                "Lanes.java",
                "lane.head != null || lane.running() >= perKeyConcurrency || lane.isPaused()",
                "lane.running() >= perKeyConcurrency || lane.isPaused()",
                STEPPED));
        all.add(Mutation.of(
                "the word of ready stripes keeps a bit",
                "Lanes.java",
                "        if (lane != null && !stripe.ready.hasTokens()) {",
                "        if (lane != null && stripe.size() == 0 && !stripe.ready.hasTokens()) {",
                STEPPED));
        all.add(Mutation.of(
                "a cancelled operation is not counted",
                "Lanes.java",
                "            counts.oneCancelled();\n            tidy",
                "            tidy",
                STEPPED));
        all.add(Mutation.of(
                "a closed intake still takes",
                "Lanes.java",
                "            if (closed || (!intakeOpen && !inside)) {\n                return Admission.CLOSED;",
                "            if (closed) {\n                return Admission.CLOSED;",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a fair atom lets a lane run on",
                "Lanes.java",
                "this.visitOperations = fair ? 1 : VISIT_OPERATIONS;",
                "this.visitOperations = VISIT_OPERATIONS;",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a lane that is ready is started past its token",
                "Lanes.java",
                "if (may && !visitOver && !lane.isReady() && lane.isStartable(perKeyConcurrency)) {",
                "if (may && !visitOver && lane.isStartable(perKeyConcurrency)) {",
                STEPPED));
    }

    /** The walk and its handshake. */
    private static void addWalking(List<Mutation> all) {
        all.add(Mutation.of(
                "the announcement is a release store",
                "Slot.java",
                "STARTING.setVolatile(this, true);",
                "STARTING.setRelease(this, true);",
                "jcstress:PauseKeyAgainstWalk",
                "jcstress:PauseAgainstWalk",
                "jcstress:CancelAgainstWalk"));
        all.add(Mutation.of(
                "the announcement is a plain store",
                "Slot.java",
                "STARTING.setVolatile(this, true);",
                "STARTING.set(this, true);",
                "jcstress:PauseKeyAgainstWalk",
                "jcstress:PauseAgainstWalk"));
        all.add(Mutation.of(
                "the walker looks before it announces",
                "Attention.java",
                "        slot.announceStart();\n        if (word.get() == slot.attention) {\n            return true;",
                "        boolean unchanged = word.get() == slot.attention;\n        slot.announceStart();\n        if (unchanged) {\n            return true;",
                LANES,
                "jcstress:PauseKeyAgainstWalk"));
        all.add(Mutation.of(
                "whoever raises attention does not wait for announced starts",
                "Attention.java",
                "spins = 0; slot.isStarting(); spins++",
                "spins = 0; slot.isStarting() && spins < 0; spins++",
                "jcstress:PauseKeyAgainstWalk",
                LANES));
        all.add(Mutation.of(
                "pausing a key raises no attention",
                "Lanes.java",
                "            lane.paused(paused);\n            if (lane.running() > 0) {",
                "            lane.paused(paused);\n            if (lane.running() < 0) {",
                "jcstress:PauseKeyAgainstWalk"));
        all.add(Mutation.of(
                "cancelling raises no attention",
                "Lanes.java",
                "            if (lane.running() > 0) {\n                attention.raise(); // its",
                "            if (lane.running() < 0) {\n                attention.raise(); // its",
                "jcstress:CancelAgainstWalk",
                LANES));
        all.add(Mutation.of(
                "pausing the atom or lowering the limit raises no attention",
                "Lanes.java",
                "        attention.raise();\n        for (Stripe",
                "        for (Stripe",
                STEPPED));
        all.add(Mutation.of(
                        "a walk counts a start before it has looked",
                        "Lanes.java",
                        "        if (!attention.mayStart(slot)) {",
                        "        slot.started(operation);\n        if (!attention.mayStart(slot)) {",
                        STEPPED)
                .and(
                        "        slot.started(operation);\n        slot.concludeStart();",
                        "        slot.concludeStart();"));
        all.add(Mutation.of(
                "a walk has no budget",
                "Lanes.java",
                "operation == null || slot.budget <= 0 || now - slot.visitEnds > 0",
                "operation == null",
                BEHAVIOUR));
    }

    /** What acts on decisions. */
    private static void addActing(List<Mutation> all) {
        all.add(Mutation.of(
                "a searcher that finds a lane does not wake the next",
                "Runner.java",
                "                lanes.permits.found(held);\n                coordinator.wake();",
                "                lanes.permits.found(held);",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a pushed token wakes nobody",
                "StripedCoordinator.java",
                "            slot.pushed = false;\n            wake();",
                "            slot.pushed = false;",
                BEHAVIOUR));
        all.add(Mutation.of(
                "the runner leaves although the stage has completed",
                "Runner.java",
                "if (staged.leaveToStage()) {",
                "if (staged.leaveToStage() || held.index >= 0) {",
                "jcstress:StageAgainstLeavingRunner",
                COORDINATOR));
        all.add(Mutation.of(
                "the stage does not notice that the runner has left",
                "StageOperation.java",
                "                && MEETING.compareAndSet(this, RUNNER_LEFT_FIRST, STAGE_CAME_FIRST)) {",
                "                && MEETING.compareAndSet(this, STAGE_CAME_FIRST, STAGE_CAME_FIRST)) {",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a caller that goes to wait does not try again",
                "WaitingRoom.java",
                "        lanes.settleStarts();\n        admit();",
                "        lanes.settleStarts();",
                "jcstress:BlockedProducerAgainstRoomMade",
                COORDINATOR));
        all.add(Mutation.of(
                "a caller that goes to wait does not settle starts",
                "WaitingRoom.java",
                "        lanes.settleStarts();\n        admit();",
                "        admit();",
                "jcstress:BlockedProducerAgainstRoomMade",
                COORDINATOR,
                LONG_RUN));
        all.add(Mutation.of(
                "a runner that makes room does not look for callers",
                "StripedCoordinator.java",
                "        if (lanes.blockedCallers() > 0) {\n            waitingRoom.admit();\n            wake();\n        }\n        wakeIfPushed",
                "        wakeIfPushed",
                BEHAVIOUR));
        all.add(Mutation.of(
                "cancelling makes room and tells no caller",
                "StripedCoordinator.java",
                "        if (lanes.blockedCallers() > 0) {\n            waitingRoom.admit();\n        }\n        wake();\n        idleWatch",
                "        wake();\n        idleWatch",
                BEHAVIOUR));
        all.add(Mutation.of(
                        "who waits for idleness looks before it raises its count",
                        "IdleWatch.java",
                        "            waiting++;\n            long left = timeoutNanos;\n            while (!counts.isIdle()) {",
                        "            boolean seen = counts.isIdle();\n            waiting++;\n            long left = timeoutNanos;\n            while (!seen) {",
                        "jcstress:AwaitIdleAgainstLastRunner",
                        COORDINATOR)
                .and(
                        "                left = idle.awaitNanos(left);",
                        "                left = idle.awaitNanos(left);\n                seen = counts.isIdle();"));
        all.add(Mutation.of(
                "a runner that leaves does not look who waits for idleness",
                "StripedCoordinator.java",
                "    void slotGivenUp() {\n        idleWatch.check();",
                "    void slotGivenUp() {",
                "jcstress:AwaitIdleAgainstLastRunner",
                COORDINATOR));
        all.add(Mutation.of(
                        "delivering the end of a stage is not counted",
                        "StripedCoordinator.java",
                        "        lanes.counts.delivering(1);\n",
                        "        lanes.counts.delivering(0);\n",
                        BEHAVIOUR)
                .and("            lanes.counts.delivering(-1);\n", "            lanes.counts.delivering(0);\n"));
        all.add(Mutation.of(
                "a refused hand-off keeps its permit",
                "HandOff.java",
                "            lanes.permits.release(slot);\n            listeners",
                "            listeners",
                BEHAVIOUR));
    }
}
