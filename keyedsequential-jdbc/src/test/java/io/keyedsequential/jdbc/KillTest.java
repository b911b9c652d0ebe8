package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process on an H2 file is killed while it works, twice, and started again: nothing is lost, and the order holds. */
class KillTest {

    private static final int MAX_CONCURRENCY = 8;
    private static final int CALLS = 400;
    private static final int KEYS = 20;

    @TempDir
    Path directory;

    @Test
    void whatWasAcceptedRunsInOrderAlthoughTheProcessIsKilledTwice() throws Exception {
        killAfter(0, 150);
        killAfter(CALLS, 150);
        Process last = start(2 * CALLS, 0);
        assertThat(last.waitFor(20, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        check();
    }

    private Path protocol() {
        return directory.resolve("protocol");
    }

    private void killAfter(int first, int ended) throws Exception {
        Process process = start(first, CALLS);
        long before = lines("ended");
        Patience.until(() -> assertThat(lines("ended")).isGreaterThan(before + ended));
        process.destroyForcibly().waitFor();
    }

    private Process start(int first, int calls) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        KilledApplication.class.getName(),
                        protocol().toString(),
                        "jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0",
                        String.valueOf(first),
                        String.valueOf(calls),
                        String.valueOf(KEYS))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private long lines(String event) throws IOException {
        if (!Files.exists(protocol())) {
            return 0;
        }
        return Files.readAllLines(protocol()).stream()
                .filter(line -> line.startsWith(event + " "))
                .count();
    }

    private void check() throws IOException {
        Set<String> accepted = new HashSet<>();
        Set<String> ended = new HashSet<>();
        Map<String, Integer> lastOfKey = new HashMap<>();
        List<String> twice = new ArrayList<>();
        List<String> reordered = new ArrayList<>();
        int killed = 0;
        for (String line : Files.readAllLines(protocol())) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "started" -> killed++;
                case "accepted" -> accepted.add(words[2]);
                case "ended" -> ended.add(words[2]);
                case "began" -> {
                    int number = Integer.parseInt(words[2]);
                    int last = lastOfKey.getOrDefault(words[1], -1);
                    if (number == last) {
                        twice.add(line);
                    } else if (number < last) {
                        reordered.add(line + " after " + last);
                    }
                    lastOfKey.put(words[1], number);
                }
                default -> throw new AssertionError(line);
            }
        }
        assertThat(killed).isEqualTo(3);
        assertThat(accepted).hasSizeGreaterThan(200);
        accepted.removeAll(ended);
        assertThat(accepted).as("lost").isEmpty();
        assertThat(reordered).isEmpty();
        assertThat(twice).as("begun twice").hasSizeLessThanOrEqualTo(2 * MAX_CONCURRENCY);
    }
}
