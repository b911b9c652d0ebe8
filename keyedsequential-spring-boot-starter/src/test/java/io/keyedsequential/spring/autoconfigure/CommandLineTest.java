package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that ends by itself, with operations queued. */
class CommandLineTest {

    @TempDir
    Path directory;

    @Test
    void whatIsQueuedWhenMainReturnsRunsBeforeTheProcessEnds() throws Exception {
        String printed = run("reads");
        assertThat(printed).contains("main is done").doesNotContain("WARN");
        for (int i = 0; i < 20; i++) {
            assertThat(printed.indexOf("read file-" + i)).isGreaterThan(printed.indexOf("main is done"));
        }
    }

    @Test
    void whatDoesNotEndWithinTheDrainTimeoutIsNamedAndLost() throws Exception {
        String printed = run("stuck", "--keyedsequential.shutdown.drain-timeout=100ms");
        assertThat(printed).contains("main is done", "WARN", "imports").doesNotContain("read file");
    }

    private String run(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CommandLineApp.class.getName());
        command.command().addAll(List.of(arguments));
        command.command().add("--spring.main.web-application-type=none");
        Process process = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
