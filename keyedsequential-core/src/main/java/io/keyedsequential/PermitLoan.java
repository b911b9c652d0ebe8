package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * The permit of the innermost operation of the current thread, lent to others for as long as that operation waits for
 * another one or runs one nested in it. Confined to the thread.
 */
final class PermitLoan {

    private final ThreadOperations holding;

    /** Whether {@link Permits} counts it as lent. */
    private boolean counted;

    /** Whether the thread has told that it waits. */
    private boolean waits;

    private PermitLoan(ThreadOperations holding) {
        this.holding = holding;
    }

    /**
     * The permit that the current thread may lend.
     *
     * @return {@code null} if it has none, or lends it already: a listener that is told of something while its thread
     *     waits may wait itself
     */
    static @Nullable PermitLoan ofThisThread() {
        ThreadOperations holding = ThreadOperations.ofThisThread();
        if (holding == null || holding.isLent()) {
            return null;
        }
        holding.lent(true);
        return new PermitLoan(holding);
    }

    boolean isOf(OperationOwner<?> other) {
        return holding.owner() == other;
    }

    /** Lets others have the permit from now on. */
    void lend() {
        counted = true;
        holding.owner().permits().lend();
        waits = true;
        holding.owner().threadWaits(1);
        holding.owner().wake();
    }

    /** A turn of the same atom has begun with the permit, by {@link Permits#takeNested}. */
    void lentToTurn() {
        counted = true;
    }

    /** Takes the permit back in exchange for a slot of the same atom, in one step. */
    void exchange(Slot<?> slot) {
        counted = false;
        exchange(holding.owner().permits(), slot);
    }

    @SuppressWarnings("unchecked") // the slot is of the same atom, see isOf
    private static <K> void exchange(Permits<K> permits, Slot<?> slot) {
        permits.exchange((Slot<K>) slot);
    }

    /**
     * Waits until there is a permit for the operation to go on with, unless it has it already, or until the thread
     * is interrupted.
     */
    static void takeBack(@Nullable PermitLoan lent) {
        takeBack(lent, 0, false);
    }

    /** The same for a thread that goes on at a certain time, with a permit or without. */
    static void takeBack(@Nullable PermitLoan lent, long until, boolean limited) {
        if (lent == null) {
            return;
        }
        if (lent.counted) {
            lent.counted = false;
            lent.awaitPermit(until, limited);
        }
        if (lent.waits) {
            lent.waits = false;
            lent.holding.owner().threadWaits(-1);
        }
        lent.holding.lent(false);
    }

    private void awaitPermit(long until, boolean limited) {
        Permits<?> permits = holding.owner().permits();
        Permits.Return awaited = permits.takeBack();
        if (awaited != null) {
            holding.owner().permitWantedBack(); // the runner that has got it may have no thread but the current one
            awaited.await(until, limited);
            permits.goOver(awaited);
        }
    }
}
