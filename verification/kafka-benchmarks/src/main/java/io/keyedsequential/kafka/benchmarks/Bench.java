package io.keyedsequential.kafka.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What all questions share: the broker, who takes part, where journals lie, and what went wrong so far. */
final class Bench implements AutoCloseable {

    private final Broker broker = new Broker();
    private final Path directory;
    private final Map<Contender, Verdict> verdicts = new EnumMap<>(Contender.class);
    private final Settings settings;
    private final List<Contender> contenders;
    private final PrintStream out;

    Bench(Settings settings, List<Contender> contenders, PrintStream out) {
        this.settings = settings;
        this.contenders = contenders;
        this.out = out;
        try {
            directory = Files.createTempDirectory("kafka-benchmarks");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Settings settings() {
        return settings;
    }

    List<Contender> contenders() {
        return contenders;
    }

    Trial trial(Contender contender, int bodyMillis) {
        return trial(contender, settings, bodyMillis);
    }

    Trial trial(Contender contender, Settings own, int bodyMillis) {
        return new Trial(contender, own, broker, directory, bodyMillis);
    }

    void judged(Contender contender, Verdict verdict) {
        verdicts.merge(contender, verdict, Verdict::plus);
    }

    Verdict verdict(Contender contender) {
        return verdicts.getOrDefault(contender, Verdict.NOTHING);
    }

    /** A line of a table in Markdown. */
    void line(Stream<String> cells) {
        out.println("| " + String.join(" | ", cells.toList()) + " |");
    }

    void head(String what, String last) {
        out.println();
        line(Stream.concat(Stream.concat(Stream.of(what), contenders.stream().map(Contender::title)), Stream.of(last)));
        out.println("|---".repeat(contenders.size() + 2) + "|");
    }

    @Override
    public void close() {
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
