package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the deciding classes make of operations that gather, in what the other options ask for. */
class GatheringPlaceTest {

    private static final Exception FAILURE = new IllegalStateException("on purpose");

    private LanesHarness harness = new LanesHarness(options -> {});

    private void given(Consumer<CoordinatorOptions.Builder> options) {
        harness = new LanesHarness(options);
    }

    @AfterEach
    void isSound() {
        StructuralCheck.assertSound(harness.lanes);
    }

    private CoalescedOperation<String, Integer> gathering(String group) {
        Coalescing coalescing = Coalescing.latest(group).quiet(Duration.ofHours(1), Duration.ofHours(1));
        return new CoalescedOperation<>(null, "a", coalescing, () -> 1, 1);
    }

    private CoalescedOperation<String, Integer> admitted(String group) {
        CoalescedOperation<String, Integer> operation = gathering(group);
        assertThat(harness.offer(operation)).isEqualTo(AdmissionResult.ADMITTED);
        return operation;
    }

    private List<Operation<String>> lane() {
        List<Operation<String>> found = new ArrayList<>();
        harness.lanes.table.look("a", lane -> {
            for (Operation<String> each = lane.head; each != null; each = each.next()) {
                found.add(each);
            }
        });
        return found;
    }

    private void park(Slot<String> slot, Operation<String> operation) {
        Attempts attempts = Attempts.after(null, FAILURE, 0, 0, 0);
        assertThat(harness.lanes.suspension.holdBack(slot, operation, Operation.PARKED, attempts))
                .isTrue();
    }

    @Test
    void anOperationThatFailsIsPutBackBeforeOneThatGatheredAndIsOlderById() {
        CoalescedOperation<String, Integer> gathered = admitted("x");
        Operation<String> failing = harness.queued("a");
        assertThat(harness.lanes.admission.gathered(gathered, 2)).isFalse();
        Slot<String> slot = harness.begin();
        assertThat((Object) slot.current()).isSameAs(failing);
        park(slot, failing);
        assertThat(lane()).containsExactly(failing, gathered);
        assertThat((Object) heldBack("a")).isSameAs(failing);
    }

    @Test
    void replacingAnOperationEndsTheWalkTowardsIt() {
        harness.queued("a");
        CoalescedOperation<String, Integer> older =
                new CoalescedOperation<>(null, "a", Coalescing.latest("x"), () -> 1, 1);
        CoalescedOperation<String, Integer> newer =
                new CoalescedOperation<>(null, "a", Coalescing.latest("x"), () -> 2, 1);
        harness.offer(older);
        Slot<String> slot = harness.begin();
        assertThat(slot.walking).isTrue();
        harness.offer(newer);
        assertThat(older.state()).isEqualTo(Operation.CANCELLED);
        assertThat(harness.lanes.table.attention.mayStart(slot)).isFalse();
    }

    @Test
    void whatGatheredAfterTheSameAdmissionKeepsItsOrderWhenItFails() {
        given(options -> options.maxConcurrency(3).perKeyConcurrency(3));
        CoalescedOperation<String, Integer> third = admitted("x");
        CoalescedOperation<String, Integer> second = admitted("y");
        Operation<String> first = harness.queued("a");
        harness.lanes.admission.gathered(second, 2);
        harness.lanes.admission.gathered(third, 2);
        Slot<String> one = harness.begin();
        Slot<String> two = harness.begin();
        Slot<String> three = harness.begin();
        assertThat(List.of(one.current(), two.current(), three.current())).isEqualTo(List.of(first, second, third));
        park(two, second);
        park(three, third);
        park(one, first);
        assertThat(lane()).containsExactly(first, second, third);
        harness.lanes.permits.release(one);
        harness.lanes.permits.release(two);
        harness.lanes.permits.release(three);
    }

    @Test
    void whatGathersTakesTheRoomOfItsKeyUpToTheLastPlace() {
        given(options -> options.capacity(10).capacityPerKey(3));
        CoalescedOperation<String, Integer> first = admitted("x");
        admitted("y");
        harness.queued("a");
        assertThat(harness.offer(gathering("z"))).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(harness.offer("a")).isEqualTo(AdmissionResult.KEY_FULL);
        assertThat(harness.offer("b")).isNotEqualTo(AdmissionResult.KEY_FULL);
        assertThat(harness.offer(gathering("y"))).as("in place of another").isEqualTo(AdmissionResult.ADMITTED);
        harness.lanes.admission.gathered(first, 2);
        assertThat(harness.lanes.table.queued("a")).isEqualTo(3);
        assertThat(harness.lanes.removal.takeOut(first, Operation.CANCELLED)).isNotNull();
        harness.queued("a");
    }

    private Operation<String> heldBack(String key) {
        List<Operation<String>> found = new ArrayList<>();
        harness.lanes.table.look(key, lane -> found.add(lane.heldBack()));
        return found.get(0);
    }
}
