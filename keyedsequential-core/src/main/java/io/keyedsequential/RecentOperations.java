package io.keyedsequential;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The window: the operations that finished last, in two rings so that failed ones outlive successful ones.
 *
 * <p>A lock or a shared counter for every operation would cost a third of the throughput, so the holder of a slot claims
 * a few entries of the ring at a time and fills them as it goes. With one runner the ring holds exactly the last
 * {@code window} operations; with several, an entry that is claimed and not filled yet still shows an older one.
 */
final class RecentOperations<K> {

    private static final int LARGEST_CLAIM = 16;

    private final int window;
    private final int claim;
    private final long maxAge;
    private final AtomicReferenceArray<@Nullable Operation<K>> successes;
    private final AtomicReferenceArray<@Nullable Operation<K>> failures;
    private final AtomicLong nextSuccess = new AtomicLong();
    private final AtomicLong nextFailure = new AtomicLong();

    RecentOperations(int window, long maxAgeNanos, int maxConcurrency) {
        this.window = window;
        this.claim = Math.max(1, Math.min(LARGEST_CLAIM, window / (2 * maxConcurrency)));
        this.maxAge = maxAgeNanos;
        this.successes = new AtomicReferenceArray<>(window);
        this.failures = new AtomicReferenceArray<>(window);
    }

    /** Remembers an operation that the holder of a slot has completed. */
    void completed(Slot<K> slot, Operation<K> operation) {
        if (window == 0) {
            return;
        }
        if (slot.recentLeft == 0) {
            slot.recentNext = (int) (nextSuccess.getAndAdd(claim) % window);
            slot.recentLeft = claim;
        }
        int index = slot.recentNext;
        successes.setRelease(index, operation);
        slot.recentNext = index + 1 == window ? 0 : index + 1;
        slot.recentLeft--;
    }

    /** Remembers an operation that completed or was cancelled away from a slot. */
    void ended(Operation<K> operation) {
        if (window > 0) {
            successes.setRelease((int) (nextSuccess.getAndIncrement() % window), operation);
        }
    }

    /** Remembers an operation that failed. */
    void failed(Operation<K> operation) {
        if (window > 0) {
            failures.setRelease((int) (nextFailure.getAndIncrement() % window), operation);
        }
    }

    /**
     * What is remembered, newest first, at most {@code window} operations none of which is too old. Failures fill at least
     * half of it if there are as many.
     */
    List<Operation<K>> list(long now) {
        List<Operation<K>> failed = newestFirst(failures, now);
        List<Operation<K>> succeeded = newestFirst(successes, now);
        int failedShown = Math.min(failed.size(), Math.max(window / 2, window - succeeded.size()));
        int succeededShown = Math.min(succeeded.size(), window - failedShown);
        List<Operation<K>> shown = new ArrayList<>(failed.subList(0, failedShown));
        shown.addAll(succeeded.subList(0, succeededShown));
        shown.sort(newestFirst());
        return shown;
    }

    private List<Operation<K>> newestFirst(AtomicReferenceArray<@Nullable Operation<K>> ring, long now) {
        List<Operation<K>> found = new ArrayList<>();
        for (int i = 0; i < ring.length(); i++) {
            Operation<K> operation = ring.getAcquire(i);
            if (operation != null && now - operation.finishedAt <= maxAge) {
                found.add(operation);
            }
        }
        found.sort(newestFirst());
        return found;
    }

    private Comparator<Operation<K>> newestFirst() {
        return (a, b) -> {
            long later = b.finishedAt - a.finishedAt; // as System.nanoTime asks: a difference, not a comparison
            return later != 0 ? Long.signum(later) : Long.compare(b.id, a.id);
        };
    }
}
