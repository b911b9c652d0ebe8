package io.keyedsequential.spring.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last hour of one atom: 240 samples of five numbers, which take less than 5 kB. For any thread. */
final class AtomSamples {

    /** At a sample every 15 s that is an hour. */
    static final int MOST = 240;

    /*
     * Rings, all guarded by this. The next sample goes to `next`; `count` of those before it are there.
     */
    private final int[] seconds = new int[MOST];
    private final int[] completed = new int[MOST];
    private final int[] failed = new int[MOST];
    private final int[] queued = new int[MOST];
    private final int[] oldestWait = new int[MOST];
    private int next;
    private int count;

    private @Nullable Instant first;
    private long completedBefore;
    private long failedBefore;

    /** The first sample has nothing before it, so that it counts nothing as done. */
    synchronized void add(Instant now, long completedInAll, long failedInAll, long queuedNow, Duration waited) {
        if (first == null) {
            first = now;
            completedBefore = completedInAll;
            failedBefore = failedInAll;
        }
        seconds[next] = clamped(Duration.between(first, now).toSeconds());
        completed[next] = clamped(completedInAll - completedBefore);
        failed[next] = clamped(failedInAll - failedBefore);
        queued[next] = clamped(queuedNow);
        oldestWait[next] = clamped(waited.toMillis());
        completedBefore = completedInAll;
        failedBefore = failedInAll;
        next = (next + 1) % MOST;
        count = Math.min(MOST, count + 1);
    }

    /** {@code null} while there is no sample. */
    synchronized @Nullable HistoryDescriptor describe(Instant now) {
        if (first == null) {
            return null;
        }
        int oldest = seconds[Math.floorMod(next - count, MOST)];
        return new HistoryDescriptor(
                now,
                first.plusSeconds(oldest),
                list(seconds, oldest),
                list(completed, 0),
                list(failed, 0),
                list(queued, 0),
                list(oldestWait, 0));
    }

    private List<Integer> list(int[] ring, int minus) {
        List<Integer> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(ring[Math.floorMod(next - count + i, MOST)] - minus);
        }
        return list;
    }

    private static int clamped(long value) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, value));
    }
}
