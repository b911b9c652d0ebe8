package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * The permit of the innermost operation of the current thread, lent to others for as long as that operation waits for another
 * one or runs one nested in it. Confined to the thread.
 */
final class Lent {

    private final StripedCoordinator<?> coordinator;
    private boolean back;

    private Lent(StripedCoordinator<?> coordinator) {
        this.coordinator = coordinator;
    }

    /** Lends the permit, if the current thread has one. */
    static @Nullable Lent ofThisThread() {
        StripedCoordinator<?> holder = Holding.innermostHolder();
        if (holder == null) {
            return null;
        }
        holder.lanesForCheck().permits.lend();
        holder.wake();
        return new Lent(holder);
    }

    boolean isOf(StripedCoordinator<?> other) {
        return coordinator == other;
    }

    /** Takes the permit back in exchange for a slot of the same atom, in one step. */
    void exchange(Slot<?> slot) {
        back = true;
        exchange(coordinator.lanesForCheck(), slot);
    }

    @SuppressWarnings("unchecked") // the slot is of the same atom, see isOf
    private static <K> void exchange(Lanes<K> lanes, Slot<?> slot) {
        lanes.permits.exchange((Slot<K>) slot);
    }

    /** Waits until there is a permit for the operation to go on with, unless it has it already. */
    static void takeBack(@Nullable Lent lent) {
        if (lent == null || lent.back) {
            return;
        }
        lent.back = true;
        Lanes<?> lanes = lent.coordinator.lanesForCheck();
        Permits.Return awaited = lanes.permits.takeBack();
        if (awaited != null) {
            lanes.settleStarts(); // whoever has got it ends what it runs, and starts nothing more with it
            awaited.await();
        }
    }
}
