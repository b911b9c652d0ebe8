package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held back, released and taken out: the deciding class alone, on one thread. */
@Timeout(600)
class SuspensionTest {

    private static final RuntimeException ERROR = new IllegalStateException("on purpose");

    private LanesHarness h = new LanesHarness(options -> {});

    private void harness(Consumer<CoordinatorOptions.Builder> options) {
        h = new LanesHarness(options);
    }

    /** The operation in hand has failed and is held back; the slot is given back. */
    private Operation<String> holdBack(Slot<String> slot, int state) {
        Operation<String> operation = slot.current();
        boolean held = h.lanes.suspension.holdBack(
                slot,
                operation,
                state,
                Attempts.after(operation.attempts, ERROR, 0, 1, state == Operation.PARKED ? 0 : 5));
        assertThat(held).isTrue();
        assertThat(slot.lane).isNull();
        assertThat((Object) slot.current()).isNull();
        h.lanes.permits.release(slot);
        StructuralCheck.assertSound(h.lanes);
        return operation;
    }

    private Boolean release(Operation<String> operation) {
        return h.lanes.suspension.release(operation, operation.attempts, operation.attempts);
    }

    private List<Long> idsInLane(String key) {
        List<Long> ids = new java.util.ArrayList<>();
        h.lanes.table.look(key, lane -> {
            for (Operation<String> each = lane.head; each != null; each = each.next()) {
                ids.add(each.id);
            }
        });
        return ids;
    }

    // ---------------------------------------------------------------- holding back

