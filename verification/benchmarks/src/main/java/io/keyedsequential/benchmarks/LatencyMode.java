package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;
import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether a hot key delays the others. One key gets a long backlog of blocking operations; then cold keys arrive at a fixed
 * rate, and what counts is how long each had to wait.
 *
 * <p>The wait is counted from the moment the operation <em>should</em> have arrived, not from when the producer got round
 * to it: a contender that blocks the producer would otherwise be praised for the arrivals that it prevented.
 */
final class LatencyMode implements Mode {

    private static final String PERMITS = "permits";
    private static final String HOT_OPERATIONS = "hot-operations";
    private static final String COLD_KEYS = "cold-keys";
    private static final String COLD_OPERATIONS = "cold-operations";
    private static final String INTERVAL_US = "interval-us";

    /** Enough to have the code compiled, and over soon. */
    private static final int WARMUP_HOT = 50;

    private static final int WARMUP_COLD = 2_000;
    private static final long WARMUP_INTERVAL = TimeUnit.MICROSECONDS.toNanos(100);

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String purpose() {
        return "how long cold keys wait, from their intended arrival to the start of the body, behind one hot key";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(PERMITS, "8");
        options.put(HOT_OPERATIONS, "10k");
        options.put(COLD_KEYS, "100");
        options.put(COLD_OPERATIONS, "1k");
        options.put(INTERVAL_US, "2000");
        return options;
    }

    @Override
    public List<String> axes() {
        return List.of(HOT_OPERATIONS, PERMITS);
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("p50", "cold p50, ms", 3),
                new Column("p99", "cold p99, ms", 3),
                new Column("max", "cold max, ms", 3),
                new Column("push", "handing the hot ones over, ms", 1),
                new Column("left", "hot ones left at the last arrival", 0));
    }

    @Override
    public boolean suits(ContenderKind kind) {
        return true;
    }

    @Override
    public void measure(Arguments arguments, Readings readings) throws InterruptedException {
        Threads threads = new Threads(arguments.number(PERMITS), false);
        Long[] keys = Keys.distinct(arguments.number(COLD_KEYS) + 1);
        try (Contender warmup = arguments.contender().open(threads)) {
            CountedBody hot = new CountedBody(Work.BLOCK);
            pushHot(warmup, keys[0], hot, WARMUP_HOT);
            coldWaits(warmup, keys, WARMUP_COLD, WARMUP_INTERVAL, () -> {});
            hot.awaitFinished(WARMUP_HOT, System.nanoTime());
        }
        // Never closed: the fork ends with the hot key's backlog still there.
        Contender contender = arguments.contender().open(threads);
        CountedBody hot = new CountedBody(Work.BLOCK);
        int hotOperations = arguments.number(HOT_OPERATIONS);
        long start = System.nanoTime();
        pushHot(contender, keys[0], hot, hotOperations);
        readings.figure("push", millis(System.nanoTime() - start));
        long[] hotLeft = new long[1];
        long[] waits = coldWaits(
                contender,
                keys,
                arguments.number(COLD_OPERATIONS),
                TimeUnit.MICROSECONDS.toNanos(arguments.number(INTERVAL_US)),
                () -> hotLeft[0] = hotOperations - hot.finished());
        readings.figure("left", (double) hotLeft[0]);
        if (hotLeft[0] == 0) {
            readings.remark("no hot operation was left when the last cold one arrived: more are needed");
        }
        Arrays.sort(waits);
        readings.figure("p50", millis(waits[waits.length / 2]));
        readings.figure("p99", millis(waits[(int) (waits.length * 0.99)]));
        readings.figure("max", millis(waits[waits.length - 1]));
    }

    private static void pushHot(Contender contender, Long key, CountedBody hot, int operations) {
        for (int i = 0; i < operations; i++) {
            contender.execute(key, hot);
        }
    }

    /**
     * Sends cold operations at a fixed rate, waits for the last, and returns how long each one waited.
     *
     * @param afterLastArrival called between the last arrival and the wait
     */
    private static long[] coldWaits(
            Contender contender, Long[] keys, int operations, long intervalNanos, Runnable afterLastArrival)
            throws InterruptedException {
        long[] waits = new long[operations];
        CountDownLatch ended = new CountDownLatch(operations);
        long start = System.nanoTime();
        for (int i = 0; i < operations; i++) {
            int index = i;
            long intended = start + i * intervalNanos;
            for (long early = intended - System.nanoTime(); early > 0; early = intended - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            contender.execute(keys[1 + i % (keys.length - 1)], () -> {
                waits[index] = System.nanoTime() - intended;
                ended.countDown();
            });
        }
        afterLastArrival.run();
        ended.await();
        return waits;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
