package io.keyedsequential;

/** A slot that runs the first of two operations of one lane, and may walk on to the second. */
final class Walk {

    final Lanes<String> lanes;
    final Operation<String> second = operation("a");
    private final Operation<String> first = operation("a");
    private final Slot<String> slot;

    private Walk(boolean besideAnother) {
        this.lanes = new Lanes<>(
                "lanes", CoordinatorOptions.builder().maxConcurrency(2).build());
        lanes.admission.offer(first, false, false);
        lanes.admission.offer(second, false, false);
        this.slot = begin();
        if (besideAnother) {
            lanes.admission.offer(operation("b"), false, false);
            begin();
        }
    }

    /** Nothing else runs. */
    static Walk alone() {
        return new Walk(false);
    }

    /** An operation of another lane runs for as long as the test does. */
    static Walk besideAnother() {
        return new Walk(true);
    }

    private static Operation<String> operation(String key) {
        return new PlainOperation<>(key, () -> {}, 0);
    }

    private Slot<String> begin() {
        Slot<String> searcher = lanes.scheduler.wake();
        if (searcher == null || lanes.scheduler.takeReady(searcher, 0) == null) {
            throw new IllegalStateException("a permit is free, a lane is ready, and nothing started");
        }
        lanes.permits.found(searcher);
        return searcher;
    }

    /** Ends the first operation and goes on to the second, if that may start. */
    boolean next() {
        first.end(Operation.COMPLETED, null, 0);
        slot.completed();
        return lanes.scheduler.next(slot, first, 0) != null;
    }

    boolean hasStarted() {
        return second.state() != Operation.QUEUED;
    }
}
