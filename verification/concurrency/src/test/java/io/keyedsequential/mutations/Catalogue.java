package io.keyedsequential.mutations;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The breakages, each with the tests that are to notice it. */
final class Catalogue {

    /** The first entry, which breaks nothing. */
    static final String NOTHING = "nothing is broken";

    private static final String STEPPED = "SteppedLanesTest";
    private static final String BEHAVIOUR = "EngineBehaviourTest";
    private static final String LANES = "LanesModelCheckingTest";
    private static final String COORDINATOR = "CoordinatorModelCheckingTest";
    private static final String LONG_RUN = "LongRunTest";

    /** Of core: what decides, alone and on one thread. */
    private static final String CORE_DECIDING =
            "LanesTest,PermitsTest,SuspensionTest,GatheringPlaceTest,ReadyQueueTest,CollidingKeysTest,RecentWindowTest,StartBarrierTest";

    /** Of core: admission, waiting callers, stages, turns, the life cycle. */
    private static final String CORE_ACTING =
            "BlockedCallersTest,AdmissionTest,BlockedCallerTest,BlockedKeyTest,CancelTest,ExecutorRefusalTest,LifeCycleTest,StageTest,TurnTest";

    /** Of core: attempts that fail, limits of time, coalescing, gates. */
    private static final String CORE_FAILING =
            "RetryTest,ParkTest,RunTimeoutTest,QueueTimeoutTest,CancelTest,CoalescingTest,CoalescingIndexTest,GatesTest";

    private Catalogue() {}

    static List<Mutation> all() {
        List<Mutation> all = new ArrayList<>();
        addNone(all);
        add(all, Catalogue::addDeciding, CORE_DECIDING);
        add(all, Catalogue::addWalking, CORE_DECIDING);
        add(all, Catalogue::addActing, CORE_ACTING);
        add(all, Catalogue::addWithheld, CORE_DECIDING, CORE_FAILING);
        add(all, Catalogue::addStopping, CORE_FAILING);
        add(all, Catalogue::addPermits, CORE_DECIDING);
        addReservations(all);
        return all;
    }

    /** The tests of core come first: what they catch, the build of core alone shows. */
    private static void add(List<Mutation> all, Consumer<List<Mutation>> group, String... ofCore) {
        List<Mutation> added = new ArrayList<>();
        group.accept(added);
        added.forEach(mutation -> all.add(mutation.lookedForFirstBy(ofCore)));
    }

