package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyedsequential.jdbc.PostgresServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/durable.md says, word for word, as {@link OperatingIT} does it for another page: processes are started, killed and
 * started again by the commands of the page. Different are the place of the jar, the ports, and the database server, which is one of
 * the test's own; where there is none, its part of the page is left out.
 */
@Timeout(1800)
class DurableIT {

    private static final String SERVER = "\n## Two instances on PostgreSQL\n";
    private static final String DATABASE = "jdbc:postgresql://localhost:5432/desk?user=desk&password=desk";

    @TempDir
    Path directory;

    @Test
    void everyCommandAnswersWhatThePageSaysAboutOneInstance() throws Exception {
        follow(page().substring(0, page().indexOf(SERVER)), Map.of());
    }

    @Test
    void everyCommandAnswersWhatThePageSaysAboutTwo() throws Exception {
        assumeTrue(PostgresServer.isThere(), "there is no PostgreSQL");
        follow(
                page().substring(page().indexOf(SERVER)),
                Map.of(DATABASE, PostgresServer.instance().url()));
    }

    private static String page() throws IOException {
        return Files.readString(LoadRun.docs().resolve("durable.md"));
    }

    private void follow(String part, Map<String, String> here) throws IOException, InterruptedException {
        assumeTrue(Shell.has("curl"), "there is no curl");
        List<ConsolePage.Step> steps = ConsolePage.of(part).steps().stream()
                .filter(step ->
                        !step.command().contains("mvn") && !step.command().startsWith("docker "))
                .toList();
        assertThat(steps).hasSizeGreaterThan(8);
        Files.createDirectories(directory.resolve("sample-app/target"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -jar " + LoadRun.jar();
        String one = freePort();
        String two = freePort();
        try (Shell shell = new Shell(directory, Map.of("SERVER_PORT", one))) {
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
