package io.keyedsequential;

import static io.keyedsequential.LanesHarness.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be admitted and what may start next: the deciding class alone, on one thread. */
@Timeout(600)
class LanesTest {

    private final LanesHarness h = new LanesHarness(options -> options.maxConcurrency(2));
    private final Lanes<String> lanes = h.lanes;

    @Test
    void theFirstOperationOfAKeyMakesItsLaneReadyAndTheSecondDoesNot() {
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED);
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void idsAscendInTheOrderOfAdmission() {
        assertThat(h.queued("a").id).isEqualTo(1);
        assertThat(h.queued("b").id).isEqualTo(2);
        assertThat(h.queued("a").id).isEqualTo(3);
    }

    @Test
    void aRefusedOperationTakesNoIdAndMakesNoLane() {
        LanesHarness small = new LanesHarness(options -> options.capacity(1));
        small.queued("a");
        assertThat(small.offer("b")).isEqualTo(AdmissionResult.FULL);
        assertThat(small.lanes.table.laneCount()).isEqualTo(1);
        assertThat(small.lanes.counts.admitted()).isEqualTo(1);
        StructuralCheck.assertSound(small.lanes);
    }

    @Test
    void theFirstOperationOfTheReadyLaneStartsAndTheLaneIsNoLongerReady() {
        Operation<String> first = h.queued("a");
        h.queued("a");
        Slot<String> slot = h.begin();
        assertThat((Object) slot.current()).isSameAs(first);
        assertThat(first.state()).isEqualTo(Operation.RUNNING);
        assertThat(lanes.scheduler.wake())
                .as("a permit is free, but the key is not")
                .isNull();
        assertThat(lanes.counts.queued()).isEqualTo(1);
        assertThat(lanes.counts.active()).isEqualTo(1);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void operationsOfOneKeyRunInOrderAndTheLaneGoesWithTheLast() {
        List<Operation<String>> queued = List.of(h.queued("a"), h.queued("a"), h.queued("a"));
        Slot<String> slot = h.begin();
        assertThat((Object) h.next(slot)).isSameAs(queued.get(1));
        StructuralCheck.assertSound(lanes);
        assertThat((Object) h.next(slot)).isSameAs(queued.get(2));
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        assertThat((Object) h.next(slot)).isNull();
        assertThat(lanes.table.laneCount()).isZero();
        assertThat(lanes.scheduler.idle(slot)).isNull();
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void anOperationThatComesWhileTheLastOneRunsIsNext() {
        h.queued("a");
        Slot<String> slot = h.begin();
        Operation<String> late = h.queued("a");
        assertThat((Object) h.next(slot)).isSameAs(late);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void anOperationThatComesAfterTheQueueWasSettledIsNext() {
        h.queued("a");
        Slot<String> slot = h.begin();
        lanes.table.look("a", lane -> assertThat(lane.queued).isZero());
        Operation<String> late = h.queued("a");
        assertThat((Object) h.next(slot)).isSameAs(late);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void twoKeysRunOnTwoSlotsAndTheThirdWaitsForAPermit() {
        h.queued("a");
        h.queued("b");
        h.queued("c");
        Slot<String> first = h.begin();
        Slot<String> second = h.begin();
        assertThat(second).isNotSameAs(first);
        assertThat(lanes.scheduler.wake()).isNull();
        assertThat(lanes.counts.active()).isEqualTo(2);
        StructuralCheck.assertSound(lanes);
        h.finish(first);
        Slot<String> third = h.begin();
        assertThat(lanes.counts.queued()).isZero();
        h.finish(second);
        h.finish(third);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void atMostOneSlotSearches() {
        h.queued("a");
        h.queued("b");
        Slot<String> searcher = lanes.scheduler.wake();
        assertThat(searcher).isNotNull();
        assertThat(lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(lanes);
        assertThat((Object) lanes.scheduler.takeReady(searcher, 1)).isNotNull();
        lanes.permits.found(searcher);
        Slot<String> second = lanes.scheduler.wake();
        assertThat(second).isNotNull().isNotSameAs(searcher);
    }

    @Test
    void aSearcherThatFindsNothingGivesItsMarkAndItsPermitBack() {
        Operation<String> only = h.queued("a");
        Slot<String> searcher = lanes.scheduler.wake();
        assertThat(lanes.removal.takeOut(only, Operation.CANCELLED)).isNotNull();
        assertThat((Object) lanes.scheduler.takeReady(searcher, 1)).isNull();
        assertThat(lanes.scheduler.idle(searcher)).isNull();
        StructuralCheck.assertIdle(lanes);
        h.queued("b");
        assertThat(lanes.scheduler.wake()).isNotNull();
    }

    @Test
    void theOneThatGoesIdleLooksAgain() {
        Operation<String> first = h.queued("a");
        Slot<String> searcher = lanes.scheduler.wake();
        lanes.removal.takeOut(first, Operation.CANCELLED);
        assertThat((Object) lanes.scheduler.takeReady(searcher, 1)).isNull();
        h.queued("b"); // after it looked, before it gave the mark back: the producer wakes nobody
        assertThat(lanes.scheduler.wake()).isNull();
        assertThat(lanes.scheduler.idle(searcher)).as("looks again").isNotNull();
    }

    @Test
    void aLaneThatBecomesReadyIsLeftToTheOneThatLooksOn() {
        h.queued("a");
        Slot<String> holder = h.begin();
        assertThat((Object) h.next(holder)).isNull();
        assertThat(lanes.permits.searchOn(holder)).isTrue();
        Operation<String> second = h.queued("b");
        assertThat(lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(lanes);
        assertThat((Object) lanes.scheduler.takeReady(holder, 3)).isSameAs(second);
    }

    @Test
    void nothingIsTakenWhenNothingIsReady() {
        assertThat(lanes.scheduler.wake()).isNull();
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aSlotWithoutALaneCannotGoOnWithIt() {
        h.queued("a");
        Slot<String> slot = lanes.scheduler.wake();
        assertThatThrownBy(() -> lanes.scheduler.leave(slot, 1)).isInstanceOf(IllegalStateException.class);
    }

    // ---------------------------------------------------------------- perKeyConcurrency

    @Test
    void twoOperationsOfOneKeyMayRunWithPerKeyConcurrencyTwoAndNotThree() {
        LanesHarness two = new LanesHarness(options -> options.maxConcurrency(4).perKeyConcurrency(2));
        Operation<String> first = two.queued("a");
        Operation<String> second = two.queued("a");
        Operation<String> third = two.queued("a");
        Slot<String> one = two.begin();
        StructuralCheck.assertSound(two.lanes);
        Slot<String> other = two.begin();
        assertThat((Object) one.current()).isSameAs(first);
        assertThat((Object) other.current()).isSameAs(second);
        assertThat(two.lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(two.lanes);
        assertThat((Object) two.next(other)).isSameAs(third);
        two.finish(one);
        two.finish(other);
        StructuralCheck.assertIdle(two.lanes);
    }

    @Test
    void aStartedLaneThatHasAnotherFreeKeySlotIsReadyAgain() {
        LanesHarness two = new LanesHarness(options -> options.maxConcurrency(4).perKeyConcurrency(2));
        two.queued("a");
        two.queued("a");
        Slot<String> one = two.begin();
        assertThat(one.pushed).isTrue();
        assertThat(two.lanes.table.readyStripes.get()).isNotZero();
    }

    @Test
    void withPerKeyConcurrencyTwoOneRunnerDrainsALaneAndLeavesNoToken() {
        LanesHarness two = new LanesHarness(options -> options.maxConcurrency(4).perKeyConcurrency(2));
        queue(two, "a", 5);
        Slot<String> slot = two.begin();
        for (int i = 0; i < 4; i++) {
            StructuralCheck.assertSound(two.lanes);
            assertThat((Object) two.next(slot)).isNotNull();
        }
        StructuralCheck.assertSound(two.lanes);
        assertThat((Object) two.next(slot)).isNull();
        assertThat(two.lanes.scheduler.idle(slot)).isNull();
        StructuralCheck.assertIdle(two.lanes);
    }

    // ---------------------------------------------------------------- atom paused

    @Test
    void nothingStartsWhileTheAtomIsHeldAndTheTokensStay() {
        h.queued("a");
        lanes.table.hold(Permits.PAUSED, true);
        assertThat(lanes.scheduler.wake()).isNull();
        assertThat(h.offer("b")).isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(lanes);
        lanes.table.hold(Permits.PAUSED, false);
        assertThat(h.runAll()).containsExactlyInAnyOrder("a", "b");
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aWalkerStopsWhenTheAtomIsHeldAndItsLaneBecomesReady() {
        h.queued("a");
        h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isTrue();
        lanes.table.hold(Permits.PAUSED, true);
        assertThat((Object) h.next(slot)).isNull();
        assertThat(lanes.table.readyStripes.get()).isNotZero();
        assertThat(lanes.scheduler.idle(slot)).isNull();
        StructuralCheck.assertSound(lanes);
        lanes.table.hold(Permits.PAUSED, false);
        assertThat(h.runAll()).containsExactly("a");
    }

    @Test
    void pausingTheKeyEndsTheWalk() {
        h.queued("a");
        h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isTrue();
        lanes.table.pauseKey("a", true);
        assertThat(lanes.table.attention.mayStart(slot)).isFalse();
        assertThat((Object) h.next(slot)).isNull();
        lanes.scheduler.idle(slot);
        lanes.table.pauseKey("a", false);
        assertThat(h.runAll()).containsExactly("a");
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void cancellingAnOperationEndsTheWalkTowardsIt() {
        h.queued("a");
        Operation<String> cancelled = h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isTrue();
        assertThat(lanes.removal.takeOut(cancelled, Operation.CANCELLED)).isNotNull();
        assertThat(lanes.table.attention.mayStart(slot)).isFalse();
        assertThat((Object) h.next(slot)).isNull();
        lanes.scheduler.idle(slot);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void purgingAKeySheddingAndClosingEndTheWalk() {
        endsTheWalk(() -> lanes.removal.takeAllOut("a", new ArrayList<>()));
        endsTheWalk(lanes.removal::takeOutQueued);
        endsTheWalk(lanes.removal::close);
    }

    private void endsTheWalk(Supplier<List<Operation<String>>> takeOut) {
        h.queued("a");
        Operation<String> second = h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isTrue();
        assertThat(takeOut.get()).containsExactly(second);
        assertThat(lanes.table.attention.mayStart(slot)).isFalse();
        assertThat((Object) h.next(slot)).isNull();
        lanes.scheduler.idle(slot);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aSearcherOnItsWayStartsNothingOnceTheAtomIsHeld() {
        h.queued("a");
        Slot<String> searcher = lanes.scheduler.wake();
        lanes.table.hold(Permits.PAUSED, true);
        assertThat((Object) lanes.scheduler.takeReady(searcher, 1)).isNull();
        assertThat(lanes.scheduler.idle(searcher)).isNull();
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void noTurnIsTakenWhileTheAtomIsHeld() {
        lanes.table.hold(Permits.PAUSED, true);
        assertThat(lanes.scheduler.startTurn(operation("a"), false, 1)).isNull();
        assertThat(lanes.table.laneCount()).isZero();
        StructuralCheck.assertIdle(lanes);
    }

    // ---------------------------------------------------------------- key paused

    @Test
    void aPausedEmptyLaneIsThereAndGoesWhenItIsResumed() {
        assertThat(lanes.table.pauseKey("a", true)).isFalse();
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        StructuralCheck.assertIdle(lanes);
        assertThat(lanes.table.pauseKey("a", false)).isFalse();
        assertThat(lanes.table.laneCount()).isZero();
        assertThat(lanes.table.pauseKey("a", false)).as("a second time").isFalse();
    }

    @Test
    void pausingAReadyLaneTakesItsTokenAndResumingGivesItBack() {
        h.queued("a");
        h.queued("b");
        lanes.table.pauseKey("a", true);
        StructuralCheck.assertSound(lanes);
        assertThat(h.runAll()).containsExactly("b");
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED);
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.table.pauseKey("a", false)).isTrue();
        assertThat(h.runAll()).containsExactly("a", "a");
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void pausingARunningLaneLetsItsOperationEndAndKeepsTheLane() {
        h.queued("a");
        h.queued("a");
        Slot<String> slot = h.begin();
        lanes.table.pauseKey("a", true);
        assertThat((Object) h.next(slot)).isNull();
        assertThat(lanes.scheduler.idle(slot)).isNull();
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        assertThat(lanes.counts.queued()).isEqualTo(1);
        StructuralCheck.assertSound(lanes);
        lanes.table.pauseKey("a", false);
        assertThat(h.runAll()).containsExactly("a");
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void resumingARunningLaneDoesNotMakeItReady() {
        h.queued("a");
        h.queued("a");
        h.begin();
        lanes.table.pauseKey("a", true);
        assertThat(lanes.table.pauseKey("a", false)).isFalse();
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void aPausedKeyTakesNoTurn() {
        lanes.table.pauseKey("a", true);
        assertThat(lanes.scheduler.startTurn(operation("a"), false, 1)).isNull();
        assertThat(lanes.scheduler.startTurn(operation("b"), false, 1)).isNotNull();
    }

    // ---------------------------------------------------------------- limit

    @Test
    void afterTheLimitIsLoweredNothingStartsAboveIt() {
        for (String key : List.of("a", "a", "b", "b")) {
            h.queued(key);
        }
        Slot<String> first = h.begin();
        Slot<String> second = h.begin();
        lanes.table.limit(1);
        StructuralCheck.assertSound(lanes);
        assertThat((Object) h.next(first)).as("two are taken, one is allowed").isNull();
        assertThat(lanes.scheduler.idle(first)).isNull();
        StructuralCheck.assertSound(lanes);
        assertThat((Object) h.next(second)).as("one is taken, one is allowed").isNotNull();
        assertThat(lanes.scheduler.wake()).isNull();
        h.finish(second);
        assertThat(h.runAll()).hasSize(1);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aRaisedLimitIsReached() {
        h.queued("a");
        h.queued("b");
        h.queued("c");
        h.begin();
        h.begin();
        assertThat(lanes.scheduler.wake()).isNull();
        lanes.table.limit(3);
        h.begin();
        assertThat(lanes.counts.active()).isEqualTo(3);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void noTurnIsTakenAtTheLimit() {
        h.queued("a");
        h.begin();
        assertThat(lanes.scheduler.startTurn(operation("b"), false, 1)).isNotNull();
        assertThat(lanes.scheduler.startTurn(operation("c"), false, 1)).isNull();
        StructuralCheck.assertSound(lanes);
    }

    // ---------------------------------------------------------------- withdrawal

    @Test
    void withdrawingTheOnlyOperationTakesTokenAndLane() {
        Operation<String> only = h.queued("a");
        assertThat(lanes.removal.takeOut(only, Operation.CANCELLED)).isNotNull();
        assertThat(only.state()).isEqualTo(Operation.CANCELLED);
        assertThat(lanes.removal.takeOut(only, Operation.CANCELLED))
                .as("a second time")
                .isNull();
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void withdrawingTheFirstTheMiddleAndTheLastKeepsTheOrderOfTheOthers() {
        Operation<String>[] queued = queue("a", 6);
        assertThat(lanes.removal.takeOut(queued[0], Operation.CANCELLED)).isNotNull();
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.removal.takeOut(queued[3], Operation.CANCELLED)).isNotNull();
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.removal.takeOut(queued[5], Operation.CANCELLED)).isNotNull();
        StructuralCheck.assertSound(lanes);
        Slot<String> slot = h.begin();
        assertThat((Object) slot.current()).isSameAs(queued[1]);
        assertThat((Object) h.next(slot)).isSameAs(queued[2]);
        assertThat((Object) h.next(slot)).isSameAs(queued[4]);
        assertThat((Object) h.next(slot)).isNull();
    }

    @Test
    void anOperationThatWasWithdrawnBeforeAWalkerIsNotStarted() {
        Operation<String>[] queued = queue("a", 3);
        Slot<String> slot = h.begin();
        assertThat(lanes.removal.takeOut(queued[1], Operation.CANCELLED)).isNotNull();
        StructuralCheck.assertSound(lanes);
        assertThat((Object) h.next(slot)).isSameAs(queued[2]);
        assertThat(queued[1].state()).isEqualTo(Operation.CANCELLED);
        h.finish(slot);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aRunningOrFinishedOperationIsNotWithdrawn() {
        Operation<String> first = h.queued("a");
        h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(lanes.removal.takeOut(first, Operation.CANCELLED)).isNull();
        h.next(slot);
        assertThat(lanes.removal.takeOut(first, Operation.CANCELLED)).isNull();
        h.finish(slot);
        assertThat(lanes.removal.takeOut(first, Operation.CANCELLED)).isNull();
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void theLastQueuedOperationBehindARunningOneCanBeWithdrawn() {
        Operation<String>[] queued = queue("a", 2);
        Slot<String> slot = h.begin();
        assertThat(lanes.removal.takeOut(queued[1], Operation.CANCELLED)).isNotNull();
        Operation<String> later = h.queued("a");
        assertThat((Object) h.next(slot)).isSameAs(later);
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void withdrawingFromAPausedLaneKeepsTheLane() {
        lanes.table.pauseKey("a", true);
        assertThat(lanes.removal.takeOut(h.queued("a"), Operation.CANCELLED)).isNotNull();
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        StructuralCheck.assertIdle(lanes);
    }

    // ---------------------------------------------------------------- turns

    @Test
    void aTurnOfAFreeKeyStartsAtOnce() {
        Operation<String> turn = operation("a");
        Slot<String> slot = lanes.scheduler.startTurn(turn, false, 1);
        assertThat((Object) slot.current()).isSameAs(turn);
        assertThat(turn.state()).isEqualTo(Operation.RUNNING);
        StructuralCheck.assertSound(lanes);
        h.finish(slot);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void aTurnDoesNotOvertakeAQueuedOrRunningOperationOfItsKey() {
        h.queued("a");
        assertThat(lanes.scheduler.startTurn(operation("a"), false, 1)).isNull();
        h.begin();
        assertThat(lanes.scheduler.startTurn(operation("a"), false, 1)).isNull();
        assertThat(lanes.counts.admitted()).isEqualTo(1);
    }

    @Test
    void whatComesDuringATurnIsReadyWhenItEnds() {
        Slot<String> slot = lanes.scheduler.startTurn(operation("a"), false, 1);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED);
        h.end(slot);
        lanes.scheduler.leave(slot, 1);
        assertThat(slot.pushed).isTrue();
        lanes.permits.release(slot);
        assertThat(h.runAll()).containsExactly("a");
        StructuralCheck.assertIdle(lanes);
    }

    // ---------------------------------------------------------------- permits that are lent

    @Test
    void aSearcherLeavesItsPermitToWhoWantsItBack() {
        LanesHarness one = new LanesHarness(options -> options.maxConcurrency(1));
        one.queued("a");
        Slot<String> lender = one.begin();
        one.lanes.permits.lend();
        one.queued("b");
        Slot<String> searcher = one.lanes.scheduler.wake();
        Permits.Return awaited = one.lanes.permits.takeBack();
        assertThat((Object) one.lanes.scheduler.takeReady(searcher, 1)).isNull();
        assertThat(one.lanes.scheduler.idle(searcher))
                .as("nobody is woken for it")
                .isNull();
        assertThat(awaited.granted).isTrue();
        StructuralCheck.assertSound(one.lanes);
        one.finish(lender);
        assertThat(one.runAll()).containsExactly("b");
        StructuralCheck.assertIdle(one.lanes);
    }

    @Test
    void aRunnerBeginsNoOtherOperationWhileSomebodyWantsHisPermitBack() {
        LanesHarness one = new LanesHarness(options -> options.maxConcurrency(1));
        one.queued("a");
        Slot<String> lender = one.begin();
        one.lanes.permits.lend();
        one.queued("b");
        Slot<String> borrower = one.begin();
        one.queued("c");
        Permits.Return awaited = one.lanes.permits.takeBack();
        assertThat(one.lanes.scheduler.wake()).isNull();
        assertThat((Object) one.next(borrower)).isNull();
        assertThat((Object) one.lanes.scheduler.takeReady(borrower, 1)).isNull();
        assertThat(one.lanes.scheduler.idle(borrower)).isNull();
        assertThat(awaited.granted).isTrue();
        one.finish(lender);
        assertThat(one.runAll()).containsExactly("c");
        StructuralCheck.assertIdle(one.lanes);
    }

    // ---------------------------------------------------------------- intake and close

    @Test
    void aClosedIntakeTakesOnlyWhatComesFromInside() {
        lanes.table.intake(false);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.CLOSED);
        assertThat(lanes.scheduler.startTurn(operation("a"), false, 1)).isNull();
        assertThat(lanes.admission.offer(operation("a"), true, false)).isEqualTo(AdmissionResult.ADMITTED_READY);
        lanes.table.intake(true);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED);
        assertThat(h.runAll()).hasSize(2);
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void closingWithdrawsWhatIsQueuedAndLeavesWhatRuns() {
        Operation<String>[] ofA = queue("a", 3);
        Operation<String>[] ofB = queue("b", 2);
        lanes.table.pauseKey("b", true);
        lanes.table.pauseKey("empty", true);
        Slot<String> slot = h.begin();
        assertThat(lanes.removal.close()).containsExactlyInAnyOrder(ofA[1], ofA[2], ofB[0], ofB[1]);
        StructuralCheck.assertSound(lanes);
        assertThat(ofA[0].state()).isEqualTo(Operation.RUNNING);
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.CLOSED);
        assertThat(lanes.admission.offer(operation("a"), true, true)).isEqualTo(AdmissionResult.CLOSED);
        h.finish(slot);
        StructuralCheck.assertIdle(lanes);
        assertThat(lanes.table.isIntakeOpen()).isFalse();
    }

    // ---------------------------------------------------------------- bounds

    @Test
    void capacityIsReachedAndNotExceeded() {
        LanesHarness three = new LanesHarness(options -> options.capacity(3));
        three.queued("a");
        three.queued("a");
        three.queued("b");
        assertThat(three.offer("a")).isEqualTo(AdmissionResult.FULL);
        assertThat(three.offer("c")).isEqualTo(AdmissionResult.FULL);
        Slot<String> slot = three.begin();
        assertThat(three.offer("c")).as("a running operation takes no room").isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(three.offer("c")).isEqualTo(AdmissionResult.FULL);
        assertThat(three.lanes.counts.queued()).isEqualTo(3);
        three.finish(slot);
        three.runAll();
        StructuralCheck.assertIdle(three.lanes);
    }

    @Test
    void capacityPerKeyIsReachedAndNotExceeded() {
        LanesHarness two = new LanesHarness(options -> options.capacity(10).capacityPerKey(2));
        two.queued("a");
        two.queued("a");
        assertThat(two.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        two.begin();
        assertThat(two.offer("a"))
                .as("started ones still in the list do not count")
                .isEqualTo(AdmissionResult.ADMITTED);
        assertThat(two.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(two.offer("b")).isEqualTo(AdmissionResult.ADMITTED_READY);
        StructuralCheck.assertSound(two.lanes);
    }

    @Test
    void whatIsWithdrawnMakesRoom() {
        LanesHarness one = new LanesHarness(options -> options.capacity(1));
        Operation<String> only = one.queued("a");
        assertThat(one.offer("b")).isEqualTo(AdmissionResult.FULL);
        one.lanes.removal.takeOut(only, Operation.CANCELLED);
        assertThat(one.offer("b")).isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(one.offer("a")).isEqualTo(AdmissionResult.FULL);
    }

    @Test
    void beyondTheBoundIsAdmittedAndCounted() {
        LanesHarness one = new LanesHarness(options -> options.capacity(1));
        one.queued("a");
        assertThat(one.lanes.admission.offer(operation("a"), true, true)).isEqualTo(AdmissionResult.ADMITTED);
        assertThat(one.lanes.counts.admittedBeyondBound()).isEqualTo(1);
        assertThat(one.lanes.counts.queued()).isEqualTo(2);
        assertThat(one.runAll()).hasSize(2);
        StructuralCheck.assertIdle(one.lanes);
    }

    @Test
    void inFairModeAKeyHoldsAtMostAsManyAsThereIsFreeRoom() {
        LanesHarness fair = new LanesHarness(options -> options.capacity(8).fairScheduling(true));
        queue(fair, "hot", 4); // four held, four free
        assertThat(fair.offer("hot")).isEqualTo(AdmissionResult.KEY_FULL);
        queue(fair, "warm", 2); // two held, two free
        assertThat(fair.offer("warm")).isEqualTo(AdmissionResult.KEY_FULL);
        queue(fair, "cool", 1);
        assertThat(fair.offer("cool")).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(fair.offer("cold")).as("the last room is for a new key").isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(fair.offer("colder")).isEqualTo(AdmissionResult.FULL);
        StructuralCheck.assertSound(fair.lanes);
    }

    @Test
    void withoutFairnessAKeyMayTakeAllTheRoom() {
        LanesHarness unfair = new LanesHarness(options -> options.capacity(8));
        queue(unfair, "hot", 8);
        assertThat(unfair.offer("cold")).isEqualTo(AdmissionResult.FULL);
    }

    // ---------------------------------------------------------------- whose turn it is

    @Test
    void fairSchedulingGoesRoundRobinOperationByOperation() {
        LanesHarness fair = new LanesHarness(options -> options.fairScheduling(true));
        queue(fair, "a", 3);
        queue(fair, "b", 2);
        queue(fair, "c", 3);
        assertThat(fair.runAll()).containsExactly("a", "b", "c", "a", "b", "c", "a", "c");
        StructuralCheck.assertIdle(fair.lanes);
    }

    @Test
    void fairSchedulingStaysWithALaneWhileNobodyElseWaits() {
        LanesHarness fair = new LanesHarness(options -> options.fairScheduling(true));
        queue(fair, "a", 3);
        Slot<String> slot = fair.begin();
        assertThat((Object) fair.next(slot)).isNotNull();
        assertThat((Object) fair.next(slot)).isNotNull();
        assertThat((Object) fair.next(slot)).isNull();
    }

    @Test
    void aVisitEndsAfterItsQuantumWhileAnotherStripeWaits() {
        queue("hot", 10 * Scheduler.VISIT_OPERATIONS);
        Slot<String> slot = h.begin();
        h.queued(keyOfAnotherStripe("hot"));
        assertThat(startsUntilNull(slot)).isEqualTo(Scheduler.VISIT_OPERATIONS);
        assertThat(lanes.scheduler.takeReady(slot, 1).key).isNotEqualTo("hot");
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void aVisitEndsAfterItsQuantumWhileALaneOfItsStripeWaits() {
        queue("hot", 10 * Scheduler.VISIT_OPERATIONS);
        Slot<String> slot = h.begin();
        h.queued(keyOfSameStripe("hot"));
        assertThat(startsUntilNull(slot)).isEqualTo(Scheduler.VISIT_OPERATIONS);
        assertThat(lanes.scheduler.takeReady(slot, 1).key).isNotEqualTo("hot");
        StructuralCheck.assertSound(lanes);
    }

    @Test
    void aVisitEndsAfterItsTimeWhileOthersWait() {
        queue("hot", 10);
        Slot<String> slot = h.begin();
        h.queued(keyOfAnotherStripe("hot"));
        h.now += Scheduler.VISIT_NANOS;
        assertThat((Object) h.next(slot)).as("not later than its time").isNotNull();
        h.now += 1;
        assertThat((Object) h.next(slot)).isNull();
    }

    @Test
    void aVisitGoesOnWhileNobodyWaits() {
        queue("hot", 3 * Scheduler.VISIT_OPERATIONS);
        Slot<String> slot = h.begin();
        assertThat(startsUntilNull(slot)).isEqualTo(3 * Scheduler.VISIT_OPERATIONS);
        assertThat(lanes.table.laneCount()).isZero();
    }

    @Test
    void aCallerThatWaitsForRoomKeepsLanesFromBeingWalked() {
        queue("a", 3);
        lanes.table.blockedCallers(1);
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isFalse();
        lanes.table.blockedCallers(0);
    }

    // ---------------------------------------------------------------- keys

    @Test
    void keysWithOneHashAreDifferentLanes() {
        h.queued("Aa");
        h.queued("BB"); // the same hash code
        assertThat("Aa").hasSameHashCodeAs("BB");
        assertThat(lanes.table.laneCount()).isEqualTo(2);
        StructuralCheck.assertSound(lanes);
        assertThat(h.runAll()).containsExactlyInAnyOrder("Aa", "BB");
        StructuralCheck.assertIdle(lanes);
    }

    @Test
    void tenThousandLanesGrowTheTablesAndLeaveThemSmall() {
        for (int i = 0; i < 9_999; i++) {
            h.queued("key-" + i);
        }
        h.queued("last");
        assertThat(lanes.table.laneCount()).isEqualTo(10_000);
        StructuralCheck.assertSound(lanes);
        assertThat(h.runAll()).hasSize(10_000).doesNotHaveDuplicates();
        StructuralCheck.assertIdle(lanes);
    }

    // ---------------------------------------------------------------- helpers

    private int startsUntilNull(Slot<String> slot) {
        int starts = 1;
        while (h.next(slot) != null) {
            starts++;
        }
        return starts;
    }

    private Operation<String>[] queue(String key, int count) {
        return queue(h, key, count);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Operation<String>[] queue(LanesHarness harness, String key, int count) {
        Operation<String>[] operations = new Operation[count];
        for (int i = 0; i < count; i++) {
            operations[i] = harness.queued(key);
        }
        return operations;
    }

    private int stripeOf(String key) {
        LanesHarness probe = new LanesHarness(options -> {});
        probe.queued(key);
        return Long.numberOfTrailingZeros(probe.lanes.table.readyStripes.get());
    }

    private String keyOfSameStripe(String key) {
        return otherKey(key, true);
    }

    private String keyOfAnotherStripe(String key) {
        return otherKey(key, false);
    }

    private String otherKey(String key, boolean sameStripe) {
        int wanted = stripeOf(key);
        for (int i = 0; ; i++) {
            if ((stripeOf("k" + i) == wanted) == sameStripe) {
                return "k" + i;
            }
        }
    }
}
