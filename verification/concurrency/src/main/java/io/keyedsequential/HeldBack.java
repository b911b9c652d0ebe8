package io.keyedsequential;

/** An operation that is held back between two attempts. */
final class HeldBack {

    private final CoordinatorOptions options =
            CoordinatorOptions.builder().maxConcurrency(1).build();
    private final Lanes<String> lanes = new Lanes<>("lanes", options);
    private final Operation<String> operation = new PlainOperation<>("a", () -> {}, 0);
    private final Attempts attempts = Attempts.after(null, new Exception("an attempt"), 0, 0, 0);

    HeldBack() {
        lanes.admission.offer(operation, false, false);
        Slot<String> slot = lanes.scheduler.wake();
        if (slot == null || lanes.scheduler.takeReady(slot, 0) == null) {
            throw new IllegalStateException("nothing started");
        }
        lanes.permits.found(slot);
        lanes.suspension.holdBack(slot, operation, Operation.BACKING_OFF, attempts);
        lanes.permits.release(slot);
    }

    void release() {
        lanes.suspension.release(operation, attempts, attempts);
    }

    int takeOut(int state) {
        return lanes.removal.takeOut(operation, state) == null ? 0 : 1;
    }

    /** Now that the operation has ended. */
    int violations() {
        return StructuralInvariants.violationsAtRest(lanes, options).size();
    }
}
