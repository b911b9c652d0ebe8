package io.keyedsequential.kafka.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is lost, comes out of order and runs twice when the process is killed in the middle of a full topic, and another one goes on. */
final class Kill {

    private static final int BODY_MILLIS = 20;

    /** How often it commits, where its default is not kind to it. */
    private static final int OFTEN_MILLIS = 100;

    private final Bench bench;

    Kill(Bench bench) {
        this.bench = bench;
    }

    void run() {
        bench.head(
                "after a kill -9, sums of %d rounds".formatted(bench.settings().rounds()), "keyed");
        Settings settings = bench.settings();
        run("%d ms, 1k keys".formatted(BODY_MILLIS), bench.contenders(), one -> kill(one, one, settings));
        if (bench.contenders().contains(Contender.PARALLEL_CONSUMER)) {
            Settings often = settings.withCommitMillis(OFTEN_MILLIS);
            run(
                    "the same, the parallel consumer commits every %d ms".formatted(OFTEN_MILLIS),
                    List.of(Contender.PARALLEL_CONSUMER),
                    one -> kill(one, one, often));
            if (bench.contenders().contains(Contender.KEYED)) {
                run(
                        "the parallel consumer is killed, and keyed listeners go on in its group",
                        List.of(Contender.KEYED),
                        one -> kill(Contender.PARALLEL_CONSUMER, one, settings));
            }
        }
    }

    private void run(String title, List<Contender> contenders, Function<Contender, Verdict> kill) {
        Readings<Verdict> readings = Readings.take(bench.settings().rounds(), contenders, kill);
        bench.line(Stream.of(
                        Stream.of(title),
                        bench.contenders().stream().map(contender -> sum(readings.of(contender))
                                .map(Verdict::toString)
                                .orElse("")),
                        Stream.of(
                                sum(readings.of(Contender.KEYED)).map(Kill::bar).orElse("")))
                .flatMap(cells -> cells));
    }

    private static Optional<Verdict> sum(List<Verdict> verdicts) {
        return verdicts.stream().reduce(Verdict::plus);
    }

    private static String bar(Verdict ours) {
        return Figures.bar(ours.lost() == 0 && ours.disorder() == 0, "0 lost, 0 out of order");
    }

    private Verdict kill(Contender first, Contender second, Settings settings) {
        int records = 4 * settings.records(BODY_MILLIS);
        try (Trial trial = bench.trial(first, settings, BODY_MILLIS)) {
            for (int record = 0; record < records; record++) {
                trial.sendHealthy(System.nanoTime());
            }
            trial.flush();
            trial.start(2 * records);
            trial.awaitHealthy(2 * records / 3);
            trial.kill();
            trial.start(second, 2 * records);
            Verdict verdict = awaitAll(trial, records);
            bench.judged(second, verdict);
            return verdict;
        }
    }

    /** Until all are done and nothing is repeated any more. */
    private static Verdict awaitAll(Trial trial, int records) {
        trial.awaitHealthy(records);
        List<Verdict> seen = new ArrayList<>(List.of(trial.verdict()));
        long standstill = System.nanoTime();
        while (System.nanoTime() - standstill
                < TimeUnit.SECONDS.toNanos(seen.get(0).lost() == 0 ? 1 : 30)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            Verdict now = trial.verdict();
            if (!now.equals(seen.get(0))) {
                seen.set(0, now);
                standstill = System.nanoTime();
            }
        }
        return seen.get(0);
    }
}
