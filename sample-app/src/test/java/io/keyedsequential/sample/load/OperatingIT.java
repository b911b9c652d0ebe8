package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Does what docs/operating.md says, word for word: every command of its console blocks is given to a shell, from top to
 * bottom, and must answer what stands below it; three dots stand for anything. Only how the sample is started is different:
 * the jar is there already, and it listens on a free port. A command that only looks is given again until it answers
 * that, for at most ten seconds; the page says "within a second" there.
 */
@Timeout(600)
class OperatingIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern CONSOLE = Pattern.compile("```console\\n(.*?)\\n```", Pattern.DOTALL);

    private record Step(String command, String answer) {

        /** It changes nothing, so that it may be given again. */
        boolean looks() {
            return !command.contains("-d '") && !command.contains("-X ");
        }

        Pattern expected() {
            return Pattern.compile(
                    Stream.of(answer.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
        }
    }

    @Test
    void everyCommandAnswersWhatThePageSays() throws Exception {
        assumeTrue(run("command -v curl").exitCode() == 0, "there is no curl");
        Path root = LoadRun.jar().getParent().getParent().getParent();
        List<Step> steps = steps(Files.readString(root.resolve("docs/operating.md")));
        assertThat(steps).hasSizeGreaterThan(10);
        try (SampleProcess sample = SampleProcess.start(LoadRun.jar(), List.of())) {
            String address = sample.uri().getAuthority();
            for (Step step : steps) {
                follow(step, address);
            }
            sample.sigterm();
            assertThat(sample.exitCode()).isEqualTo(143);
        }
    }

    private static void follow(Step step, String address) throws IOException, InterruptedException {
        String command = step.command.replace("localhost:8080", address);
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = run(command);
        while (!step.expected().matcher(answer.text()).matches()
                && step.looks()
                && Instant.now().isBefore(end)) {
            answer = run(command); // each look starts a process, which is pause enough
        }
        assertThat(answer.text()).as(command).matches(step.expected());
    }

    private record Answer(int exitCode, String text) {}

    private static Answer run(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(shell.waitFor(), text.strip());
    }

    private static List<Step> steps(String page) {
        List<Step> steps = new ArrayList<>();
        Matcher block = CONSOLE.matcher(page);
        while (block.find()) {
            for (String step : ("\n" + block.group(1)).split("\n\\$ ")) {
                if (!step.isBlank() && !step.contains("mvn")) {
                    steps.add(step(step));
                }
            }
        }
        return steps;
    }

    /** A command goes on in the next line after a backslash; what follows it is the answer. */
    private static Step step(String text) {
        List<String> lines = text.lines().toList();
        int end = 0;
        while (lines.get(end).endsWith("\\")) {
            end++;
        }
        return new Step(
                String.join("\n", lines.subList(0, end + 1)),
                String.join("\n", lines.subList(end + 1, lines.size())).strip());
    }
}
