package io.keyedsequential.kafka.benchmarks;

import io.keyedsequential.kafka.benchmarks.Journal.Entry;
import io.keyedsequential.kafka.benchmarks.Message.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long a record of a healthy key waits until its body begins, at a rate that all contenders can keep up with: while all keys are
 * healthy, and then while one is not, in the same process. What has not begun in the end has waited until then.
 */
final class Latency {

    /** Of the key that is to be sick. */
    private static final int SPECIAL_PER_SECOND = 5;

    /** How long is waited in the end for what is held up, without progress. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final double MOST = 1.2;

    /** What becomes of one key in the second phase. */
    enum Sickness {
        BLOCKED("one key blocked"),
        POISON("one key whose records all fail");

        private final String title;

        Sickness(String title) {
            this.title = title;
        }
    }

    /**
     * One measurement.
     *
     * @param without 99th percentile in milliseconds while all keys are healthy
     * @param with while one is not
     * @param heldUp healthy records that have not begun in the end
     */
    private record Reading(double without, double with, long heldUp) {

        double ratio() {
            return with / without;
        }
    }

    private final Bench bench;

    Latency(Bench bench) {
        this.bench = bench;
    }

    void run(List<Integer> bodiesMillis) {
        bench.head("p99 of healthy keys, ms: without → with the sick one", "keyed, with to without");
        for (int bodyMillis : bodiesMillis) {
            for (Sickness sickness : Sickness.values()) {
                run(bodyMillis, sickness);
            }
        }
    }

    private void run(int bodyMillis, Sickness sickness) {
        Readings<Reading> readings = Readings.take(
                bench.settings().rounds(), bench.contenders(), contender -> measure(contender, bodyMillis, sickness));
        bench.line(Stream.of(
                        Stream.of(
                                "%d ms, %d a second, %s".formatted(bodyMillis, perSecond(bodyMillis), sickness.title)),
                        bench.contenders().stream().map(contender -> tell(readings.of(contender))),
                        Stream.of(bar(readings.of(Contender.KEYED))))
                .flatMap(cells -> cells));
    }

    private static String tell(List<Reading> readings) {
        long heldUp = readings.stream().mapToLong(Reading::heldUp).sum();
        return "%s → %s%s"
                .formatted(
                        Figures.rounded(Figures.median(
                                readings.stream().map(Reading::without).toList())),
                        Figures.rounded(Figures.median(
                                readings.stream().map(Reading::with).toList())),
                        heldUp == 0 ? "" : ", %,d not begun in the end".formatted(heldUp));
    }

    private static String bar(List<Reading> ours) {
        if (ours.isEmpty()) {
            return "";
        }
        List<Double> ratios = ours.stream().map(Reading::ratio).toList();
        return Figures.spread(ratios) + ", " + Figures.bar(Figures.median(ratios) <= MOST, "≤ " + MOST);
    }

    /** A third of what one body at a time in each partition could do, and no more than this. */
    private static int perSecond(int bodyMillis) {
        return Math.min(500, Broker.PARTITIONS * 1000 / bodyMillis / 3);
    }

    private Reading measure(Contender contender, int bodyMillis, Sickness sickness) {
        int seconds = bench.settings().seconds();
        int perSecond = perSecond(bodyMillis);
        try (Trial trial = bench.trial(contender, bodyMillis)) {
            trial.start(100_000 + 10 * perSecond * 4 * seconds);
            for (int first = 0; first < Trial.KEYS; first++) { // warms up, and waits for the assignment
                trial.sendHealthy(System.nanoTime());
            }
            trial.flush();
            trial.awaitHealthy(Trial.KEYS);
            send(trial, perSecond, seconds, Kind.WORKS); // warms up
            long begin = System.nanoTime();
            send(trial, perSecond, seconds, Kind.WORKS);
            long change = System.nanoTime();
            if (sickness == Sickness.BLOCKED) {
                trial.sendSpecial(Kind.BLOCKS, change);
                send(trial, perSecond, seconds, Kind.WORKS);
            } else {
                send(trial, perSecond, seconds, Kind.FAILS);
            }
            trial.flush();
            boolean all = trial.await(trial.healthySent(), LATE_NANOS);
            long end = System.nanoTime();
            Verdict verdict = trial.verdict();
            bench.judged(contender, new Verdict(0, verdict.disorder(), verdict.duplicates()));
            List<Entry> entries = trial.journals().get(0).entries();
            List<Double> with = waits(entries, change, end);
            List<Double> without = waits(entries, begin, change);
            long heldUp = all ? 0 : verdict.lost();
            for (int late = 0; late < heldUp; late++) {
                with.add((end - change)
                        / 1e6); // it is not known when it was sent; with so many the percentile is there anyway
            }
            return new Reading(Figures.percentile(without, 0.99), Figures.percentile(with, 0.99), heldUp);
        }
    }

    /** At an even pace; a sender that is late does not make its records younger. */
    private static void send(Trial trial, int perSecond, int seconds, Kind special) {
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long at = System.nanoTime();
        for (int record = 0; record < perSecond * seconds; record++) {
            at += interval;
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            trial.sendHealthy(at);
            if (record % (perSecond / SPECIAL_PER_SECOND) == 0) {
                trial.sendSpecial(special, at);
            }
        }
    }

    /** First bodies of healthy keys for records that were sent between two instants, in milliseconds. */
    private static List<Double> waits(List<Entry> entries, long from, long to) {
        List<Double> waits = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.key() != Message.SPECIAL
                    && entry.sentAt() > from
                    && entry.sentAt() <= to
                    && seen.add(((long) entry.key() << 32) | entry.number())) {
                waits.add((entry.begunAt() - entry.sentAt()) / 1e6);
            }
        }
        return waits;
    }
}
