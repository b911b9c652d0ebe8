package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class StartBarrierTest {

    @Test
    void whoeverRaisesAttentionWaitsForAStartThatIsAnnounced() {
        LanesHarness harness = new LanesHarness(options -> {});
        harness.queued("a");
        Slot<String> slot = harness.begin();
        StartBarrier<String> barrier = harness.lanes.table.attention;
        slot.attention = barrier.word();
        assertThat(barrier.mayStart(slot)).isTrue();
        AtomicBoolean started = new AtomicBoolean();
        TestThread<Boolean> other = TestThread.start(() -> {
            barrier.raise();
            return started.get();
        });
        Eventually.until("it waits or goes on", () -> other.isDone() || other.isIn("raise"));
        started.set(true);
        slot.concludeStart();
        assertThat(other.result()).as("the start was over").isTrue();
        assertThat(barrier.mayStart(slot)).isFalse();
        harness.finish(slot);
        StructuralCheck.assertIdle(harness.lanes);
    }
}