    /** Nothing broken: every test must pass, or what follows means nothing. */
    private static void addNone(List<Mutation> all) {
        all.add(Mutation.of(
                NOTHING,
                "Lanes.java",
                "final class Lanes<K> {",
                "final class Lanes<K> {",
                CORE_DECIDING,
                CORE_ACTING,
                CORE_FAILING,
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
                "Scheduler.java",
                "        permits.release(slot);\n        return wake();",
                "        permits.release(slot);\n        return null;",
                "jcstress:ProducerAgainstIdlingRunner",
                STEPPED));
        all.add(Mutation.of(
                "the mark of the searcher stays when the permit is given back",
                "Permits.java",
                "            slot.searching = false;\n            searching--;\n        }\n        slot.forget",
                "            slot.searching = false;\n        }\n        slot.forget",
                STEPPED));
        all.add(Mutation.of("a permit is not counted back", "Permits.java", "        taken--;\n", "", STEPPED));
        all.add(Mutation.of(
                "a lane gets a second token",
                "LaneTable.java",
                "if (lane.isReady() || !lane.isStartable(perKeyConcurrency))",
                "if (!lane.isStartable(perKeyConcurrency))",
                STEPPED));
        all.add(Mutation.of(
                "a paused key keeps its token",
                "LaneTable.java",
                "if (lane.isReady() && !lane.isStartable(perKeyConcurrency)) {",
                "if (lane.isReady() && lane.head == null) {",
                STEPPED));
        all.add(Mutation.of(
                "a cancelled lane keeps its token",
                "LaneTable.java",
                "if (lane.isReady() && !lane.isStartable(perKeyConcurrency)) {",
                "if (lane.isReady() && lane.isPaused()) {",
                STEPPED));
        all.add(Mutation.of(
                "one operation too many in the atom",
                "OperationCounters.java",
                "            if (count - madeFree >= capacity) {\n                if (isFull()) {",
                "            if (count - madeFree > capacity) {\n                if (isFull()) {",
                STEPPED));
        all.add(Mutation.of(
                "one operation too many of a key",
                "AdmissionControl.java",
                "        if (waiting(lane) >= capacityPerKey) {\n            return NO_ROOM_WILL_DO;",
                "        if (waiting(lane) > capacityPerKey) {\n            return NO_ROOM_WILL_DO;",
                STEPPED));
        all.add(Mutation.of(
                "a full key is not settled before it refuses",
                "AdmissionControl.java",
                "        if (waiting(lane) >= capacityPerKey) {\n            lane.dropStarted();\n        }\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "the limit lets one more start",
                "Permits.java",
                "return taken + returning > limit + lent;",
                "return taken + returning > limit + lent + 1;",
                STEPPED));
        all.add(Mutation.of(
                "a paused atom still wakes runners",
                "Permits.java",
                "boolean value = held == 0 && (searching == 0 || severalMaySearch) &&",
                "boolean value = (searching == 0 || severalMaySearch) &&",
                STEPPED));
        all.add(Mutation.of(
                "two may search at once",
                "Permits.java",
                "boolean value = held == 0 && (searching == 0 || severalMaySearch) &&",
                "boolean value = held == 0 &&",
                STEPPED));
        all.add(Mutation.of(
                "a runner looks on although another one searches",
                "Permits.java",
                "        if (searching > 0 || severalMaySearch || held != 0 || returning > 0) {\n            return false;",
                "        if (severalMaySearch || held != 0 || returning > 0) {\n            return false;",
                STEPPED));
        all.add(Mutation.of(
                "a runner looks on although a thread waits for a permit",
                "Permits.java",
                "        if (searching > 0 || severalMaySearch || held != 0 || returning > 0) {\n            return false;",
                "        if (searching > 0 || severalMaySearch || held != 0) {\n            return false;",
                STEPPED));
        all.add(Mutation.of(
                "a lane is not settled before it is asked for its next",
                "Scheduler.java",
                "            lane.dropStarted();\n            lane.ended();\n            slot.lane = null;\n            boolean may",
                "            lane.ended();\n            slot.lane = null;\n            boolean may",
                STEPPED));
        all.add(Mutation.of(
                "a lane leaves its table while an operation runs",
                "Lane.java",
                "return head == null && (state & ~BAND_BITS) == 0;",
                "return head == null;",
                STEPPED));
        all.add(Mutation.of(
                "a turn overtakes what is queued",
                "Scheduler.java",
                "lane.head != null || lane.running() >= perKeyConcurrency || lane.isPaused()",
                "lane.running() >= perKeyConcurrency || lane.isPaused()",
                STEPPED));
        all.add(Mutation.of(
                "the token before one that is taken out does not find the one behind",
                "ReadyQueue.java",
                "            before.readyAfter = after;\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "a token that is taken out stays before the one behind",
                "ReadyQueue.java",
                "            after.readyBefore = before;\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "a slot that was let go is taken again",
                "Permits.java",
                "            last.nextFree = null;\n            slots",
                "            slots",
                STEPPED));
        all.add(Mutation.of(
                "what slots that were let go have counted is forgotten",
                "SlotSet.java",
                "                started += slot.startedCount();\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "what is remembered while the last look ends is remembered for ever",
                "RecentOperations.java",
                "                lookAfter(maxAge, false); // see above: the lost look\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "a node that is turned up loses a child",
                "KeyTree.java",
                "            parent.left = moved;\n",
                "            parent.left = null;\n",
                STEPPED));
        all.add(Mutation.of(
                "the word of ready stripes keeps a bit",
                "LaneTable.java",
                "        if (lane != null && !stripe.ready.hasTokens()) {",
                "        if (lane != null && stripe.size() == 0 && !stripe.ready.hasTokens()) {",
                STEPPED));
        all.add(Mutation.of(
                "a cancelled operation is not counted",
                "Removal.java",
                "        counts.leftUnstarted(state == Operation.FAILED);\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "a closed intake still takes",
                "LaneTable.java",
                "(reasons & CLOSED_FOR_GOOD) != 0 || ((reasons & INTAKE_CLOSED) != 0 && !inside)",
                "(reasons & CLOSED_FOR_GOOD) != 0",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a fair atom lets a lane run on",
                "Scheduler.java",
                "this.visitOperations = fair ? 1 : VISIT_OPERATIONS;",
                "this.visitOperations = VISIT_OPERATIONS;",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a lane that is ready is started past its token",
                "Scheduler.java",
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
                "StartBarrier.java",
                "        slot.announceStart();\n        if (word.get() == slot.attention) {\n            return true;",
                "        boolean unchanged = word.get() == slot.attention;\n        slot.announceStart();\n        if (unchanged) {\n            return true;",
                LANES,
                "jcstress:PauseKeyAgainstWalk"));
        all.add(Mutation.of(
                "whoever raises attention does not wait for announced starts",
                "StartBarrier.java",
                "spins = 0; slot.isStarting(); spins++",
                "spins = 0; slot.isStarting() && spins < 0; spins++",
                "jcstress:PauseKeyAgainstWalk",
                LANES));
        all.add(Mutation.of(
                "pausing a key raises no attention",
                "LaneTable.java",
                "            lane.paused(paused);\n            if (lane.running() > 0) {",
                "            lane.paused(paused);\n            if (lane.running() < 0) {",
                "jcstress:PauseKeyAgainstWalk"));
        all.add(Mutation.of(
                "cancelling or replacing raises no attention",
                "Removal.java",
                "        if (lane.running() > 0) {\n            attention.raise();",
                "        if (lane.running() < 0) {\n            attention.raise();",
                "jcstress:CancelAgainstWalk",
                "jcstress:ReplaceAgainstWalk",
                LANES));
        all.add(Mutation.of(
                "pausing the atom or lowering the limit raises no attention",
                "LaneTable.java",
                "        }\n        attention.raise();\n    }\n\n    /** Holds the whole",
                "        }\n    }\n\n    /** Holds the whole",
                STEPPED));
        all.add(Mutation.of(
                        "a walk counts a start before it has looked",
                        "Scheduler.java",
                        "        if (!attention.mayStart(slot)) {",
                        "        slot.started(operation);\n        if (!attention.mayStart(slot)) {",
                        STEPPED)
                .and(
                        "        slot.started(operation);\n        slot.concludeStart();",
                        "        slot.concludeStart();"));
        all.add(Mutation.of(
                "a walk has no budget",
                "Scheduler.java",
                "operation == null || slot.budget <= 0 || now - slot.visitEnds > 0",
                "operation == null",
                BEHAVIOUR));
    }

