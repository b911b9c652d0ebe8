package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;
import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a contender keeps on the heap: for a key that has nothing to do any more, and for an operation that waits. The keys
 * themselves and the body belong to the benchmark and are not counted.
 */
final class MemoryMode implements Mode {

    private static final String KEYS = "keys";
    private static final String PERMITS = "permits";
    private static final String ROUNDS = "rounds";

    /** How many operations are on their way at once when keys are used one after the other. */
    private static final int FEW = 1_000;

    /** The keys that share the operations when lanes are not to be counted with them. */
    private static final int FEW_KEYS = 1_000;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String purpose() {
        return "bytes on the heap for idle keys and for waiting operations";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(KEYS, "1M");
        options.put(PERMITS, "2");
        options.put(ROUNDS, "3");
        options.put(Options.TIMEOUT_SECONDS, "900");
        return options;
    }

    @Override
    public List<String> axes() {
        return List.of(KEYS);
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("used", "idle key, used once, bytes", 1),
                new Column("drained", "idle key, all had been queued at once, bytes", 1),
                new Column("queued-own", "queued operation, each its own key, bytes", 1),
                new Column("queued-few", "queued operation, of " + FEW_KEYS + " keys, bytes", 1));
    }

    @Override
    public boolean suits(ContenderKind kind) {
        return true;
    }

    @Override
    public void measure(Arguments arguments, Readings readings) throws InterruptedException {
        Threads threads = new Threads(arguments.number(PERMITS), false);
        Long[] keys = Keys.distinct(arguments.number(KEYS));
        Long[] shared = new Long[keys.length];
        Arrays.setAll(shared, i -> keys[i % Math.min(FEW_KEYS, keys.length)]);
        // The first bodies occupy the threads and do not wait; everything behind them has to fit in.
        boolean fits = arguments.contender().traits().queueBound() >= keys.length;
        if (!fits) {
            readings.remark("takes at most %,d at once"
                    .formatted(arguments.contender().traits().queueBound()));
        }
        try (Producers producers = new Producers(1)) {
            // Round 0 is not reported: classes, threads and compiled code are there afterwards.
            for (int round = 0; round <= arguments.number(ROUNDS); round++) {
                Readings target = round == 0 ? Readings.discarded() : readings;
                usedOnce(arguments.contender().open(threads), producers, keys, target);
                if (fits) {
                    queued(arguments.contender().open(threads), keys, "queued-own", "drained", target);
                    queued(arguments.contender().open(threads), shared, "queued-few", "", target);
                }
            }
        }
    }

    private static void usedOnce(Contender opened, Producers producers, Long[] keys, Readings readings)
            throws InterruptedException {
        try (Contender contender = opened) {
            CountedBody body = new CountedBody(Work.EMPTY);
            long before = Heap.settled();
            for (int from = 0; from < keys.length; from += FEW) {
                Long[] few = Arrays.copyOfRange(keys, from, Math.min(from + FEW, keys.length));
                long finished = body.finished();
                producers.push(contender, few, few.length, body);
                body.awaitFinished(finished + few.length, System.nanoTime());
            }
            readings.figure("used", bytesEach(before, keys.length));
        }
    }

    private static void queued(Contender opened, Long[] keys, String queued, String drained, Readings readings)
            throws InterruptedException {
        try (Contender contender = opened) {
            GatedBody body = new GatedBody();
            long before = Heap.settled();
            for (Long key : keys) {
                contender.execute(key, body);
            }
            readings.figure(queued, bytesEach(before, keys.length));
            body.open();
            body.awaitFinished(keys.length);
            if (!drained.isEmpty()) {
                readings.figure(drained, bytesEach(before, keys.length));
            }
        }
    }

    private static double bytesEach(long before, int count) {
        return (double) (Heap.settled() - before) / count;
    }
}
