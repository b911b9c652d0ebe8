package io.keyedsequential;

import java.util.Arrays;
import java.util.List;

/**
 * An item of {@link KeyedSequentialAtom#enqueueAll} was not accepted. The items before it are enqueued and stay so; it
 * and the items after it are not. The cause is what {@link KeyedSequentialAtom#enqueue} threw. The message says how
 * many are in, for example
 * {@code orders: rejected, full (enqueued=3, queued=10000, active=8, lanes=412, capacity=10000)}.
 */
public final class PartlyEnqueuedException extends RejectedOperationException {

    private static final long serialVersionUID = 1L;

    /** The ids, serialisable as they are. */
    private final long[] enqueued;

    PartlyEnqueuedException(RejectedOperationException cause, KeyedCoordinator<?> coordinator, List<Long> enqueued) {
        super(cause.atom(), cause.reason(), numbers(coordinator, enqueued.size()), cause);
        this.enqueued = enqueued.stream().mapToLong(Long::longValue).toArray();
    }

    private static String numbers(KeyedCoordinator<?> coordinator, int enqueued) {
        CoordinatorStats stats = coordinator.stats();
        return "enqueued=%d, queued=%d, active=%d, lanes=%d, capacity=%d"
                .formatted(
                        enqueued,
                        stats.queued(),
                        stats.active(),
                        stats.lanes(),
                        coordinator.options().capacity());
    }

    /**
     * The operations that were enqueued before.
     *
     * @return their ids, in the order of the iteration; immutable, empty if the first item was rejected
     */
    public List<Long> enqueued() {
        return Arrays.stream(enqueued).boxed().toList();
    }
}
