package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** One bash for all commands of a page: what is started in the background, and what is exported, is known to the next one. */
final class Shell implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10); // processes are started
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final String mark = UUID.randomUUID().toString();
    private final Process bash;
    private final Writer input;
    private final BufferedReader output;

    Shell(Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "--noprofile", "--norc")
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        bash = builder.start();
        input = bash.outputWriter(StandardCharsets.UTF_8);
        output = new BufferedReader(new InputStreamReader(bash.getInputStream(), StandardCharsets.UTF_8));
    }

    static boolean has(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", "command -v " + program + " > /dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    /**
     * Gives the command; one that only looks is given again until it answers what it must, which includes the start of a process.
     *
     * @param command as this machine needs it
     */
    void follow(ConsolePage.Step step, String command) throws IOException {
        if (step.looks()) {
            await().atMost(PATIENCE).pollInterval(PAUSE).untilAsserted(() -> check(step, command));
        } else {
            check(step, command);
        }
    }

    private void check(ConsolePage.Step step, String command) throws IOException {
        assertThat(run(command)).as(command).matches(step.expected());
    }

    private String run(String command) throws IOException {
        input.write(command + "\necho; echo " + mark + "\n");
        input.flush();
        StringBuilder answer = new StringBuilder();
        for (String line = output.readLine(); !mark.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IllegalStateException("the shell has ended: " + command);
            }
            answer.append(line).append('\n');
        }
        return answer.toString().strip();
    }

    /** Ends what is still in the background. */
    @Override
    public void close() throws IOException {
        try (input) {
            input.write("kill -9 $(jobs -p)\nexit\n");
        } finally {
            bash.onExit().join();
        }
    }
}
