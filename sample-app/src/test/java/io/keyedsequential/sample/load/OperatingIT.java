package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/operating.md says, word for word: every command of its console blocks is given to a shell, from top to
 * bottom, and must answer what stands below it. Only how the sample is started is different: the jar is there already, and it listens on
 * a free port.
 */
@Timeout(1800)
class OperatingIT {

    @TempDir
    Path directory;

    @Test
    void everyCommandAnswersWhatThePageSays() throws Exception {
        assumeTrue(Shell.has("curl"), "there is no curl");
        List<ConsolePage.Step> steps =
                ConsolePage.of(Files.readString(LoadRun.docs().resolve("operating.md"))).steps().stream()
                        .filter(step -> !step.command().contains("mvn"))
                        .toList();
        assertThat(steps).hasSizeGreaterThan(10);
        try (SampleProcess sample = SampleProcess.start(LoadRun.jar(), List.of());
                Shell shell = new Shell(directory, Map.of())) {
            String address = sample.uri().getAuthority();
            for (ConsolePage.Step step : steps) {
                shell.follow(step, step.command().replace("localhost:8080", address));
            }
            sample.sigterm();
            assertThat(sample.exitCode()).isEqualTo(143);
        }
    }
}
