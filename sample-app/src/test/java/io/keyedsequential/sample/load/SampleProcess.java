package io.keyedsequential.sample.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged order desk as a process of its own, on a free port. Needs {@code mvn package}. */
final class SampleProcess implements AutoCloseable {

    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader = new Thread(this::readLog, "log");

    private SampleProcess(Process process) {
        this.process = process;
        reader.start();
    }

    static SampleProcess start(Path jar, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", jar.toString(), "--server.port=0"));
        command.addAll(arguments);
        return new SampleProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Where it listens; waits until it does. */
    URI uri() {
        return URI.create(
                "http://localhost:" + port.orTimeout(10, TimeUnit.MINUTES).join());
    }

    /** By its handle: {@link Process#destroy()} would close the log as well. */
    void sigterm() {
        process.toHandle().destroy();
    }

    /** Waits until the process has ended. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the process has not ended; its log:\n" + String.join("\n", log));
        }
        reader.join();
        return process.exitValue();
    }

    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void readLog() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher started = STARTED.matcher(line);
                if (started.find()) {
                    port.complete(Integer.parseInt(started.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            port.completeExceptionally(new IllegalStateException("did not start:\n" + String.join("\n", log)));
        }
    }
}
