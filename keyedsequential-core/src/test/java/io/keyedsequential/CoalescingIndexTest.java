package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What coalesced operations replace and where they stand: the deciding classes alone, on one thread. */
@Timeout(300)
class CoalescingIndexTest {

    private static final Coalescing AT_ONCE = Coalescing.latest("g");
    private static final Coalescing QUIET = AT_ONCE.quiet(Duration.ofNanos(10), Duration.ofNanos(25));

    private final LanesHarness h = new LanesHarness(options -> options.maxConcurrency(2));
    private final Lanes<String> lanes = h.lanes;

    private static CoalescedOperation<String, String> operation(String key, Coalescing coalescing, long at) {
        StripedCoordinator<String> nobody =
                new StripedCoordinator<>("nobody", CoordinatorOptions.builder().build());
        return new CoalescedOperation<>(nobody.crew.owner(), key, coalescing, () -> "x", at);
    }

    private CoalescedOperation<String, String> latest(String key, Coalescing coalescing, long at) {
        CoalescedOperation<String, String> operation = operation(key, coalescing, at);
        assertThat(h.offer(operation)).isIn(AdmissionResult.ADMITTED, AdmissionResult.ADMITTED_READY);
        StructuralCheck.assertSound(lanes);
        return operation;
    }

    private CoalescedOperation<String, String> latest(String key) {
        return latest(key, AT_ONCE, 1);
    }

    /** What perform does first. */
    private void begun(Slot<String> slot) {
        lanes.admission.begun((CoalescedOperation<String, ?>) slot.current());
    }

    private List<Operation<String>> waiting(Lanes<String> of, String key) {
        List<Operation<String>> found = new ArrayList<>();
        of.table.look(key, lane -> {
            for (Operation<String> each = lane.head; each != null; each = each.next()) {
                assertThat(found).as("a queue that goes round").doesNotContain(each);
                found.add(each);
            }
        });
        return found;
    }

    private void drain() {
        Slot<String> slot = lanes.scheduler.wake();
        while (slot != null) {
            Operation<String> operation = lanes.scheduler.takeReady(slot, h.now);
            while (operation != null) {
                if (slot.searching) {
                    lanes.permits.found(slot);
                }
                if (operation instanceof CoalescedOperation<String, ?>) {
                    begun(slot);
                }
                Operation<String> next = h.next(slot);
                operation = next == null ? lanes.scheduler.takeReady(slot, h.now) : next;
            }
            slot = lanes.scheduler.idle(slot);
        }
        StructuralCheck.assertIdle(lanes);
    }

    // ---------------------------------------------------------------- replacing

    @Test
    void aNewerOneTakesTheOlderOnesPlaceInTheCountsButNotInTheLane() {
        CoalescedOperation<String, String> old = latest("a");
        Operation<String> between = h.queued("a");
        CoalescedOperation<String, String> newer = latest("a");
        assertThat(old.state()).isEqualTo(Operation.CANCELLED);
        assertThat((Object) newer.replaced).isSameAs(old);
        assertThat(waiting(lanes, "a")).containsExactly(between, newer);
        assertThat(lanes.counts.queued()).isEqualTo(2);
        assertThat(lanes.counts.cancelled()).isEqualTo(1);
        assertThat(lanes.counts.admitted()).isEqualTo(3);
        drain();
    }

    @Test
    void theOnlyOneOfItsLaneIsReplacedAndTheLaneStaysReadyOnce() {
        latest("a");
        CoalescedOperation<String, String> newer = operation("a", AT_ONCE, 1);
        assertThat(h.offer(newer)).as("the token is there").isEqualTo(AdmissionResult.ADMITTED);
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        drain();
    }

    @Test
    void otherGroupsAndOtherKeysAreNotReplaced() {
        Operation<String> one = latest("a");
        Operation<String> two = latest("a", Coalescing.latest("h"), 1);
        Operation<String> three = latest("b");
        assertThat(List.of(one.state(), two.state(), three.state())).containsOnly(Operation.QUEUED);
        Operation<String> four = latest("a", Coalescing.latest("h"), 1);
        assertThat(one.state()).isEqualTo(Operation.QUEUED);
        assertThat(two.state()).isEqualTo(Operation.CANCELLED);
        assertThat(waiting(lanes, "a")).containsExactly(one, four);
        assertThat(waiting(lanes, "b")).containsExactly(three);
        drain();
    }

