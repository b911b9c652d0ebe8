package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.verification.kafka.Notes.Note;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes, of which one is killed, and one is stopped until it has been replaced and then goes on. By command, see
 * {@code docs/verification.md}: four virtual machines want some room.
 */
@EnabledIfSystemProperty(named = "kafka.processes", matches = "true")
class KilledTest {

    private static final int KEYS = 60;
    private static final int PARTITIONS = 6;
    private static final int WINDOW = 100;
    private static final int PERMITS = 4;

    /** Twice the session. */
    private static final Duration FROZEN = Duration.ofSeconds(12);

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
    void aKillLosesNothingAndRepeatsAWindowAtMost(String protocol) throws Exception {
        String topic = "killed-" + protocol;
        broker.createTopic(topic, PARTITIONS);
        Notes notes = new Notes(directory.resolve("notes"));
        List<Process> group = startThree(topic, protocol);
        fill(topic, 0, 60);
        Broker.until("a third is done", () -> ended(notes) > KEYS * 20);
        group.get(0).toHandle().destroyForcibly();
        awaitAllAcknowledged(topic, 60);

        List<Note> all = notes.all();
        Notes.assertNothingLostAndEverythingInOrder(all, KEYS, 60);
        System.out.printf("%s: repetitions: %d%n", protocol, Notes.repetitions(all));
        assertThat(Notes.repetitions(all)).isLessThanOrEqualTo(WINDOW * (long) PARTITIONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aProcessThatStoodStillStartsNothingThatIsNoLongerItsOwn(String protocol) throws Exception {
        String topic = "frozen-" + protocol;
        broker.createTopic(topic, PARTITIONS);
        Notes notes = new Notes(directory.resolve("notes"));
        List<Process> group = startThree(topic, protocol);
        int rounds = Integer.getInteger("kafka.freezes", 1);
        int stale = 0;
        for (int round = 0; round < rounds; round++) {
            int first = round * 60;
            Process frozen = group.get(round % group.size());
            fill(topic, first, first + 50);
            long enough = ended(notes) + KEYS * 15;
            Broker.until("a third is done", () -> ended(notes) > enough);
            signal("STOP", frozen);
            long until = System.nanoTime() + FROZEN.toNanos();
            awaitAllAcknowledged(topic, first + 50); // by the others
            Broker.until("it has stood still for " + FROZEN, () -> System.nanoTime() >= until);
            long thawed = System.currentTimeMillis();
            signal("CONT", frozen);
            Broker.until("it has partitions again", () -> broker.members(topic) == 3);
            fill(topic, first + 50, first + 60);
            awaitAllAcknowledged(topic, first + 60);

            List<Note> afterwards = notes.all().stream()
                    .filter(note -> note.begins() && note.process() == frozen.pid() && note.at() >= thawed)
                    .toList();
            assertThat(afterwards).as("it takes part again").isNotEmpty();
            // All that the others had done before it went on: none of that is its own.
            stale += (int) afterwards.stream()
                    .filter(note -> note.number() < first + 50)
                    .count();
        }
        List<Note> all = notes.all();
        System.out.printf(
                "%s: freezes: %d of %s, stale starts: %d, repetitions: %d%n",
                protocol, rounds, FROZEN, stale, Notes.repetitions(all));
        Notes.assertNothingLostAndEverythingInOrder(all, KEYS, rounds * 60);
        assertThat(stale).as("stale starts").isZero();
        assertThat(Notes.repetitions(all)).isLessThanOrEqualTo(rounds * WINDOW * (long) PARTITIONS);
    }

    private static long ended(Notes notes) {
        return notes.all().stream().filter(note -> !note.begins()).count();
    }

    private List<Process> startThree(String topic, String protocol) throws IOException {
        for (int i = 0; i < 3; i++) {
            processes.add(start(topic, protocol));
        }
        Broker.until("all three have partitions", () -> {
            assertThat(processes).allMatch(Process::isAlive, "is alive");
            return broker.members(topic) == 3;
        });
        return processes;
    }

    private Process start(String topic, String protocol) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it starts sooner
                "-Xmx256m",
                "-cp",
                classPath,
                KilledInstance.class.getName(),
                broker.address(),
                directory.resolve("notes").toString(),
                "topic=" + topic,
                "keyedsequential.atoms.killed.kafka.window=" + WINDOW,
                "keyedsequential.atoms.killed.max-concurrency=" + PERMITS));
        command.addAll(Broker.shortSession(protocol));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log-" + processes.size()).toFile())
                .start();
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void fill(String topic, int from, int to) {
        for (int number = from; number < to; number++) {
            for (int key = 0; key < KEYS; key++) {
                broker.sendSoon(topic, key % PARTITIONS, "k" + key, String.valueOf(number));
            }
        }
        broker.flush();
    }

    private void awaitAllAcknowledged(String topic, int numbers) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int asked = partition;
            Broker.until(
                    "partition " + partition + " is acknowledged",
                    () -> broker.committed(topic, topic, asked) == KEYS / PARTITIONS * numbers);
        }
    }
}
