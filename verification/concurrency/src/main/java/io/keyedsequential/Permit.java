package io.keyedsequential;

/** Lanes of which one slot is in a known position: the start of the tests about waking. */
final class Permit {

    final Lanes<String> lanes;
    private final Slot<String> slot;

    private Permit(Lanes<String> lanes, Slot<String> slot) {
        this.lanes = lanes;
        this.slot = slot;
    }

    private static Lanes<String> lanes(int limit) {
        return new Lanes<>(
                "lanes",
                CoordinatorOptions.builder()
                        .maxConcurrency(limit)
                        .fairScheduling(true)
                        .build());
    }

    private static Slot<String> woken(Lanes<String> lanes) {
        Slot<String> slot = lanes.scheduler.wake();
        if (slot == null) {
            throw new IllegalStateException("a permit is free, a lane is ready, and nobody was woken");
        }
        return slot;
    }

    private static void offer(Lanes<String> lanes, String key) {
        lanes.admission.offer(new PlainOperation<>(key, () -> {}, 0), false, false);
    }

    /** The slot has ended its operation, has looked for another and found none. */
    static Permit nothingFound(int limit) {
        Permit permit = found(limit);
        permit.lanes.permits.found(permit.slot);
        permit.endAndLeave();
        permit.lanes.scheduler.takeReady(permit.slot, 0);
        return permit;
    }

    /** The slot has taken a lane and still has the mark of the searcher. */
    static Permit found(int limit) {
        Lanes<String> lanes = lanes(limit);
        offer(lanes, "a");
        Permit permit = new Permit(lanes, woken(lanes));
        lanes.scheduler.takeReady(permit.slot, 0);
        return permit;
    }

    /** The slot runs an operation of one lane, and another lane is ready. */
    static Permit runningWithOneReady(int limit) {
        Permit permit = found(limit);
        permit.lanes.permits.found(permit.slot);
        offer(permit.lanes, "b");
        return permit;
    }

    /** The atom is paused, a lane is ready, and the slot was not allowed to take it. */
    static Permit heldWithOneReady() {
        Lanes<String> lanes = lanes(1);
        offer(lanes, "a");
        Slot<String> slot = woken(lanes);
        lanes.table.hold(Permits.PAUSED, true);
        lanes.scheduler.takeReady(slot, 0);
        return new Permit(lanes, slot);
    }

    private void endAndLeave() {
        Operation<String> operation = slot.current();
        if (operation != null) {
            operation.end(Operation.COMPLETED, null, 0);
        }
        slot.completed();
        lanes.scheduler.leave(slot, 0);
    }

    int offerAndWake(String key) {
        offer(lanes, key);
        return wake();
    }

    int foundAndWake() {
        lanes.permits.found(slot);
        return wake();
    }

    int idle() {
        return lanes.scheduler.idle(slot) == null ? 0 : 1;
    }

    int leaveAndIdle() {
        endAndLeave();
        return idle();
    }

    int resume() {
        lanes.table.hold(Permits.PAUSED, false);
        return wake();
    }

    int limit(int value) {
        lanes.table.limit(value);
        return wake();
    }

    private int wake() {
        return lanes.scheduler.wake() == null ? 0 : 1;
    }
}