    @Test
    void oneThatRunsIsNotReplacedAndAtMostOneWaitsBehindIt() {
        CoalescedOperation<String, String> first = latest("a");
        Slot<String> slot = h.begin();
        CoalescedOperation<String, String> second = latest("a"); // the first runs, but has not said so yet
        begun(slot);
        CoalescedOperation<String, String> third = latest("a");
        assertThat(first.state()).isEqualTo(Operation.RUNNING);
        assertThat(second.state()).isEqualTo(Operation.CANCELLED);
        assertThat((Object) third.replaced).isSameAs(second);
        assertThat(waiting(lanes, "a")).containsExactly(third);
        assertThat((Object) h.next(slot)).isSameAs(third);
        begun(slot);
        h.finish(slot);
        drain();
    }

    @Test
    void theOwnerOfTheLaneWalksPastOneThatIsReplaced() {
        h.queued("a");
        CoalescedOperation<String, String> old = latest("a");
        Operation<String> last = h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(slot.walking).isTrue();
        CoalescedOperation<String, String> newer = latest("a");
        assertThat(old.state()).isEqualTo(Operation.CANCELLED);
        assertThat((Object) h.next(slot)).isSameAs(last);
        StructuralCheck.assertSound(lanes);
        assertThat((Object) h.next(slot)).isSameAs(newer);
        begun(slot);
        h.finish(slot);
        drain();
    }

    @Test
    void oneThatTheOwnerHasWalkedToIsNotReplaced() {
        h.queued("a");
        CoalescedOperation<String, String> old = latest("a");
        Slot<String> slot = h.begin();
        assertThat((Object) h.next(slot)).isSameAs(old); // by a walk: the lane is not settled
        CoalescedOperation<String, String> newer = latest("a");
        assertThat(old.state()).isEqualTo(Operation.RUNNING);
        assertThat((Object) newer.replaced).isNull();
        begun(slot);
        assertThat((Object) h.next(slot)).isSameAs(newer);
        begun(slot);
        h.finish(slot);
        drain();
    }

    @Test
    void oneThatBacksOffHasBegunAndANewerOneQueuesBehindIt() {
        CoalescedOperation<String, String> old = latest("a");
        Slot<String> slot = h.begin();
        begun(slot);
        Attempts attempts = new Attempts(1, 0, new IllegalStateException(), 0, 0, 0, null);
        assertThat(lanes.suspension.holdBack(slot, old, Operation.BACKING_OFF, attempts))
                .isTrue();
        lanes.permits.release(slot);
        CoalescedOperation<String, String> second = latest("a");
        CoalescedOperation<String, String> third = latest("a");
        assertThat(old.state()).isEqualTo(Operation.BACKING_OFF);
        assertThat(second.state()).isEqualTo(Operation.CANCELLED);
        assertThat(waiting(lanes, "a")).containsExactly(old, third);
        assertThat(lanes.suspension.release(old, attempts, attempts)).isTrue();
        assertThat(latest("a").replaced).as("the one released has begun").isSameAs((Object) third);
        assertThat(old.state()).isEqualTo(Operation.QUEUED);
        drain();
    }

    // ---------------------------------------------------------------- bounds

