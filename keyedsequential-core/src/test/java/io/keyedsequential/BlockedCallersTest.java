package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.Lanes.Admission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller does before it waits for room: it does not wait here, so that one thread is enough. */
@Timeout(600)
class BlockedCallersTest {

    private final LanesHarness h = new LanesHarness(options -> options.capacity(2));
    private final BlockedCallers<String> room = new BlockedCallers<>(h.lanes);

    /** A walker that went on without the lock might start an operation and miss the caller whose room that makes. */
    @Test
    void aCallerThatGoesToWaitEndsTheWalk() throws InterruptedException {
        h.queued("a");
        Slot<String> slot = h.begin();
        h.queued("a");
        h.queued("a");
        assertThat(slot.walking).isTrue();
        assertThat(room.await(LanesHarness.operation("b"), Admission.FULL, 0)).isEqualTo(Admission.FULL);
        assertThat(h.lanes.attention.mayStart(slot)).isFalse();
        assertThat((Object) h.next(slot)).as("under the lock it goes on").isNotNull();
        assertThat((Object) h.next(slot)).isNotNull();
        h.finish(slot);
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aCallerTriesAgainBeforeItWaits() throws InterruptedException {
        assertThat(room.await(LanesHarness.operation("b"), Admission.FULL, 0)).isEqualTo(Admission.ADMITTED_READY);
        assertThat(h.lanes.blockedCallers()).isZero();
        assertThat(h.runAll()).containsExactly("b");
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aCallerThatIsNotAdmittedInTimeLeavesNothingBehind() throws InterruptedException {
        h.queued("a");
        h.queued("a");
        assertThat(room.await(LanesHarness.operation("b"), Admission.FULL, 0)).isEqualTo(Admission.FULL);
        assertThat(h.lanes.blockedCallers()).isZero();
        assertThat(h.runAll()).containsExactly("a", "a");
        room.admit();
        StructuralCheck.assertIdle(h.lanes);
    }
}