    /** What acts on decisions. */
    private static void addActing(List<Mutation> all) {
        all.add(Mutation.of(
                "a searcher that finds a lane does not wake the next",
                "Runner.java",
                "                lanes.permits.found(held);\n                crew.dispatcher.wake();",
                "                lanes.permits.found(held);",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a pushed token wakes nobody",
                "Dispatcher.java",
                "        if (admitted || pushed) {",
                "        if (admitted) {",
                BEHAVIOUR));
        all.add(Mutation.of(
                "the runner leaves although the stage has completed",
                "Runner.java",
                "if (staged.leaveToStage()) {",
                "if (staged.leaveToStage() || held.index >= 0) {",
                "jcstress:StageAgainstLeavingRunner",
                COORDINATOR));
        all.add(Mutation.of(
                "a stage that comes first gives its room back and tells nobody",
                "Runner.java",
                "                    gaveRoomBack = true;\n",
                "",
                "StageThatComesFirstTest"));
        all.add(Mutation.of(
                "the stage does not notice that the runner has left",
                "StageOperation.java",
                "                && MEETING.compareAndSet(this, RUNNER_LEFT_FIRST, STAGE_CAME_FIRST)) {",
                "                && MEETING.compareAndSet(this, STAGE_CAME_FIRST, STAGE_CAME_FIRST)) {",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a caller that goes to wait does not try again",
                "BlockedCallers.java",
                "            lanes.table.fenceStarts();\n            admit();",
                "            lanes.table.fenceStarts();",
                "jcstress:BlockedProducerAgainstRoomMade",
                COORDINATOR));
        all.add(Mutation.of(
                "a caller that goes to wait does not settle starts",
                "BlockedCallers.java",
                "            lanes.table.fenceStarts();\n            admit();",
                "            admit();",
                "jcstress:BlockedProducerAgainstRoomMade",
                COORDINATOR,
                LONG_RUN));
        all.add(Mutation.of(
                "a caller that is interrupted looks whether it was admitted before it has left its line",
                "BlockedCallers.java",
                "            interrupt = e;\n",
                "            interrupt = e;\n            if (isRefused(caller.outcome)) {\n                throw e;\n            }\n",
                COORDINATOR,
                LONG_RUN));
        all.add(Mutation.of(
                "a line is put away and its key is not watched",
                "AdmissionControl.java",
                "            lane.watched(true);\n",
                "",
                "jcstress:BlockedProducerAgainstKeyThatOpens",
                COORDINATOR));
        all.add(Mutation.of(
                "an operation that starts does not say that it leaves its key",
                "Scheduler.java",
                "        Operation<K> operation = lane.first();\n        table.leaves(lane);",
                "        Operation<K> operation = lane.first();",
                "jcstress:BlockedProducerAgainstKeyThatOpens",
                COORDINATOR));
        all.add(Mutation.of(
                "an operation that is taken out does not say that it leaves its key",
                "Removal.java",
                "        table.leaves(lane);\n        if (operation instanceof",
                "        if (operation instanceof",
                BEHAVIOUR));
        all.add(Mutation.of(
                "lines of full keys are not let go when the door is closed",
                "BlockedCallers.java",
                "if (!full.isEmpty() && lanes.table.refusalAtDoor(false) != null) {",
                "if (full.size() < 0) {",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a lane leaves its table although callers wait for it",
                "Lane.java",
                "return head == null && (state & ~BAND_BITS) == 0;",
                "return head == null && (state & ~(BAND_BITS | EXPECTED)) == 0;",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a runner that makes room does not look for callers",
                "Dispatcher.java",
                "        if (admitted) {\n            blockedCallers.admit();\n        }",
                "        if (admitted && pushed) {\n            blockedCallers.admit();\n        }",
                BEHAVIOUR));
        all.add(Mutation.of(
                "cancelling makes room and tells no caller",
                "Outcomes.java",
                "= taken.operation();\n            dispatcher.admitBlocked();\n",
                "= taken.operation();\n",
                BEHAVIOUR));
        all.add(
                Mutation.of(
                                "who waits for idleness looks before it raises its count",
                                "IdleWatch.java",
                                "            waiting++;\n            long left = timeoutNanos;\n            while (!isIdle.getAsBoolean()) {",
                                "            boolean seen = isIdle.getAsBoolean();\n            waiting++;\n            long left = timeoutNanos;\n            while (!seen) {",
                                "IdleWatchTest")
                        .and(
                                "                left = idle.awaitNanos(left);",
                                "                left = idle.awaitNanos(left);\n                seen = isIdle.getAsBoolean();"));
        all.add(Mutation.of(
                "a runner that leaves does not look who waits for idleness",
                "Runner.java",
                "            crew.dispatcher.wake();\n            crew.idleWatch.check();",
                "            crew.dispatcher.wake();",
                "jcstress:AwaitIdleAgainstLastRunner",
                COORDINATOR));
        all.add(
                Mutation.of(
                                "delivering the end of a stage is not counted",
                                "StageOutcomes.java",
                                "        idleWatch.tellingBegins();\n        StageCompletions.run",
                                "        StageCompletions.run",
                                BEHAVIOUR)
                        .and(
                                "tell(operation, result, failure);\n                    }\n                } finally {\n                    idleWatch.tellingEnds();\n",
                                "tell(operation, result, failure);\n                    }\n                } finally {\n                    idleWatch.check();\n"));
        all.add(Mutation.of(
                "a refused hand-off keeps its permit",
                "Dispatcher.java",
                "        giveBack(revoked);\n",
                "",
                BEHAVIOUR));
        all.add(Mutation.of(
                "a runner that was never handed over may be refilled",
                "Dispatcher.java",
                "again != null ? runner.revoke() : runner.discard()",
                "runner.revoke()",
                "PermitWantedBackTest"));
        all.add(Mutation.of(
                "where an executor takes long, one runner is on its way nevertheless",
                "Dispatcher.java",
                "        } else if (lanes.permits.maySeveralSearch()) {",
                "        } else if (lanes.permits.searching() > 9) {",
                "SlowStartTest"));
        all.add(Mutation.of(
                "more runners are on their way than lanes are ready",
                "Scheduler.java",
                "            if (ready > searching) {",
                "            if (ready >= searching) {",
                "SlowStartTest"));
        all.add(Mutation.of(
                "of several runners that are lost one is handed over again",
                "LostRunners.java",
                "            for (HandedRunner<K> runner : still) {",
                "            for (HandedRunner<K> runner : still.subList(0, 1)) {",
                "SlowStartTest"));
        all.add(Mutation.of(
                "an entrance does not look whether there is room on the stack",
                "StripedCoordinator.java",
                "    private void checkKeyAndBody(K key, Object body) {\n        StackHeadroom.check();\n",
                "    private void checkKeyAndBody(K key, Object body) {\n",
                "StackOverflowTest"));
        all.add(Mutation.of(
                "the compiler sees that nothing is done for room on the stack",
                "StackHeadroom.java",
                "                touch(MORE[0]);",
                "                return;",
                "StackOverflowTest"));
    }

