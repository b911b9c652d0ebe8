package io.keyedsequential.kafka.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Asks all questions, or those that are named, and prints a table for each. See {@code docs/performance.md}. */
public final class KafkaBenchmarks {

    /** What is asked. */
    enum Question {
        THROUGHPUT,
        LATENCY,
        KILL
    }

    private KafkaBenchmarks() {}

    /**
     * Prints the tables.
     *
     * @param arguments {@code --questions=throughput,latency,kill}, {@code --contenders=keyed,parallel_consumer,plain,async_acks},
     *     {@code --bodies=1,20} in milliseconds, {@code --beside=nothing,hot,poison} for throughput, {@code --rounds=3}, {@code --seconds=3} of work in each,
     *     {@code --concurrency=16} bodies at once, {@code --window=1000} of keyed listeners, {@code --commit-ms=5000} of the
     *     parallel consumer, {@code --session-ms=6000}, {@code --heap=512m} of each contender
     */
    public static void main(String[] arguments) {
        PrintStream tables = System.out;
        System.setOut(System.err); // the broker talks
        run(List.of(arguments), tables);
        System.exit(0);
    }

    /** Answers what has become of the records of keyed listeners. */
    static Verdict run(List<String> arguments, PrintStream out) {
        Arguments given = Arguments.of(arguments);
        given.allowOnly(Set.of(
                "questions",
                "contenders",
                "bodies",
                "beside",
                "rounds",
                "seconds",
                "concurrency",
                "window",
                "commit-ms",
                "session-ms",
                "heap"));
        Settings settings = new Settings(
                given.number("rounds", 3),
                given.number("seconds", 3),
                given.number("concurrency", 16),
                given.number("window", 1000),
                given.number("commit-ms", 5000),
                given.number("session-ms", 6000),
                given.text("heap", "512m"));
        List<Contender> contenders = chosen(given.text("contenders", ""), Contender.values());
        List<Throughput.Beside> workloads = chosen(given.text("beside", ""), Throughput.Beside.values());
        List<Integer> bodies =
                words(given.text("bodies", "1,20")).map(Integer::valueOf).toList();
        try (Bench bench = new Bench(settings, contenders, out)) {
            for (Question question : chosen(given.text("questions", ""), Question.values())) {
                switch (question) {
                    case THROUGHPUT -> new Throughput(bench).run(bodies, workloads);
                    case LATENCY -> new Latency(bench).run(bodies);
                    case KILL -> new Kill(bench).run();
                }
            }
            bench.head("healthy keys, over all of that", "");
            bench.line(Stream.of(
                            Stream.of(""),
                            contenders.stream()
                                    .map(contender -> bench.verdict(contender).toString()),
                            Stream.of(""))
                    .flatMap(cells -> cells));
            return bench.verdict(Contender.KEYED);
        }
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip);
    }

    /** Those that are named; all if none is. */
    private static <E extends Enum<E>> List<E> chosen(String names, E[] all) {
        return names.isEmpty()
                ? List.of(all)
                : words(names.toUpperCase(Locale.ROOT))
                        .map(name -> Enum.valueOf(all[0].getDeclaringClass(), name))
                        .toList();
    }
}
