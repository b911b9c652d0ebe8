package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sink remembers, from both sides of both bounds. */
class RememberingTest {

    private static final Duration AGE = Duration.ofSeconds(10);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final ManualClock clock = new ManualClock();
    private final SignalSink sink = new SignalSink(3, AGE, clock);

    @AfterEach
    void isSound() {
        SinkCheck.assertSound(sink);
    }

    private List<String> sensed(String pattern) {
        return sink.sense(pattern).stream().map(Signal::name).toList();
    }

    private int held() {
        SinkState state = sink.stateForCheck();
        synchronized (state) {
            return state.remembered.signals.size();
        }
    }

    @Test
    void aSignalSaysWhatItWasGiven() {
        Signal raised = sink.raise("orders.failed", "orders", 7, "out of stock");
        assertThat(raised).isEqualTo(new Signal(1, "orders.failed", "orders", 7, "out of stock", clock.instant()));
        assertThat(sink.raise("tick")).isEqualTo(new Signal(2, "tick", null, 0, null, clock.instant()));
        assertThat(sink.raise("tock", "clock")).isEqualTo(new Signal(3, "tock", "clock", 0, null, clock.instant()));
        assertThat(sink.sense("orders.*")).containsExactly(raised);
    }

    @Test
    void asManyAreRememberedAsWasSaidAndNotOneMore() {
        sink.raise("a");
        sink.raise("b");
        assertThat(sensed("*")).containsExactly("a", "b");
        sink.raise("c");
        assertThat(sensed("*")).containsExactly("a", "b", "c");
        sink.raise("d");
        assertThat(sensed("*")).containsExactly("b", "c", "d");
    }

    @Test
    void aSignalIsRememberedUntilItIsOlderThanWasSaid() {
        sink.raise("a");
        clock.move(INSTANT);
        sink.raise("b");
        clock.move(AGE.minus(INSTANT));
        assertThat(sensed("*")).containsExactly("a", "b");
        clock.move(INSTANT);
        assertThat(sensed("*")).containsExactly("b");
        assertThat(sink.detect("a")).isFalse();
        clock.move(INSTANT);
        assertThat(sensed("*")).isEmpty();
        assertThat(sink.last("b")).isEmpty();
    }

    @Test
    void whatIsTooOldIsLetGoByWhoeverLooks() {
        sink.raise("a");
        sink.raise("b");
        clock.move(AGE.plus(INSTANT));
        assertThat(held()).isEqualTo(2);
        sink.sense("nothing");
        assertThat(held()).isZero();
    }

    @Test
    void whatIsTooOldIsLetGoByWhoeverRaises() {
        sink.raise("a");
        sink.raise("b");
        clock.move(AGE.plus(INSTANT));
        sink.raise("c");
        assertThat(held()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackHidesNothingAndShowsNothingTooOld() {
        sink.raise("late");
        clock.move(Duration.ofSeconds(-5));
        sink.raise("early");
        clock.move(AGE);
        assertThat(sensed("*")).containsExactly("late", "early");
        clock.move(INSTANT);
        assertThat(sensed("*")).containsExactly("late");
        assertThat(sink.detect("early")).isFalse();
        sink.raise("a");
        sink.raise("b");
        assertThat(held()).isEqualTo(3);
    }

    @Test
    void theLastOfAPatternIsTheOneRaisedLast() {
        Signal first = sink.raise("orders.paused");
        Signal second = sink.raise("orders.paused");
        sink.raise("bills.paused");
        assertThat(sink.last("orders.*")).contains(second).isNotEqualTo(first);
        assertThat(sink.last("nobody.*")).isEmpty();
        assertThat(sink.detect("?ills.paused")).isTrue();
        assertThat(sink.detect("?rders")).isFalse();
    }

    @Test
    void whatWasSensedDoesNotChange() {
        sink.raise("a");
        List<Signal> sensed = sink.sense("*");
        sink.raise("b");
        assertThat(sensed).hasSize(1);
        assertThatThrownBy(sensed::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theDefaultsAreTheConstants() {
        SignalSink unbounded = new SignalSink();
        for (int i = 0; i <= SignalSink.DEFAULT_MAX_SIGNALS; i++) {
            unbounded.raise("a");
        }
        assertThat(unbounded.sense("a")).hasSize(SignalSink.DEFAULT_MAX_SIGNALS);
    }
}