    /** What is held back, taken out, replaced or late. */
    private static void addWithheld(List<Mutation> all) {
        all.add(Mutation.of(
                "a lane whose head is held back is startable",
                "Lane.java",
                "!isPaused() && first.state() == Operation.QUEUED;",
                "!isPaused() && first.isWaiting();",
                STEPPED));
        all.add(Mutation.of(
                "an operation is released after other attempts than it was held back for",
                "Suspension.java",
                "operation.attempts != expected || !operation.isHeldBack()",
                "!operation.isHeldBack()",
                STEPPED));
        all.add(Mutation.of(
                "a timer releases what is not held back",
                "Suspension.java",
                "operation.attempts != expected || !operation.isHeldBack()",
                "operation.attempts != expected",
                STEPPED));
        all.add(Mutation.of(
                "what is queued again is not counted",
                "Suspension.java",
                "            counts.requeued(operation.state() == Operation.PARKED);\n            operation.attempts = attempts;",
                "            operation.attempts = attempts;",
                STEPPED));
        all.add(Mutation.of(
                "what is held back is not counted",
                "Suspension.java",
                "        counts.heldBack(operation.state() == Operation.PARKED);\n",
                "",
                STEPPED));
        all.add(Mutation.of(
                "what is held back and taken out is not counted back",
                "Removal.java",
                "        if (operation.isHeldBack()) {\n            counts.requeued",
                "        if (operation.isHeldBack() && operation.id < 0) {\n            counts.requeued",
                STEPPED));
        all.add(Mutation.of(
                "a lane that is held back keeps its token",
                "Suspension.java",
                "        table.dropIfVacant(stripe, lane); // with perKey",
                "        // with perKey",
                STEPPED));
        all.add(Mutation.of(
                "an operation is put back to the tail",
                "Lane.java",
                "while (after != null && after.isBefore(operation)) {",
                "while (after != null) {",
                STEPPED));
        all.add(Mutation.of(
                "an operation is put back by its id alone",
                "Lane.java",
                "while (after != null && after.isBefore(operation)) {",
                "while (after != null && after.id < operation.id) {",
                STEPPED));
        all.add(Mutation.of(
                "operations that gathered after one admission lose their order",
                "Operation.java",
                "own != others ? own < others : gatheredAs() < other.gatheredAs()",
                "own < others",
                STEPPED));
        all.add(Mutation.of(
                "a released lane gets no token",
                "Suspension.java",
                "            operation.state(Operation.QUEUED);\n            return table.pushIfReady(stripe, lane);",
                "            operation.state(Operation.QUEUED);\n            return false;",
                STEPPED));
        all.add(Mutation.of(
                "a key that holds back keeps its slot",
                "Suspension.java",
                "            lane.ended();\n            slot.lane = null;",
                "            slot.lane = null;",
                STEPPED));
        all.add(Mutation.of(
                "what stood behind an operation that was taken out gets no token",
                "Removal.java",
                "        table.pushIfReady(stripe, lane);\n        table.dropIfVacant(stripe, lane);\n    }",
                "        table.dropIfVacant(stripe, lane);\n    }",
                STEPPED));
        all.add(Mutation.of(
                "a stage that has ended only an attempt is not counted",
                "Suspension.java",
                "endAwaiting(stripe, operation);\n            counts.stageEnded();\n",
                "endAwaiting(stripe, operation);\n",
                STEPPED));
        all.add(Mutation.of(
                "a purge leaves what gathers",
                "Removal.java",
                "        for (Operation<K> each : table.gathering(lane)) {\n            remove",
                "        for (Operation<K> each : lane.isPaused() ? table.gathering(lane) : List.<Operation<K>>of()) {\n            remove",
                STEPPED));
        all.add(Mutation.of(
                "an operation that is replaced is not taken out",
                "AdmissionControl.java",
                "        if (!removal.remove(stripe, lane, old)) {\n            return false;",
                "        if (old.lane() != lane) {\n            return false;",
                STEPPED));
        all.add(Mutation.of(
                "what gathers is queued twice",
                "AdmissionControl.java",
                "if (!operation.gathering) {",
                "if (operation.hasEnded()) {",
                STEPPED));
        all.add(Mutation.of(
                "a lane leaves its table while an operation gathers",
                "Lane.java",
                "return head == null && (state & ~BAND_BITS) == 0;",
                "return head == null && (state & ~(BAND_BITS | GATHERING)) == 0;",
                STEPPED));
        all.add(Mutation.of(
                "what waits for its next attempt expires",
                "Removal.java",
                "if (operation.state() != Operation.QUEUED || operation.attempts != null) {",
                "if (operation.state() != Operation.QUEUED) {",
                STEPPED));
        all.add(Mutation.of(
                "the operation that is just due does not expire",
                "Removal.java",
                "if (operation.enqueuedAt - deadline <= 0) {",
                "if (operation.enqueuedAt - deadline < 0) {",
                STEPPED));
        all.add(Mutation.of(
                "purging a key raises no attention",
                "Removal.java",
                "        List<Operation<K>> taken = new ArrayList<>();\n        stopWalk(lane);",
                "        List<Operation<K>> taken = new ArrayList<>();",
                STEPPED));
        all.add(Mutation.of(
                "closing raises no attention",
                "Removal.java",
                "                attention.raise();\n                // Nothing is to start",
                "                // Nothing is to start",
                STEPPED));
    }

