package io.keyedsequential;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The window: the operations that finished last, in two rings so that failed ones outlive successful ones.
 *
 * <p>A lock or a shared counter for every operation would cost a third of the throughput, so the holder of a slot
 * claims a few entries of the ring at a time and fills them as it goes. With one runner the ring holds exactly the last
 * {@code window} operations; with several, an entry that is claimed and not filled yet still shows an older one.
 *
 * <p>What is too old is not shown, and is forgotten soon after: a timer looks as long as anything is remembered, so
 * that neither keys nor errors stay reachable because nothing follows them.
 *
 * <p>The lost look: an operation is remembered just when a look finds nothing and no other look is to follow. Its
 * thread reads that one is set, and to make it read that after its write has become visible would cost every operation
 * a fence. So the look that finds nothing is followed by one more, after which at the latest the write is visible.
 */
final class RecentOperations<K> {

    private static final int LARGEST_CLAIM = 16;

    /** How often at most what is too old is looked for in the time that operations are remembered. */
    private static final int LOOKS_IN_AGE = 8;

    /** However short that time is. */
    private static final long SHORTEST_LOOK_NANOS = 1_000_000;

    private final int window;
    private final int claim;
    private final long maxAge;
    private final Timer timer;
    private final LongSupplier clock;

    /** Whether a look is due at what has become too old. */
    private final AtomicBoolean watched = new AtomicBoolean();

    private final AtomicReferenceArray<@Nullable Operation<K>> successes;
    private final AtomicReferenceArray<@Nullable Operation<K>> failures;
    private final AtomicLong nextSuccess = new AtomicLong();
    private final AtomicLong nextFailure = new AtomicLong();

    RecentOperations(int window, long maxAgeNanos, int maxConcurrency, Timer timer) {
        this(window, maxAgeNanos, maxConcurrency, timer, System::nanoTime);
    }

    /** For tests: with a clock of its own. */
    RecentOperations(int window, long maxAgeNanos, int maxConcurrency, Timer timer, LongSupplier clock) {
        this.timer = timer;
        this.clock = clock;
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
        watch();
    }

    /** Remembers an operation that completed or was cancelled away from a slot. */
    void ended(Operation<K> operation) {
        if (window > 0) {
            successes.setRelease((int) (nextSuccess.getAndIncrement() % window), operation);
            watch();
        }
    }

    /** Remembers an operation that failed. */
    void failed(Operation<K> operation) {
        if (window > 0) {
            failures.setRelease((int) (nextFailure.getAndIncrement() % window), operation);
            watch();
        }
    }

    /** Sees to it that what has just been remembered will be forgotten. */
    private void watch() {
        if (!watched.get() && watched.compareAndSet(false, true)) {
            lookAfter(maxAge, true);
        }
    }

    private void lookAfter(long nanos, boolean ofWatch) {
        WeakReference<RecentOperations<K>> remembered = new WeakReference<>(this); // an atom that is gone needs no look
        Timer.Scheduled set = timer.tryAfter(Math.max(nanos, SHORTEST_LOOK_NANOS), () -> {
            RecentOperations<K> present = remembered.get();
            if (present != null) {
                present.look(ofWatch);
            }
        });
        if (set == null && ofWatch) { // the next operation that ends tries again
            watched.set(false);
        }
    }

    /**
     * Forgets what is too old.
     *
     * @param ofWatch whether this is the look that is due; otherwise the one that follows when that has found nothing
     */
    private void look(boolean ofWatch) {
        long now = clock.getAsLong();
        long left = Math.max(forget(successes, now), forget(failures, now));
        if (left < 0) {
            if (ofWatch) {
                watched.set(false);
                lookAfter(maxAge, false); // see above: the lost look
            }
        } else if (ofWatch || watched.compareAndSet(false, true)) {
            lookAfter(Math.max(maxAge - left, maxAge / LOOKS_IN_AGE + 1), true);
        }
    }

    /**
     * Forgets what is too old.
     *
     * @return the age of the oldest that stays, or -1 if none does
     */
    private long forget(AtomicReferenceArray<@Nullable Operation<K>> ring, long now) {
        long oldest = -1;
        for (int i = 0; i < ring.length(); i++) {
            Operation<K> operation = ring.getAcquire(i);
            if (operation != null) {
                long age = now - operation.finishedAt;
                if (age > maxAge) {
                    ring.compareAndSet(i, operation, null); // a newer one may have taken its place just now
                } else {
                    oldest = Math.max(oldest, Math.max(0, age));
                }
            }
        }
        return oldest;
    }

    /** For tests: as by a thread that has read a moment too early that a look is due. */
    void rememberUnwatched(Operation<K> operation) {
        successes.setRelease((int) (nextSuccess.getAndIncrement() % window), operation);
    }

    /**
     * What is remembered, newest first, at most {@code window} operations none of which is too old. Failures fill at
     * least half of it if there are as many.
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
