package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/** One permit, lent by an operation that runs, and used by another one; a third is ready. */
final class LentPermit {

    private final Lanes<String> lanes =
            new Lanes<>("lanes", CoordinatorOptions.builder().maxConcurrency(1).build());
    private final Slot<String> lender = begin("a");
    private final Slot<String> borrower;
    private Permits.@Nullable Return awaited;
    private @Nullable Slot<String> woken;
    private int started;

    LentPermit() {
        lanes.permits.lend();
        borrower = begin("b");
        lanes.admission.offer(new PlainOperation<>("c", () -> {}, 0), false, false);
    }

    private Slot<String> begin(String key) {
        lanes.admission.offer(new PlainOperation<>(key, () -> {}, 0), false, false);
        Slot<String> slot = lanes.scheduler.wake();
        if (slot == null || lanes.scheduler.takeReady(slot, 0) == null) {
            throw new IllegalStateException("a permit is free, a lane is ready, and nothing started");
        }
        lanes.permits.found(slot);
        return slot;
    }

    void takeBack() {
        awaited = lanes.permits.takeBack();
    }

    /** The lender waits no longer than until now: it goes on, granted or not. */
    void takeBackOrGoOver() {
        Permits.Return wanted = lanes.permits.takeBack();
        if (wanted != null) {
            lanes.permits.goOver(wanted);
        }
    }

    /** Ends the operation of the borrower, and may be given a slot again to search with. */
    void leaveAndIdle() {
        woken = end(borrower);
    }

    boolean isBack() {
        return lanes.permits.lent() == 0 && (awaited == null || awaited.granted) && !lanes.permits.isOverLimit();
    }

    /** Whoever was woken goes on until there is nothing to do. */
    void goOn() {
        while (woken != null) {
            Slot<String> slot = woken;
            if (lanes.scheduler.takeReady(slot, 0) == null) {
                woken = lanes.scheduler.idle(slot);
            } else {
                started++;
                lanes.permits.found(slot);
                woken = end(slot);
            }
        }
    }

    /** Ends the operation of the lender. */
    void endLender() {
        woken = end(lender);
    }

    int started() {
        return started;
    }

    private @Nullable Slot<String> end(Slot<String> slot) {
        Operation<String> operation = slot.current();
        if (operation != null) {
            operation.end(Operation.COMPLETED, null, 0);
        }
        slot.completed();
        lanes.scheduler.leave(slot, 0);
        return lanes.scheduler.idle(slot);
    }
}
