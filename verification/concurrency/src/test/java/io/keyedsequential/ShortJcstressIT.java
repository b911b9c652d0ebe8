package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each jcstress test for a moment, from the packaged jar: enough to notice a window that stands wide open. */
class ShortJcstressIT {

    /** A last resort for one that hangs; on a loaded machine the tests take many times as long as on a quiet one. */
    private static final long HOURS = 2;

    @Test
    void noTestObservesAForbiddenOutcome() throws IOException, InterruptedException {
        Path target = Path.of("target").toAbsolutePath();
        Path directory = Files.createDirectories(target.resolve("short-jcstress"));
        Path log = directory.resolve("jcstress.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                target.resolve("jcstress.jar").toString(),
                "-sc",
                "false",
                "-f",
                "1",
                "-iters",
                "1",
                "-time",
                "100",
                "-jvmArgs",
                "-Xmx256m");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(HOURS, TimeUnit.HOURS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String told = Files.readString(log);
        assertThat(ended).as(told).isTrue();
        assertThat(process.exitValue()).as(told).isZero();
        assertThat(told).containsPattern("[1-9]\\d* matching test results");
    }
}
