package io.keyedsequential;

/** A slot that runs an operation, and may walk on to a coalesced one that may be replaced. */
final class CoalescedWalk {

    private final StripedCoordinator<String> coordinator = new StripedCoordinator<>(
            "engine",
            CoordinatorOptions.builder()
                    .maxConcurrency(1)
                    .window(0)
                    .executor(runner -> {})
                    .build());
    private final Lanes<String> lanes = coordinator.lanes();
    private final Operation<String> first = new PlainOperation<>("a", () -> {}, 0);
    private final CoalescedOperation<String, String> older = coalesced();
    private final CoalescedOperation<String, String> newer = coalesced();
    private final Slot<String> slot;

    CoalescedWalk() {
        lanes.admission.offer(first, false, false);
        lanes.admission.offer(older, false, false);
        Slot<String> searcher = lanes.scheduler.wake();
        if (searcher == null || lanes.scheduler.takeReady(searcher, 0) == null) {
            throw new IllegalStateException("nothing started");
        }
        lanes.permits.found(searcher);
        slot = searcher;
    }

    private CoalescedOperation<String, String> coalesced() {
        return new CoalescedOperation<>(coordinator.crew.owner(), "a", Coalescing.latest("group"), () -> "", 0);
    }

    /** Goes on: 1 to the older one, 2 to the newer one, 0 to none. */
    int next() {
        first.end(Operation.COMPLETED, null, 0);
        slot.completed();
        Operation<String> started = lanes.scheduler.next(slot, first, 0);
        return started == older ? 1 : started == newer ? 2 : 0;
    }

    /** Whether the newer one took the place of the older one. */
    boolean submitNewer() {
        lanes.admission.offer(newer, false, false);
        return newer.replaced == older && older.state() == Operation.CANCELLED;
    }

    boolean isNewerThere() {
        return newer.state() == Operation.RUNNING || lanes.table.queued("a") == 1;
    }
}
