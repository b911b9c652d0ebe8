package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A process that stood still asks before it starts anything, whoever notices first. */
class FreezeGuardTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // wraps around soon
    private final FreezeGuard guard = new FreezeGuard(now::get);
    private final Membership membership = new Membership(guard);

    @Test
    void aClockThatTicksConfirmsNothingAnew() {
        for (int tick = 0; tick < 50; tick++) {
            pass(FreezeGuard.TICK_MILLIS);
            guard.tick();
            assertThat(membership.isConfirmed()).isTrue();
        }
    }

    @Test
    void aStartThatIsFasterThanTheClockNoticesTheGap() {
        pass(5_000);
        assertThat(membership.isConfirmed()).isFalse();
        guard.tick();
        assertThat(membership.isConfirmed()).isFalse();
        membership.confirm(membership.term());
        assertThat(membership.isConfirmed()).isTrue();
    }

    @Test
    void aClockThatIsFasterThanAStartTellsOfTheGap() {
        pass(5_000);
        guard.tick();
        assertThat(membership.isConfirmed()).isFalse();
    }

    @Test
    void whatWasAskedBeforeASecondGapConfirmsNothingAfterIt() {
        pass(5_000);
        int asked = membership.term();
        pass(5_000);
        membership.confirm(asked);
        assertThat(membership.isConfirmed()).isFalse();
    }

    @Test
    void oneGapIsOneTerm() {
        pass(5_000);
        int term = guard.term();
        assertThat(guard.term()).isEqualTo(term);
        guard.tick();
        assertThat(guard.term()).isEqualTo(term);
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
