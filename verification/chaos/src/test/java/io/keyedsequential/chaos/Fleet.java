package io.keyedsequential.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The instances, and what is done to them. Each change is in the ledger, when it is certain. */
final class Fleet implements AutoCloseable {

    private final Path directory;
    private final List<String> properties;
    private final Ledger ledger;
    private final TreeMap<String, Process> instances = new TreeMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private int most;

    /**
     * Without instances.
     *
     * @param directory for ledger and logs
     * @param properties of each instance
     */
    Fleet(Path directory, List<String> properties) throws IOException {
        this.directory = directory;
        this.properties = properties;
        this.ledger = new Ledger(ledgerPath());
    }

    private Path ledgerPath() {
        return directory.resolve("ledger");
    }

    List<String> ledger() {
        return Ledger.lines(ledgerPath());
    }

    /** Starts an instance; returns its name, which no other one had. */
    String start(String role) throws IOException {
        String name = role + generations.merge(role, 1, Integer::sum);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                ChaosApplication.class.getName(),
                name,
                ledgerPath().toString(),
                String.valueOf(most)));
        command.addAll(properties);
        instances.put(
                name,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".log").toFile())
                        .start());
        return name;
    }

    void awaitStarted(String name) {
        Patience.until(() -> {
            assertThat(instances.get(name).isAlive()).as(name + " is alive").isTrue();
            assertThat(ledger()).contains("started " + name);
        });
    }

    List<String> names() {
        return List.copyOf(instances.keySet());
    }

    /** Lets all instances call each key up to a number. */
    void callUpTo(int number) {
        most = number;
        instances.values().forEach(process -> {
            try {
                process.getOutputStream().write((number + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    void kill(String name) throws InterruptedException {
        instances.remove(name).destroyForcibly().waitFor();
        ledger.instance("killed", name);
    }

    void freeze(String name) throws IOException, InterruptedException {
        Process process = instances.get(name);
        signal("STOP", process);
        Path state = Path.of("/proc/" + process.pid() + "/stat");
        Patience.until(() -> assertThat(Files.readString(state)).contains(") T "));
        ledger.instance("frozen", name);
    }

    void unfreeze(String name) throws IOException, InterruptedException {
        ledger.instance("continued", name);
        signal("CONT", instances.get(name));
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** As a deployment does: SIGTERM, and what is in hand ends. */
    void stop(String name) throws InterruptedException {
        Process process = instances.remove(name);
        process.toHandle().destroy();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(name + " ends").isTrue();
        ledger.instance("stopped", name);
    }

    /** Ends what is still there. */
    @Override
    public void close() {
        instances.values().forEach(Process::destroyForcibly);
    }
}
