package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.Eventually;
import java.util.ArrayList;
import java.util.List;

/** Asserts what must hold in a sink whenever its lock is free. */
final class SinkCheck {

    private SinkCheck() {}

    /** The sink is whole, whatever it holds. */
    static void assertSound(SignalSink sink) {
        SinkState state = sink.stateForCheck();
        synchronized (state) {
            List<Signal> remembered = new ArrayList<>(state.remembered.signals);
            assertThat(remembered).hasSizeLessThanOrEqualTo(state.remembered.max);
            for (int i = 0; i < remembered.size(); i++) {
                assertThat(remembered.get(i).sequence())
                        .as("numbers without a gap, up to the last one given")
                        .isEqualTo(state.lastSequence - remembered.size() + 1 + i);
            }
            assertThat(state.backlogs).doesNotHaveDuplicates();
            for (Backlog backlog : state.backlogs) {
                assertThat(backlog.size()).isLessThanOrEqualTo(backlog.bound());
            }
        }
    }

    /** It is whole, everybody has been told everything, and so many subscriptions are open. */
    static void assertIdle(SignalSink sink, int subscriptions) {
        assertSound(sink);
        assertThat(isIdle(sink)).as("idle").isTrue();
        SinkState state = sink.stateForCheck();
        synchronized (state) {
            assertThat(state.backlogs).hasSize(subscriptions);
        }
    }

    /** Waits until everybody has been told everything. */
    static void awaitIdle(SignalSink sink) {
        Eventually.until("all is delivered", () -> isIdle(sink));
    }

    private static boolean isIdle(SignalSink sink) {
        SinkState state = sink.stateForCheck();
        synchronized (state) {
            return state.backlogs.stream().allMatch(each -> each.isIdle() && each.size() == 0);
        }
    }
}