    /** What is stopped while it runs. */
    private static void addStopping(List<Mutation> all) {
        all.add(Mutation.of(
                "an operation is held back although it was stopped",
                "Operation.java",
                "if ((before & STOPPED) == 0 && STATE.compareAndSet(this, before, value)) {",
                "if (STATE.compareAndSet(this, before, value)) {",
                "jcstress:CancelAgainstHoldBack"));
        all.add(Mutation.of(
                "whoever cancels looks once",
                "Outcomes.java",
                "                if (operation.hasEnded()) {\n                    return false;",
                "                if (operation.id > 0) {\n                    return false;",
                "jcstress:CancelAgainstHoldBack"));
        all.add(Mutation.of(
                "an interrupt leaves no mark",
                "Interrupts.java",
                "                    slot.interrupting.incrementAndGet();\n",
                "                    slot.interrupting.get();\n",
                "jcstress:InterruptAgainstEnd"));
        all.add(Mutation.of(
                "a runner does not wait for an interrupt on its way",
                "Slot.java",
                "        while (interrupting.get() > 0) {",
                "        while (interrupting.get() > 1_000) {",
                "jcstress:InterruptAgainstEnd"));
        all.add(Mutation.of(
                "whoever interrupts raises no attention",
                "Interrupts.java",
                "            attention.raise();\n            if (operation.state() != Operation.RUNNING",
                "            if (operation.state() != Operation.RUNNING",
                "jcstress:InterruptAgainstEnd"));
        all.add(Mutation.of(
                "the limit of an attempt interrupts the next",
                "Interrupts.java",
                "operation.state() != Operation.RUNNING || operation.attempts != before",
                "operation.state() != Operation.RUNNING",
                "jcstress:RunLimitAgainstEnd"));
    }

