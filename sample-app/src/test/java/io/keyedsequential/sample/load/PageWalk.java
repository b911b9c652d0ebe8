package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Follows the console blocks of a page, which start, kill and start again processes of the packaged sample. Different from
 * the page are the place of the jar, the ports, and what the test replaces.
 *
 * @param directory where the commands are given
 */
record PageWalk(Path directory) {

    /**
     * Gives every command but those that build, or start a database.
     *
     * @param part of the page
     * @param here what stands in commands, and what stands in its place on this machine
     */
    void follow(String part, Map<String, String> here) throws IOException, InterruptedException {
        assumeTrue(Shell.has("curl"), "there is no curl");
        List<ConsolePage.Step> steps = ConsolePage.of(part).steps().stream()
                .filter(step ->
                        !step.command().contains("mvn") && !step.command().startsWith("docker "))
                .toList();
        assertThat(steps).hasSizeGreaterThan(8);
        Files.createDirectories(directory.resolve("sample-app/target"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:TieredStopAtLevel=1 -jar " // it starts sooner
                + LoadRun.jar();
        String one = freePort();
        String two = freePort();
        try (Shell shell = new Shell(directory, Map.of("SERVER_PORT", one, "DESK_BROKER_PORT", freePort()))) {
            for (ConsolePage.Step step : steps) {
                String command = step.command()
                        .replace("java -jar sample-app/target/sample-app.jar", java)
                        .replace("localhost:8080", "localhost:" + one)
                        .replace("localhost:8081", "localhost:" + two)
                        .replace("server.port=8081", "server.port=" + two);
                for (Map.Entry<String, String> replaced : here.entrySet()) {
                    command = command.replace(replaced.getKey(), replaced.getValue());
                }
                shell.follow(step, command);
            }
        } catch (AssertionError | ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + logs(), e);
        }
    }

    private String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        try (Stream<Path> files = Files.list(directory.resolve("sample-app/target"))) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                logs.append(log.getFileName()).append(":\n").append(Files.readString(log));
            }
        }
        return logs.toString();
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return String.valueOf(socket.getLocalPort());
        }
    }
}
