package io.keyedsequential.kafka.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contender at work. It is killed when it is closed: nothing has to be waited for. */
final class ContenderProcess implements AutoCloseable {

    private final Contender contender;
    private final Process process;
    private final Journal journal;
    private final Path log;

    private ContenderProcess(Contender contender, Process process, Journal journal, Path log) {
        this.contender = contender;
        this.process = process;
        this.journal = journal;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param directory for its journal and its log
     * @param entries how many bodies it may begin at most
     */
    static ContenderProcess start(
            Contender contender,
            Settings settings,
            Path directory,
            String broker,
            String topic,
            int bodyMillis,
            int entries) {
        try {
            String name = topic + "-" + System.nanoTime();
            Path file = directory.resolve(name + ".journal");
            Path log = directory.resolve(name + ".log");
            Journal journal = Journal.open(file, entries);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + settings.heap(),
                    "-cp",
                    contender.classPath(),
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                    contender.mainClass(),
                    "--contender=" + contender,
                    "--broker=" + broker,
                    "--topic=" + topic,
                    "--partitions=" + Broker.PARTITIONS,
                    "--journal=" + file,
                    "--entries=" + entries,
                    "--body-ms=" + bodyMillis,
                    "--concurrency=" + settings.concurrency(),
                    "--window=" + settings.window(),
                    "--commit-ms=" + settings.commitMillis(),
                    "--session-ms=" + settings.sessionMillis()));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ContenderProcess(contender, process, journal, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Journal journal() {
        return journal;
    }

    /** What its threads have had of the processor so far. */
    double processorMicros() {
        return process.info()
                .totalCpuDuration()
                .map(duration -> duration.toNanos() / 1e3)
                .orElse(Double.NaN);
    }

    /** Says what it has written if it has ended by itself. */
    void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(contender + " has ended: " + tail());
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