    /** Permits that are lent. */
    private static void addPermits(List<Mutation> all) {
        all.add(Mutation.of(
                "a permit is taken back without waiting",
                "Permits.java",
                "if (returns.isEmpty() && taken < limit + lent) {",
                "if (returns.isEmpty()) {",
                STEPPED,
                "jcstress:PermitReturnAgainstRelease"));
        all.add(Mutation.of(
                "giving a permit back grants it to nobody",
                "Permits.java",
                "while (!returns.isEmpty() && taken < limit + lent) {",
                "while (!returns.isEmpty() && taken < limit) {",
                "jcstress:PermitReturnAgainstRelease"));
        all.add(Mutation.of(
                "a searcher takes a permit that is wanted back",
                "Permits.java",
                "return taken + returning > limit + lent;",
                "return taken > limit + lent;",
                "jcstress:PermitReturnAgainstRelease"));
        all.add(Mutation.of(
                "who goes on over the limit still counts as a lender",
                "Permits.java",
                "        if (!awaited.granted && returns.remove(awaited)) {\n            lent--;\n",
                "        if (!awaited.granted && returns.remove(awaited)) {\n",
                "TimedWaitTest",
                "jcstress:GoingOverAgainstRelease"));
        all.add(Mutation.of(
                "who goes on over the limit repays what was granted",
                "Permits.java",
                "if (!awaited.granted && returns.remove(awaited)) {",
                "if (awaited.granted || returns.remove(awaited)) {",
                "jcstress:GoingOverAgainstRelease"));
        all.add(Mutation.of(
                "a caller waits for its turn without a limit",
                "CallerTurns.java",
                "late = waited >= mostNanos;",
                "late = false;",
                "CallTimeoutTest"));
        all.add(Mutation.of(
                "a lent permit wakes nobody",
                "Permits.java",
                "        lent++;\n        update();",
                "        lent++;",
                STEPPED));
    }

