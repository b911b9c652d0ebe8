package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes that call and run what they have called for, of which one is killed. By command, see
 * {@code docs/verification.md}: four virtual machines want some room.
 */
@EnabledIfSystemProperty(named = "kafka.processes", matches = "true")
class KilledCallsTest {

    private static final int PROCESSES = 3;
    private static final int KEYS = 20; // of each process
    private static final int CALLS = 60; // for each key
    private static final int PARTITIONS = 6;
    private static final int WINDOW = 100;

    private final Broker broker = Broker.shared();
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void end() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void whatWasAcceptedRunsInOrderAlthoughAProcessIsKilled(String protocol) throws Exception {
        String topic = protocol + ".killed";
        processes.add(start("p0-", Integer.MAX_VALUE, protocol)); // so that it is at work whenever it is killed
        for (int i = 1; i < PROCESSES; i++) {
            processes.add(start("p" + i + "-", CALLS, protocol));
        }
        Broker.until("all three have started", () -> count("started") == PROCESSES);
        Broker.until("a third has ended", () -> {
            assertThat(processes).allMatch(Process::isAlive, "is alive");
            return count("ended") > PROCESSES * KEYS * CALLS / 3;
        });
        Process killed = processes.get(0);
        killed.destroyForcibly().waitFor();
        int others = (PROCESSES - 1) * KEYS * CALLS;
        Broker.until("the others are done with their calls", () -> acceptedBy("p1-", "p2-") == others);
        Broker.until("all that was accepted has ended", () -> missing().isEmpty());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int asked = partition;
            Broker.until(
                    "partition " + partition + " is acknowledged",
                    () -> broker.committed(topic, topic, asked) == broker.end(topic, asked));
        }
        report(protocol, killed);
    }

    private void report(String protocol, Process killed) {
        Set<String> begun = new HashSet<>();
        Map<String, Integer> ended = new HashMap<>();
        List<String> disorder = new ArrayList<>();
        int repetitions = 0;
        for (String[] line : lines()) {
            int number = Integer.parseInt(line[2]);
            int before = ended.getOrDefault(line[1], -1);
            if (line[0].equals("begins")) {
                repetitions += begun.add(line[1] + " " + line[2]) ? 0 : 1;
                if (number > before + 1) {
                    disorder.add("%s %d after %d".formatted(line[1], number, before));
                }
            } else if (line[0].equals("ended")) {
                ended.put(line[1], Math.max(before, number));
            }
        }
        System.out.printf(
                "%s: accepted %d, by the killed one %d; lost %d, out of order %d, repetitions %d%n",
                protocol, count("accepted"), acceptedBy("p0-"), missing().size(), disorder.size(), repetitions);
        assertThat(acceptedBy("p0-")).as("it was killed at work").isPositive();
        assertThat(lines().stream().filter(line -> line[3].equals(String.valueOf(killed.pid()))))
                .isNotEmpty();
        assertThat(missing()).as("lost").isEmpty();
        assertThat(disorder).isEmpty();
        assertThat(repetitions).isLessThanOrEqualTo(WINDOW * PARTITIONS);
    }

    private Set<String> missing() {
        Set<String> accepted = new HashSet<>();
        Set<String> ended = new HashSet<>();
        lines().forEach(line -> {
            if (line[0].equals("accepted")) {
                accepted.add(line[1] + " " + line[2]);
            } else if (line[0].equals("ended")) {
                ended.add(line[1] + " " + line[2]);
            }
        });
        accepted.removeAll(ended);
        return accepted;
    }

    private int acceptedBy(String... prefixes) {
        return (int) lines().stream()
                .filter(line -> line[0].equals("accepted"))
                .filter(line -> List.of(prefixes).stream().anyMatch(line[1]::startsWith))
                .count();
    }

    private long count(String what) {
        return lines().stream().filter(line -> line[0].equals(what)).count();
    }

    private List<String[]> lines() {
        Path notes = directory.resolve("notes");
        try {
            return Files.exists(notes)
                    ? Files.readAllLines(notes).stream()
                            .map(line -> line.split(" "))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Process start(String keys, int calls, String protocol) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                KilledCaller.class.getName(),
                broker.address(),
                directory.resolve("notes").toString(),
                keys,
                String.valueOf(KEYS),
                String.valueOf(calls),
                "keyedsequential.atoms.killed.engine=kafka",
                "keyedsequential.kafka.topic-prefix=" + protocol + ".",
                "keyedsequential.atoms.killed.kafka.partitions=" + PARTITIONS,
                "keyedsequential.atoms.killed.kafka.window=" + WINDOW,
                "keyedsequential.atoms.killed.max-concurrency=4"));
        command.addAll(Broker.shortSession(protocol));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log-" + processes.size()).toFile())
                .start();
    }
}
