package io.keyedsequential;

/** An operation that runs on a slot and is about to fail, to be tried again much later. */
final class Attempt {

    private final StripedCoordinator<String> coordinator = new StripedCoordinator<>(
            "engine",
            CoordinatorOptions.builder()
                    .maxConcurrency(1)
                    .window(0)
                    .executor(runner -> {})
                    .build());
    private final Lanes<String> lanes = coordinator.lanes();
    private final Operation<String> operation = new PlainOperation<>("a", () -> {}, 0);
    private final Slot<String> slot;

    Attempt() {
        lanes.admission.offer(operation, false, false);
        Slot<String> searcher = lanes.scheduler.wake();
        if (searcher == null || lanes.scheduler.takeReady(searcher, 0) == null) {
            throw new IllegalStateException("nothing started");
        }
        lanes.permits.found(searcher);
        slot = searcher;
    }

    void fails() {
        Attempts attempts = Attempts.after(null, new Exception("an attempt"), 0, 0, 0);
        if (!lanes.suspension.holdBack(slot, operation, Operation.BACKING_OFF, attempts)) {
            coordinator.crew.outcomes().record(slot, operation, attempts.error(), 0);
            lanes.scheduler.leave(slot, 0);
        }
    }

    boolean cancel() {
        return coordinator.crew.outcomes().cancel(operation, true);
    }

    boolean isWaiting() {
        return operation.isWaiting();
    }
}