    private static void addReservations(List<Mutation> all) {
        all.add(Mutation.of(
                "a reserved place does not count against its key",
                "AdmissionControl.java",
                "        return table.queued(lane) + table.reserved(lane);",
                "        return table.queued(lane);",
                "ReservationTest"));
        all.add(Mutation.of(
                "a lane of which a place is reserved does not stay",
                "Stripe.java",
                "        lane.reserved(left != null);",
                "        lane.reserved(false);",
                "ReservationTest"));
        all.add(Mutation.of(
                "the room of a place that is given back stays taken",
                "OperationCounters.java",
                "    void placeGivenBack() {\n        placesEnded.incrementAndGet();",
                "    void placeGivenBack() {",
                "ReservationTest"));
        all.add(Mutation.of(
                "an operation on a reserved place takes the room of two",
                "OperationCounters.java",
                "        long id = turnBegins();\n        placesEnded.incrementAndGet();",
                "        long id = turnBegins();",
                "ReservationTest"));
        all.add(Mutation.of(
                "a place may be used twice",
                "ReservedPlace.java",
                "        return ended.compareAndSet(false, true);",
                "        return ended.compareAndSet(false, true) || id > 0;",
                "ReservationTest"));
        all.add(Mutation.of(
                "a closed coordinator takes what a place was reserved for",
                "AdmissionControl.java",
                "            AdmissionResult refusal = table.refusalAtDoor(true); // it was let in when the place was",
                "            AdmissionResult refusal = null;",
                "ReservationTest"));
        all.add(Mutation.of(
                "no caller is let in when a place is given back",
                "Intake.java",
                "        lanes.admission.giveBack(place);\n        dispatcher.admitBlocked();",
                "        lanes.admission.giveBack(place);",
                "ReservationTest"));
        all.add(Mutation.of(
                "a line of callers is not told of a place that is given back",
                "AdmissionControl.java",
                "            table.leaves(place.lane()); // a caller may wait for the room of the key\n",
                "",
                "ReservationTest"));
        all.add(Mutation.of(
                "places that were lost are not looked for",
                "Intake.java",
                "        return full && places.giveLostBack() ?",
                "        return full && places == null ?",
                "ReservationTest"));
        all.add(Mutation.of(
                "an operation that is interrupted waits for its permit without a limit",
                "LendingFuture.java",
                "    private static void goOnAtOnce(@Nullable Await await) {\n        Await.limit(await, System.nanoTime());",
                "    private static void goOnAtOnce(@Nullable Await await) {",
                "TimedWaitTest"));
    }
}
