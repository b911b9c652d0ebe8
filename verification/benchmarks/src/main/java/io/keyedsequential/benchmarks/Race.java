package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;
import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import java.util.List;

/**
 * A contender against the floor, in turns, in one JVM. What disturbs the machine for longer than a sample disturbs both,
 * and the ratio stays; that is why the ratio is the result and the operations per second are only for orientation.
 */
final class Race {

    static final String ROUNDS = "rounds";
    static final String WARMUP = "warmup";
    static final String SAMPLE_MS = "sample-ms";

    static final List<Column> COLUMNS = List.of(
            new Column("ratio", "ratio to tpe", 2),
            new Column("rate", "operations/s", 0),
            new Column("floor", "tpe operations/s", 0),
            new Column("bytes", "bytes/operation", 0),
            new Column("length", "operations in a go", 0));

    private Race() {}

    static void run(Arguments arguments, Threads threads, Sampler sampler, Readings readings)
            throws InterruptedException {
        try (Contender floor = ContenderKind.TPE.open(threads);
                Contender contender = arguments.contender().open(threads)) {
            int length = sampler.fittingLength(contender);
            readings.figure("length", length);
            for (int round = 0; round < arguments.number(WARMUP); round++) {
                sampler.take(floor, length);
                sampler.take(contender, length);
            }
            for (int round = 0; round < arguments.number(ROUNDS); round++) {
                // Who goes first changes: a drift within a round would otherwise always favour the same one.
                boolean floorFirst = round % 2 == 0;
                Sample first = sampler.take(floorFirst ? floor : contender, length);
                Sample second = sampler.take(floorFirst ? contender : floor, length);
                report(readings, floorFirst ? first : second, floorFirst ? second : first);
            }
        }
    }

    private static void report(Readings readings, Sample floor, Sample contender) {
        readings.figure("ratio", contender.perSecond() / floor.perSecond());
        readings.figure("rate", contender.perSecond());
        readings.figure("floor", floor.perSecond());
        readings.figure("bytes", contender.bytesPerOperation());
    }
}
