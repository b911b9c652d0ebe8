package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller does before it waits for room: it does not wait here, so that one thread is enough. */
@Timeout(600)
class BlockedCallersTest {

    /** More than a call takes the lock and lets go of it. */
    private static final int MOMENTS = 16;

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
        assertThat(room.await(LanesHarness.operation("b"), AdmissionResult.FULL, 0))
                .isEqualTo(AdmissionResult.FULL);
        assertThat(h.lanes.table.attention.mayStart(slot)).isFalse();
        assertThat((Object) h.next(slot)).as("under the lock it goes on").isNotNull();
        assertThat((Object) h.next(slot)).isNotNull();
        h.finish(slot);
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aCallerTriesAgainBeforeItWaits() throws InterruptedException {
        assertThat(room.await(LanesHarness.operation("b"), AdmissionResult.FULL, 0))
                .isEqualTo(AdmissionResult.ADMITTED_READY);
        assertThat(h.lanes.table.blockedCallers()).isZero();
        assertThat(h.runAll()).containsExactly("b");
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void aCallerThatIsNotAdmittedInTimeLeavesNothingBehind() throws InterruptedException {
        h.queued("a");
        h.queued("a");
        assertThat(room.await(LanesHarness.operation("b"), AdmissionResult.FULL, 0))
                .isEqualTo(AdmissionResult.FULL);
        assertThat(h.lanes.table.blockedCallers()).isZero();
        assertThat(h.runAll()).containsExactly("a", "a");
        room.admit();
        StructuralCheck.assertIdle(h.lanes);
    }

    /**
     * A caller gives up, because its time is over or it is interrupted, and after any section of the lock or before the
     * next one another thread makes room and admits it: it is admitted or told that it is not, and never both.
     */
    @Test
    void aCallerThatGivesUpWhileItIsAdmittedIsToldWhatBecameOfIt() {
        for (boolean interrupted : new boolean[] {false, true}) {
            int admitted = 0;
            for (int moment = 1; moment <= MOMENTS; moment++) {
                admitted += gaveUp(interrupted, moment) ? 1 : 0;
            }
            assertThat(admitted).as("times it was admitted").isBetween(1, MOMENTS - 1);
        }
    }

    /** Whether the caller was told that it is admitted. */
    private boolean gaveUp(boolean interrupted, int moment) {
        LanesHarness full = new LanesHarness(options -> options.capacity(2));
        full.queued("a");
        full.queued("a");
        HookedLock lock = new HookedLock(moment);
        BlockedCallers<String> callers = new BlockedCallers<>(full.lanes, lock);
        lock.hook = () -> {
            full.finish(full.begin());
            callers.admit();
        };
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        boolean told;
        try {
            AdmissionResult outcome =
                    callers.await(LanesHarness.operation("b"), AdmissionResult.FULL, interrupted ? Long.MAX_VALUE : 0);
            told = outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY;
        } catch (InterruptedException e) {
            told = false;
        } finally {
            Thread.interrupted();
        }
        lock.hook = null;
        List<String> ran = full.runAll();
        assertThat(ran.contains("b"))
                .as("runs, with room made at moment %d", moment)
                .isEqualTo(told);
        callers.admit();
        assertThat(full.runAll()).isEmpty();
        StructuralCheck.assertIdle(full.lanes);
        return told;
    }

    /** Does something once, at one of the moments before its thread takes it and after it has let go of it. */
    private static final class HookedLock extends ReentrantLock {

        private int moment;

        private Runnable hook;

        HookedLock(int moment) {
            this.moment = moment;
        }

        @Override
        public void lock() {
            moment();
            super.lock();
        }

        @Override
        public void unlock() {
            super.unlock();
            moment();
        }

        private void moment() {
            if (!isHeldByCurrentThread() && hook != null && --moment == 0) {
                hook.run();
            }
        }
    }
}
