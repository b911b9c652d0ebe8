package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;
import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether the promise is kept: operations of one key never overlap, run in the order of each producer, see what the one
 * before them wrote, and none is lost. All producers use all keys.
 */
final class CorrectnessMode implements Mode {

    private static final String OPERATIONS = "operations";
    private static final String KEYS = "keys";
    private static final String PRODUCERS = "producers";
    private static final String PERMITS = "permits";

    /** So many may be on their way before a producer waits; keeps contenders without a bound from filling the heap. */
    private static final int ON_THEIR_WAY = 200_000;

    /** How often a producer looks whether it has to wait. */
    private static final int LOOK_EVERY = 1_024;

    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(100);

    /** How long nothing may end before operations count as lost. */
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);

    @Override
    public String name() {
        return "correctness";
    }

    @Override
    public String purpose() {
        return "order, non-overlap, visibility and completeness, checked with plain counters per key";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(OPERATIONS, "10M");
        options.put(KEYS, "100k");
        options.put(PRODUCERS, "4");
        options.put(PERMITS, "2");
        return options;
    }

    @Override
    public List<String> axes() {
        return List.of(OPERATIONS, KEYS, PRODUCERS, PERMITS);
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("overlaps", "overlaps", 0),
                new Column("disorders", "out of order", 0),
                new Column("lost", "lost", 0),
                new Column("seconds", "seconds", 1));
    }

    @Override
    public boolean suits(ContenderKind kind) {
        return kind.traits().ordered();
    }

    @Override
    public void measure(Arguments arguments, Readings readings) throws InterruptedException {
        int producers = arguments.number(PRODUCERS);
        int operations = arguments.number(OPERATIONS) / producers * producers;
        Long[] keys = Keys.distinct(arguments.number(KEYS));
        Ledger[] ledgers = new Ledger[keys.length];
        Arrays.setAll(ledgers, i -> new Ledger(producers));
        LongAdder ended = new LongAdder();
        long start = System.nanoTime();
        // Not in a try: closing a contender that lost an operation could wait for ever.
        Contender contender = arguments.contender().open(new Threads(arguments.number(PERMITS), false));
        try (Producers threads = new Producers(producers)) {
            LongAdder sent = new LongAdder();
            List<Callable<@Nullable Void>> pieces = new ArrayList<>();
            for (int producer = 0; producer < producers; producer++) {
                int number = producer;
                pieces.add(() -> {
                    send(contender, keys, ledgers, number, operations / producers, sent, ended);
                    return null;
                });
            }
            threads.inParallel(pieces);
        }
        boolean all = awaitEnd(ended, operations);
        readings.figure("seconds", (System.nanoTime() - start) / 1e9);
        if (!all) {
            readings.violation("%,d operations had not ended %d s after the last one that did"
                    .formatted(operations - ended.sum(), TimeUnit.NANOSECONDS.toSeconds(PATIENCE)));
        }
        report(ledgers, operations, readings);
        contender.imbalances(operations).forEach(readings::violation);
    }

    private static void send(
            Contender contender,
            Long[] keys,
            Ledger[] ledgers,
            int producer,
            int operations,
            LongAdder sent,
            LongAdder ended) {
        int[] next = new int[keys.length];
        SplittableRandom random = new SplittableRandom(producer);
        for (int i = 0; i < operations; i++) {
            int key = random.nextInt(keys.length);
            int sequence = next[key]++;
            Ledger ledger = ledgers[key];
            contender.execute(keys[key], () -> {
                ledger.enter(producer, sequence);
                ended.increment();
            });
            if (i % LOOK_EVERY == 0) {
                sent.add(LOOK_EVERY);
                while (sent.sum() - ended.sum() > ON_THEIR_WAY) {
                    LockSupport.parkNanos(PAUSE);
                }
            }
        }
    }

    /** Waits for all; gives up when for a long time none has ended. */
    private static boolean awaitEnd(LongAdder ended, long operations) {
        long last = -1;
        long since = System.nanoTime();
        while (true) {
            long now = ended.sum();
            if (now >= operations) {
                return true;
            }
            if (now != last) {
                last = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE) {
                return false;
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private static void report(Ledger[] ledgers, long operations, Readings readings) {
        long entered = 0;
        long overlaps = 0;
        long disorders = 0;
        for (Ledger ledger : ledgers) {
            entered += ledger.entered();
            overlaps += ledger.overlaps();
            disorders += ledger.disorders();
        }
        figure(readings, "overlaps", overlaps);
        figure(readings, "disorders", disorders);
        // The counters are plain: if bodies overlap or do not see each other, increments go missing too.
        figure(readings, "lost", operations - entered);
    }

    private static void figure(Readings readings, String column, long violations) {
        readings.figure(column, (double) violations);
        if (violations != 0) {
            readings.violation(column + " " + violations);
        }
    }
}
