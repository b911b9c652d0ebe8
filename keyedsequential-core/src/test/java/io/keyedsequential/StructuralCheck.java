package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Asserts the {@link StructuralInvariants}: nothing moves, but bodies may be held inside of their operations. */
final class StructuralCheck {

    private StructuralCheck() {}

    /** The engine is whole, whatever it holds. */
    static void assertSound(KeyedCoordinator<?> coordinator) {
        Lanes<?> lanes = ((StripedCoordinator<?>) coordinator).lanes();
        assertThat(StructuralInvariants.violationsInBodies(lanes, coordinator.options(), false))
                .isEmpty();
    }

    /** The same where what the lanes decide is acted on by nothing: a lane that becomes ready wakes no runner. */
    static void assertSound(Lanes<?> lanes) {
        assertThat(StructuralInvariants.violationsInBodies(lanes, null, true)).isEmpty();
    }

    /** The engine is whole and holds nothing but lanes that an operator paused. */
    static void assertIdle(KeyedCoordinator<?> coordinator) {
        Lanes<?> lanes = ((StripedCoordinator<?>) coordinator).lanes();
        // What was let in may have run before the thread that waited for it is awake.
        Eventually.until("no lane is kept for who waits", () -> !isAnyOnlyAwaited(lanes));
        assertThat(StructuralInvariants.violationsButForPaused(lanes, coordinator.options()))
                .isEmpty();
        OperationTimes times = coordinator.times();
        assertThat(List.of(
                        times.completed().count(),
                        times.failed().count(),
                        times.cancelled().count()))
                .as("operations whose times were added")
                .containsExactly(lanes.counts.completed(), lanes.counts.failed(), lanes.counts.cancelled());
    }

    static void assertIdle(Lanes<?> lanes) {
        assertThat(StructuralInvariants.violationsButForPaused(lanes, null)).isEmpty();
    }

    private static <K> boolean isAnyOnlyAwaited(Lanes<K> lanes) {
        boolean[] any = new boolean[1];
        for (Stripe<K> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                stripe.forEach(lane -> any[0] |= lane.isOnlyAwaited());
            }
        }
        return any[0];
    }
}