    @Test
    void anOperationThatIsHeldBackClosesItsKeyAndFreesItsPermit() {
        Operation<String> first = h.queued("a");
        Operation<String> second = h.queued("a");
        holdBack(h.begin(), Operation.BACKING_OFF);
        assertThat(first.state()).isEqualTo(Operation.BACKING_OFF);
        assertThat(second.state()).isEqualTo(Operation.QUEUED);
        assertThat(h.lanes.permits.taken()).isZero();
        assertThat(h.lanes.scheduler.wake()).as("nothing of the key may start").isNull();
        h.queued("b");
        assertThat(h.runAll()).as("others feel nothing").containsExactly("b");
        assertThat(idsInLane("a")).containsExactly(first.id, second.id);
        assertThat(release(first)).isTrue();
        assertThat(h.runAll()).containsExactly("a", "a");
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aLaneWithNothingButAHeldOperationStays() {
        h.queued("a");
        Operation<String> held = holdBack(h.begin(), Operation.PARKED);
        assertThat(h.lanes.table.laneCount()).isEqualTo(1);
        assertThat(h.lanes.counts.isIdle()).isFalse();
        assertThat(h.lanes.removal.takeOut(held, Operation.CANCELLED)).isNotNull();
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void whatComesWhileAKeyIsClosedQueuesBehindAndMakesNothingReady() {
        h.queued("a");
        Operation<String> held = holdBack(h.begin(), Operation.BACKING_OFF);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.ADMITTED);
        StructuralCheck.assertSound(h.lanes);
        assertThat(h.lanes.scheduler.startTurn(LanesHarness.operation("a"), false, 1))
                .as("a turn does not overtake either")
                .isNull();
        release(held);
        Slot<String> slot = h.begin();
        assertThat((Object) slot.current()).isSameAs(held);
        h.finish(slot);
        assertThat(h.runAll()).containsExactly("a");
    }

    @Test
    void anOperationThatIsHeldBackTakesRoomUntilItIsStartedAgain() {
        harness(options -> options.capacity(2));
        h.queued("a");
        Operation<String> held = holdBack(h.begin(), Operation.BACKING_OFF);
        h.queued("b");
        assertThat(h.offer("c")).isEqualTo(AdmissionResult.FULL);
        assertThat(h.lanes.counts.room()).isZero();
        Slot<String> slot = h.begin();
        assertThat(h.offer("c")).as("b has left the queue").isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(h.offer("d")).isEqualTo(AdmissionResult.FULL);
        release(held);
        assertThat(h.offer("d")).as("queued again, in its old room").isEqualTo(AdmissionResult.FULL);
        StructuralCheck.assertSound(h.lanes);
        h.finish(slot);
        h.runAll();
        assertThat(h.lanes.counts.room()).isEqualTo(2);
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void anOperationThatWasStoppedIsNotHeldBack() {
        h.queued("a");
        Slot<String> slot = h.begin();
        Operation<String> operation = slot.current();
        operation.stop();
        assertThat(h.lanes.suspension.holdBack(slot, operation, Operation.PARKED, Attempts.after(null, ERROR, 0, 1, 0)))
                .isFalse();
        assertThat(slot.lane).as("as before").isNotNull();
        StructuralCheck.assertSound(h.lanes);
        h.finish(slot);
    }

    @Test
    void nothingIsHeldBackOnceClosed() {
        h.queued("a");
        Slot<String> slot = h.begin();
        h.lanes.removal.close();
        assertThat(h.lanes.suspension.holdBack(
                        slot, slot.current(), Operation.BACKING_OFF, Attempts.after(null, ERROR, 0, 1, 0)))
                .isFalse();
        h.finish(slot);
        StructuralCheck.assertIdle(h.lanes);
    }

    // ---------------------------------------------------------------- releasing

    @Test
    void aReleaseThatComesLateFindsOtherAttemptsAndDoesNothing() {
        Operation<String> operation = h.queued("a");
        holdBack(h.begin(), Operation.BACKING_OFF);
        Attempts first = operation.attempts;
        Attempts forgiven = first.forgiven();
        assertThat(h.lanes.suspension.release(operation, first, forgiven)).isTrue();
        assertThat(h.lanes.suspension.release(operation, first, first))
                .as("queued")
                .isNull();
        assertThat(h.lanes.suspension.release(operation, forgiven, forgiven))
                .as("queued, with these attempts")
                .isNull();
        holdBack(h.begin(), Operation.PARKED);
        assertThat(h.lanes.suspension.release(operation, first, first))
                .as("held again, for another reason")
                .isNull();
        assertThat(operation.state()).isEqualTo(Operation.PARKED);
        assertThat(operation.attempt()).isEqualTo(1);
        StructuralCheck.assertSound(h.lanes);
        h.lanes.removal.takeOut(operation, Operation.CANCELLED);
    }

    @Test
    void aReleasedOperationOfAPausedKeyDoesNotStart() {
        Operation<String> operation = h.queued("a");
        holdBack(h.begin(), Operation.BACKING_OFF);
        h.lanes.table.pauseKey("a", true);
        StructuralCheck.assertSound(h.lanes);
        assertThat(release(operation)).isFalse();
        assertThat(h.lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(h.lanes);
        assertThat(h.lanes.table.pauseKey("a", false)).isTrue();
        assertThat(h.runAll()).containsExactly("a");
    }

    @Test
    void aKeyThatIsResumedWhileItsHeadIsHeldStaysClosed() {
        Operation<String> operation = h.queued("a");
        holdBack(h.begin(), Operation.PARKED);
        h.lanes.table.pauseKey("a", true);
        assertThat(h.lanes.table.pauseKey("a", false)).isFalse();
        StructuralCheck.assertSound(h.lanes);
        assertThat(h.lanes.scheduler.wake()).isNull();
        h.lanes.removal.takeOut(operation, Operation.CANCELLED);
        StructuralCheck.assertIdle(h.lanes);
    }

    // ---------------------------------------------------------------- several of one key at once

    @Test
    void withTwoOfAKeyAtOnceTheOneThatFailsGoesBackBeforeThoseBehindIt() {
        harness(options -> options.maxConcurrency(3).perKeyConcurrency(2));
        Operation<String> first = h.queued("a");
        Operation<String> second = h.queued("a");
        Operation<String> third = h.queued("a");
        Slot<String> one = h.begin();
        Slot<String> two = h.begin();
        holdBack(two, Operation.BACKING_OFF);
        assertThat(idsInLane("a")).containsExactly(second.id, third.id);
        assertThat(h.lanes.scheduler.wake())
                .as("a key slot is free, but the key is closed")
                .isNull();
        holdBack(one, Operation.BACKING_OFF);
        assertThat(idsInLane("a")).containsExactly(first.id, second.id, third.id);
        assertThat(release(second)).as("not first in its lane").isFalse();
        assertThat(h.lanes.scheduler.wake()).isNull();
        StructuralCheck.assertSound(h.lanes);
        assertThat(release(first)).isTrue();
        one = h.begin();
        two = h.begin();
        assertThat((Object) one.current()).isSameAs(first);
        assertThat((Object) two.current()).isSameAs(second);
        h.finish(one);
        h.finish(two);
        assertThat(h.runAll()).containsExactly("a");
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void withTwoOfAKeyAtOnceALaneThatWasReadyLosesItsToken() {
        harness(options -> options.maxConcurrency(2).perKeyConcurrency(2));
        h.queued("a");
        h.queued("a");
        Slot<String> one = h.begin();
        assertThat(h.lanes.table.readyStripes.get()).as("the second is ready").isNotZero();
        Operation<String> held = holdBack(one, Operation.PARKED);
        assertThat(h.lanes.table.readyStripes.get()).isZero();
        h.lanes.removal.takeOut(held, Operation.CANCELLED);
        assertThat(h.lanes.table.readyStripes.get()).isNotZero();
        assertThat(h.runAll()).containsExactly("a");
    }

    // ---------------------------------------------------------------- taking out

    @Test
    void theHeadThatIsTakenOutOpensTheKeyForTheNext() {
        for (int state : new int[] {Operation.BACKING_OFF, Operation.PARKED}) {
            for (int end : new int[] {Operation.CANCELLED, Operation.FAILED}) {
                harness(options -> {});
                h.queued("a");
                h.queued("a");
                Operation<String> held = holdBack(h.begin(), state);
                h.lanes.removal.takeOut(held, end);
                assertThat(held.state()).isEqualTo(end);
                assertThat(release(held)).as("it is gone").isNull();
                StructuralCheck.assertSound(h.lanes);
                assertThat(h.runAll()).containsExactly("a");
                StructuralCheck.assertIdle(h.lanes);
            }
        }
    }

    @Test
    void aFollowerThatIsTakenOutLeavesTheKeyClosed() {
        h.queued("a");
        Operation<String> follower = h.queued("a");
        Operation<String> last = h.queued("a");
        Operation<String> held = holdBack(h.begin(), Operation.PARKED);
        assertThat(h.lanes.removal.takeOut(follower, Operation.CANCELLED)).isNotNull();
        assertThat(h.lanes.scheduler.wake()).isNull();
        assertThat(idsInLane("a")).containsExactly(held.id, last.id);
        StructuralCheck.assertSound(h.lanes);
        h.lanes.removal.takeOut(last, Operation.CANCELLED);
        h.lanes.removal.takeOut(held, Operation.CANCELLED);
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void purgingTakesTheHeadAndItsFollowersOutInOrderAndTheLaneGoes() {
        List<Operation<String>> queued = List.of(h.queued("a"), h.queued("a"), h.queued("a"));
        holdBack(h.begin(), Operation.PARKED);
        assertThat(h.lanes.removal.takeAllOut("b", new java.util.ArrayList<>())).isEmpty();
        List<Operation<String>> taken = new java.util.ArrayList<>();
        h.lanes.removal.takeAllOut("a", new java.util.ArrayList<>()).forEach(taken::add);
        assertThat(taken).isEqualTo(queued);
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void purgingLeavesWhatRuns() {
        Operation<String> running = h.queued("a");
        Operation<String> behind = h.queued("a");
        Slot<String> slot = h.begin();
        assertThat(h.lanes.removal.takeAllOut("a", new java.util.ArrayList<>()).size())
                .isEqualTo(1);
        assertThat(behind.state()).isEqualTo(Operation.CANCELLED);
        assertThat(running.state()).isEqualTo(Operation.RUNNING);
        StructuralCheck.assertSound(h.lanes);
        assertThat((Object) h.next(slot)).as("the walk does not go on to it").isNull();
        h.lanes.permits.release(slot);
        StructuralCheck.assertIdle(h.lanes);
    }

    // ---------------------------------------------------------------- room of a parked key

    @Test
    void aParkedKeyHoldsAsManyAsThereIsFreeRoomAndNoMore() {
        harness(options -> options.capacity(10));
        h.queued("a");
        holdBack(h.begin(), Operation.PARKED);
        int admitted = 0;
        while (h.offer("a") == AdmissionResult.ADMITTED) {
            admitted++;
        }
        assertThat(admitted).as("with its head five of ten").isEqualTo(4);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(h.lanes.counts.room()).isEqualTo(5);
        for (int i = 0; i < 5; i++) {
            assertThat(h.offer("b" + i)).as("others get the rest").isEqualTo(AdmissionResult.ADMITTED_READY);
        }
        assertThat(h.offer("c")).isEqualTo(AdmissionResult.FULL);
        StructuralCheck.assertSound(h.lanes);
        assertThat(h.lanes.removal.takeAllOut("a", new java.util.ArrayList<>()).size())
                .isEqualTo(5);
        assertThat(h.lanes.counts.room()).isEqualTo(5);
        h.runAll();
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aKeyThatOnlyBacksOffMayFillWhatItMayFillOtherwise() {
        harness(options -> options.capacity(10).capacityPerKey(8));
        h.queued("a");
        Operation<String> held = holdBack(h.begin(), Operation.BACKING_OFF);
        int admitted = 0;
        while (h.offer("a") == AdmissionResult.ADMITTED) {
            admitted++;
        }
        assertThat(admitted).as("with its head eight").isEqualTo(7);
        assertThat(h.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        release(held);
        h.runAll();
    }

    @Test
    void twoParkedKeysAndAFairOneLeaveRoomForEachOther() {
        harness(options -> options.capacity(12));
        h.queued("a");
        holdBack(h.begin(), Operation.PARKED);
        h.queued("b");
        holdBack(h.begin(), Operation.PARKED);
        boolean some = true;
        while (some) {
            some = h.offer("a") == AdmissionResult.ADMITTED;
            some |= h.offer("b") == AdmissionResult.ADMITTED;
        }
        assertThat(h.lanes.table.queued("a")).isEqualTo(4);
        assertThat(h.lanes.table.queued("b")).isEqualTo(4);
        assertThat(h.lanes.counts.room()).isEqualTo(4);
        h.lanes.removal.takeAllOut("a", new java.util.ArrayList<>());
        h.lanes.removal.takeAllOut("b", new java.util.ArrayList<>());
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void closingTakesHeldOperationsOutToo() {
        h.queued("a");
        h.queued("a");
        holdBack(h.begin(), Operation.PARKED);
        h.queued("b");
        holdBack(h.begin(), Operation.BACKING_OFF);
        assertThat(h.lanes.removal.close().size()).isEqualTo(3);
        StructuralCheck.assertIdle(h.lanes);
    }
}
