package io.keyedsequential.kafka.benchmarks;

import io.keyedsequential.kafka.benchmarks.Journal.Entry;
import io.keyedsequential.kafka.benchmarks.Message.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many records of healthy keys a second, of a topic that is full before the contender starts. The first fifth warms up, the last
 * tenth, in which keys run out, does not count either.
 */
final class Throughput {

    private static final double FROM = 0.2;
    private static final double TO = 0.9;

    /** How many records of the sick key there are. */
    private static final int SICK = 10;

    /** What is beside a thousand keys of equal weight. */
    enum Beside {
        NOTHING("1k keys"),
        HOT("1k keys, and one with a tenth of all records"),
        POISON("1k keys, and one whose records all fail");

        private final String title;

        Beside(String title) {
            this.title = title;
        }
    }

    private final Bench bench;

    Throughput(Bench bench) {
        this.bench = bench;
    }

    void run(List<Integer> bodiesMillis, List<Beside> workloads) {
        bench.head("records a second", "keyed to parallel consumer");
        for (int bodyMillis : bodiesMillis) {
            for (Beside beside : workloads) {
                run(bodyMillis, beside);
            }
        }
    }

    /**
     * One measurement.
     *
     * @param perSecond records of healthy keys
     * @param processorMicros of all threads of the contender, for each of these
     */
    private record Reading(double perSecond, double processorMicros) {}

    private void run(int bodyMillis, Beside beside) {
        Readings<Reading> readings = Readings.take(
                bench.settings().rounds(), bench.contenders(), contender -> measure(contender, bodyMillis, beside));
        bench.line(Stream.of(
                        Stream.of(bodyMillis + " ms, " + beside.title),
                        bench.contenders().stream().map(contender -> tell(readings.of(contender))),
                        Stream.of(ratio(readings)))
                .flatMap(cells -> cells));
    }

    private static String tell(List<Reading> readings) {
        return "%s, %s µs of processor"
                .formatted(
                        Figures.spread(readings.stream().map(Reading::perSecond).toList()),
                        Figures.rounded(Figures.median(
                                readings.stream().map(Reading::processorMicros).toList())));
    }

    private static String ratio(Readings<Reading> readings) {
        List<Reading> ours = readings.of(Contender.KEYED);
        List<Reading> theirs = readings.of(Contender.PARALLEL_CONSUMER);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return "";
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(ours.get(round).perSecond() / theirs.get(round).perSecond());
        }
        return Figures.spread(ratios) + ", " + Figures.bar(Figures.median(ratios) >= 1, "≥ 1.0");
    }

    private Reading measure(Contender contender, int bodyMillis, Beside beside) {
        int records = bench.settings().records(bodyMillis);
        try (Trial trial = bench.trial(contender, bodyMillis)) {
            for (int record = 0; record < records; record++) {
                long now = System.nanoTime();
                if (beside == Beside.HOT && record % 10 == 0) {
                    trial.sendSpecial(Kind.WORKS, now);
                } else if (beside == Beside.POISON && record % (records / SICK) == 0) {
                    trial.sendSpecial(Kind.FAILS, now);
                } else {
                    trial.sendHealthy(now);
                }
            }
            trial.flush();
            trial.start(10 * records);
            int from = (int) (FROM * trial.healthySent());
            int to = (int) (TO * trial.healthySent());
            trial.awaitHealthy(from);
            double processor = trial.processorMicros();
            trial.awaitHealthy(to);
            processor = trial.processorMicros() - processor;
            trial.awaitHealthy(trial.healthySent());
            bench.judged(contender, trial.verdict());
            return new Reading(perSecond(trial.journals().get(0), from, to), processor / (to - from));
        }
    }

    private static double perSecond(Journal journal, int from, int to) {
        long[] ends = journal.entries().stream()
                .filter(entry -> entry.key() != Message.SPECIAL)
                .mapToLong(Entry::endedAt)
                .filter(at -> at != 0)
                .sorted()
                .toArray();
        return to < ends.length ? (to - from) * 1e9 / (ends[to] - ends[from]) : 0;
    }
}