    @Test
    void aReplacementNeedsNoRoomAndAFirstOneDoes() {
        LanesHarness small = new LanesHarness(options -> options.capacity(2).capacityPerKey(1));
        CoalescedOperation<String, String> old = operation("a", AT_ONCE, 1);
        assertThat(small.offer(old)).isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(small.offer(operation("a", Coalescing.latest("h"), 1))).isEqualTo(AdmissionResult.KEY_FULL);
        small.queued("b");
        assertThat(small.offer(operation("c", AT_ONCE, 1))).isEqualTo(AdmissionResult.FULL);
        assertThat(old.state()).isEqualTo(Operation.QUEUED);
        assertThat(small.lanes.table.laneCount()).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            assertThat(small.offer(operation("a", AT_ONCE, 1))).isEqualTo(AdmissionResult.ADMITTED);
            assertThat(small.lanes.counts.queued()).isEqualTo(2);
            StructuralCheck.assertSound(small.lanes);
        }
        assertThat(small.offer("d")).isEqualTo(AdmissionResult.FULL);
    }

    @Test
    void whatGathersTakesItsKeysRoom() {
        LanesHarness small = new LanesHarness(options -> options.capacity(10).capacityPerKey(1));
        CoalescedOperation<String, String> gathering = operation("a", QUIET, 1);
        assertThat(small.offer(gathering)).isEqualTo(AdmissionResult.ADMITTED);
        assertThat(small.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(small.offer(operation("a", Coalescing.latest("h"), 1))).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(small.lanes.table.queued("a")).isEqualTo(1);
        assertThat(small.offer(operation("a", QUIET, 2))).isEqualTo(AdmissionResult.ADMITTED);
        assertThat(small.offer("b")).isEqualTo(AdmissionResult.ADMITTED_READY);
    }

    @Test
    void aClosedIntakeTakesNoReplacementAndTheOldOneStays() {
        CoalescedOperation<String, String> old = latest("a");
        lanes.table.intake(false);
        assertThat(h.offer(operation("a", AT_ONCE, 1))).isEqualTo(AdmissionResult.CLOSED);
        assertThat(old.state()).isEqualTo(Operation.QUEUED);
        drain();
    }

    // ---------------------------------------------------------------- gathering

    @Test
    void whatGathersHoldsUpNobodyAndThenGoesToTheEnd() {
        CoalescedOperation<String, String> gathering = operation("a", QUIET, 1);
        assertThat(h.offer(gathering)).isEqualTo(AdmissionResult.ADMITTED);
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.scheduler.wake()).isNull();
        Operation<String> later = h.queued("a");
        assertThat(waiting(lanes, "a")).containsExactly(later);
        assertThat(lanes.admission.gathered(gathering, 50))
                .as("the lane is ready already")
                .isFalse();
        StructuralCheck.assertSound(lanes);
        assertThat(waiting(lanes, "a")).containsExactly(later, gathering);
        assertThat(lanes.admission.gathered(gathering, 50)).as("once only").isFalse();
        assertThat(waiting(lanes, "a")).hasSize(2);
        drain();
    }

    @Test
    void theQuietPeriodCountsFromEachCallAndTheMaximumFromTheFirst() {
        assertThat(latest("a", QUIET, 100).gatheringNanos()).isEqualTo(10);
        assertThat(latest("a", QUIET, 109).gatheringNanos()).isEqualTo(10);
        assertThat(latest("a", QUIET, 115).gatheringNanos()).as("up to 125").isEqualTo(10);
        assertThat(latest("a", QUIET, 116).gatheringNanos()).as("up to 125").isEqualTo(9);
        assertThat(latest("a", QUIET, 124).gatheringNanos()).isEqualTo(1);
        CoalescedOperation<String, String> last = latest("a", QUIET, 125);
        assertThat(last.gatheringNanos()).isZero();
        assertThat(last.gathering).isFalse();
        assertThat(waiting(lanes, "a")).containsExactly(last);
        assertThat(latest("a", QUIET, 1_000).gatheringNanos()).isZero();
        drain();
        assertThat(latest("a", QUIET, 1_001).gatheringNanos())
                .as("the one before has begun: a new first")
                .isEqualTo(10);
    }

    @Test
    void oneThatGathersReplacesTheOneThatMadeTheLaneReady() {
        latest("a");
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 1);
        assertThat(lanes.scheduler.wake()).as("nothing may start").isNull();
        assertThat(lanes.table.laneCount()).isEqualTo(1);
        assertThat(lanes.admission.gathered(gathering, 50)).isTrue();
        drain();
    }

    @Test
    void oneThatIsQueuedAtOnceReplacesOneThatGathers() {
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 1);
        CoalescedOperation<String, String> newer = operation("a", AT_ONCE, 2);
        assertThat(h.offer(newer)).isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(lanes.admission.gathered(gathering, 50)).isFalse();
        StructuralCheck.assertSound(lanes);
        drain();
    }

    @Test
    void severalGroupsOfAKeyGatherSideBySide() {
        CoalescedOperation<String, String> one = latest("a", QUIET, 1);
        CoalescedOperation<String, String> two =
                latest("a", Coalescing.latest("h").quiet(Duration.ofNanos(5), Duration.ofNanos(5)), 1);
        assertThat(lanes.admission.gathered(two, 50)).isTrue();
        StructuralCheck.assertSound(lanes);
        drainBut(1);
        assertThat(lanes.admission.gathered(one, 50)).isTrue();
        drain();
    }

    private void drainBut(int gathering) {
        Slot<String> slot = h.begin();
        begun(slot);
        assertThat((Object) h.next(slot)).isNull();
        assertThat(lanes.scheduler.idle(slot)).isNull();
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.counts.queued()).isEqualTo(gathering);
        assertThat(lanes.table.laneCount()).isEqualTo(1);
    }

    @Test
    void whatGathersInAPausedKeyIsQueuedThereAndStartsWhenItGoesOn() {
        lanes.table.pauseKey("a", true);
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 1);
        assertThat(lanes.admission.gathered(gathering, 50)).isFalse();
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.table.pauseKey("a", false)).isTrue();
        drain();
    }

    @Test
    void aTurnDoesNotWaitForWhatGathers() {
        latest("a", QUIET, 1);
        Slot<String> slot = lanes.scheduler.startTurn(LanesHarness.operation("a"), false, 1);
        assertThat(slot).isNotNull();
        StructuralCheck.assertSound(lanes);
        h.finish(slot);
        StructuralCheck.assertSound(lanes);
        lanes.removal.takeAllOut("a", new ArrayList<>());
        drain();
    }

    // ---------------------------------------------------------------- leaving

    @Test
    void whatGathersIsTakenOutAndItsLaneGoesWithIt() {
        takenOut(operation -> assertThat(lanes.removal.takeOut(operation, Operation.CANCELLED))
                .isNotNull());
    }

    @Test
    void whatGathersIsPurged() {
        takenOut(operation ->
                assertThat(lanes.removal.takeAllOut("a", new ArrayList<>())).containsExactly(operation));
    }

    @Test
    void whatGathersIsCancelledByClosing() {
        takenOut(operation -> assertThat(lanes.removal.close()).containsExactly(operation));
    }

    private void takenOut(Consumer<CoalescedOperation<String, String>> how) {
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 1);
        how.accept(gathering);
        assertThat(gathering.state()).isEqualTo(Operation.CANCELLED);
        assertThat(lanes.admission.gathered(gathering, 50)).isFalse();
        assertThat(lanes.table.laneCount()).isZero();
        drain();
    }

    @Test
    void aKeyIsPurgedInOrderWhetherItsOperationsGatherOrNot() {
        List<Operation<String>> gathering = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            gathering.add(latest("a", Coalescing.latest("g" + i).quiet(Duration.ofNanos(10), Duration.ofNanos(10)), 1));
        }
        Operation<String> plain = h.queued("a");
        List<Operation<String>> taken = lanes.removal.takeAllOut("a", new ArrayList<>());
        assertThat(taken.get(0)).isSameAs((Object) plain);
        assertThat(taken.subList(1, 21)).containsExactlyElementsOf(gathering);
        drain();
    }

    @Test
    void theTimeThatAnOperationMayWaitBeginsWhenItHasGathered() {
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 10);
        CoalescedOperation<String, String> gathered = latest("b", QUIET, 20);
        Operation<String> before = new PlainOperation<>("b", () -> {}, 40);
        h.offer(before);
        lanes.admission.gathered(gathered, 50);
        assertThat(waiting(lanes, "b")).containsExactly(before, gathered);
        assertExpired(39, 40L, null);
        assertExpired(40, null, before);
        assertExpired(49, 50L, null);
        assertExpired(50, null, gathered);
        assertExpired(1_000, null, null); // what gathers has not begun to wait
        assertThat(lanes.admission.gathered(gathering, 60)).isTrue();
        drain();
    }

    /** Each stripe has its own timer; only what concerns the next one due is looked at. */
    private void assertExpired(long deadline, Long oldest, Operation<String> expected) {
        List<Operation<String>> expired = new ArrayList<>();
        Long least = null;
        for (int stripe = 0; stripe < lanes.table.stripes.length; stripe++) {
            Long next = lanes.removal.takeOutExpired(stripe, deadline, expired);
            least = next == null || (least != null && least < next) ? least : next;
        }
        StructuralCheck.assertSound(lanes);
        if (expected == null) {
            assertThat(expired).isEmpty();
            assertThat(least).isEqualTo(oldest);
        } else {
            assertThat(expired).containsExactly(expected);
            assertThat(expected.state()).isEqualTo(Operation.FAILED);
        }
    }

    // ---------------------------------------------------------------- retries of others

    @Test
    void oneThatIsTriedAgainStaysBeforeOneThatGatheredWhileItRan() {
        CoalescedOperation<String, String> gathering = latest("a", QUIET, 1);
        Operation<String> failing = h.queued("a");
        Slot<String> slot = h.begin();
        assertThat((Object) slot.current()).isSameAs(failing);
        lanes.admission.gathered(gathering, 50); // behind the one that runs, though it was admitted before
        Attempts attempts = new Attempts(1, 0, new IllegalStateException(), 0, 0, 0, null);
        assertThat(lanes.suspension.holdBack(slot, failing, Operation.BACKING_OFF, attempts))
                .isTrue();
        lanes.permits.release(slot);
        assertThat(waiting(lanes, "a")).containsExactly(failing, gathering);
        assertThat(lanes.scheduler.wake()).as("the key is closed").isNull();
        StructuralCheck.assertSound(lanes);
        assertThat(lanes.suspension.release(failing, attempts, attempts)).isTrue();
        Slot<String> again = h.begin();
        assertThat((Object) again.current()).isSameAs(failing);
        assertThat((Object) h.next(again)).isSameAs(gathering);
        begun(again);
        h.finish(again);
        drain();
    }
}
