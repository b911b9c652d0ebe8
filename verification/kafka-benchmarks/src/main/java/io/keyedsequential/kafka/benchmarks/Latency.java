package io.keyedsequential.kafka.benchmarks;

import io.keyedsequential.kafka.benchmarks.Journal.Entry;
import io.keyedsequential.kafka.benchmarks.Message.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long a record of a healthy key waits until its body begins, at a rate that all contenders can keep up with: in one process all
 * keys are healthy, in another one is not, in the same seconds, so that both have the same neighbours. What has not begun in the end
 * has waited until then.
 */
final class Latency {

    /** Of the key that is to be sick. */
    private static final int SPECIAL_PER_SECOND = 5;

    /** Of a measurement. */
    private static final int SECTIONS = 4;

    /** How long is waited in the end for what is held up, without progress. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final double MOST = 1.2;

    /** What is wrong with one key. */
    enum Sickness {
        BLOCKED("one key blocked"),
        POISON("one key whose records all fail");

        private final String title;

        Sickness(String title) {
            this.title = title;
        }
    }

    /**
     * One measurement: the medians of its sections, so that a moment in which the machine stands still does not decide.
     *
     * @param without 99th percentile in milliseconds where all keys are healthy
     * @param with where one is not
     * @param ratio of the two
     * @param heldUp healthy records that have not begun in the end
     */
    private record Reading(double without, double with, double ratio, long heldUp) {}

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
        int warmUp = Math.max(Trial.KEYS, bench.settings().records(bodyMillis) / 4); // or compilers would be measured
        try (Trial without = bench.trial(contender, bodyMillis);
                Trial with = bench.trial(contender, bodyMillis)) {
            List<Trial> both = List.of(without, with);
            for (Trial trial : both) {
                trial.start(10 * (warmUp + perSecond * (SECTIONS + 1) * seconds));
                for (int first = 0; first < warmUp; first++) { // waits for the assignment, too
                    trial.sendHealthy(System.nanoTime());
                }
                trial.flush();
            }
            both.forEach(trial -> trial.awaitHealthy(warmUp));
            send(both, perSecond, seconds, Kind.WORKS);
            List<Long> instants = new ArrayList<>(List.of(System.nanoTime()));
            if (sickness == Sickness.BLOCKED) {
                with.sendSpecial(Kind.BLOCKS, instants.get(0));
            }
            for (int section = 0; section < SECTIONS; section++) {
                send(both, perSecond, seconds, sickness == Sickness.BLOCKED ? Kind.WORKS : Kind.FAILS);
                instants.add(System.nanoTime());
            }
            with.flush();
            without.awaitHealthy(without.healthySent());
            boolean all = with.await(with.healthySent(), LATE_NANOS); // it may wait in vain
            for (Trial trial : both) {
                Verdict verdict = trial.verdict();
                bench.judged(contender, new Verdict(0, verdict.disorder(), verdict.duplicates()));
            }
            return compare(
                    p99s(without, instants),
                    p99s(with, instants),
                    all ? 0 : with.verdict().lost());
        }
    }

    private static Reading compare(List<Double> without, List<Double> with, long heldUp) {
        List<Double> ratios = new ArrayList<>();
        for (int section = 0; section < SECTIONS; section++) {
            ratios.add(with.get(section) / without.get(section));
        }
        return new Reading(Figures.median(without), Figures.median(with), Figures.median(ratios), heldUp);
    }

    /** To both at an even pace; a sender that is late does not make its records younger. The last one gets the sick ones. */
    private static void send(List<Trial> both, int perSecond, int seconds, Kind special) {
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long at = System.nanoTime();
        for (int record = 0; record < perSecond * seconds; record++) {
            at += interval;
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (Trial trial : both) {
                trial.sendHealthy(at);
            }
            if (record % (perSecond / SPECIAL_PER_SECOND) == 0) {
                both.get(0).sendSpecial(Kind.WORKS, at);
                both.get(1).sendSpecial(special, at);
            }
        }
    }

    /** Of the records of healthy keys that were sent between each two instants, in milliseconds. */
    private static List<Double> p99s(Trial trial, List<Long> instants) {
        long end = System.nanoTime();
        Map<Long, Long> begun = new HashMap<>();
        for (Entry entry : trial.journals().get(0).entries()) {
            begun.merge(id(entry.key(), entry.number()), entry.begunAt(), Math::min);
        }
        List<Double> p99s = new ArrayList<>();
        for (int section = 1; section < instants.size(); section++) {
            long from = instants.get(section - 1);
            long to = instants.get(section);
            p99s.add(Figures.percentile(
                    trial.sentToHealthyKeys().stream()
                            .filter(message -> message.sentAt() > from && message.sentAt() <= to)
                            .map(message ->
                                    (begun.getOrDefault(id(message.key(), message.number()), end) - message.sentAt())
                                            / 1e6)
                            .toList(),
                    0.99));
        }
        return p99s;
    }

    private static long id(int key, int number) {
        return ((long) key << 32) | number;
    }
}
