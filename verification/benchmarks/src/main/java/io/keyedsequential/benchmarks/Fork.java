package io.keyedsequential.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One child JVM, from start to end.
 *
 * @param lines what it printed
 * @param failure why it is not to be trusted, or empty
 */
record Fork(List<String> lines, String failure) {

    /** The first release that complains about the {@code Unsafe} inside Scala and Netty. */
    private static final int COMPLAINS_ABOUT_UNSAFE = 23;

    static Fork run(Mode mode, Arguments arguments) throws InterruptedException {
        try {
            Path output = Files.createTempFile("keyedsequential-benchmarks", ".txt");
            try {
                String failure = runInto(output, mode, arguments);
                return new Fork(Files.readAllLines(output), failure);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String runInto(Path output, Mode mode, Arguments arguments)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(mode, arguments))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread endWithParent = new Thread(process::destroyForcibly, "end-fork");
        Runtime.getRuntime().addShutdownHook(endWithParent);
        try {
            int seconds = arguments.number(Options.TIMEOUT_SECONDS);
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                return "no result after %d s".formatted(seconds);
            }
            return process.exitValue() == 0 ? "" : "exit code " + process.exitValue();
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(endWithParent);
        }
    }

    private static List<String> command(Mode mode, Arguments arguments) {
        String heap = arguments.text(Options.HEAP);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Named, because two cores and a small heap would otherwise get another collector than the next machine.
        // The heap has one size from the start, so that its growth is not part of a sample.
        command.add("-XX:+UseParallelGC");
        command.add("-Xms" + heap);
        command.add("-Xmx" + heap);
        if (Runtime.version().feature() >= COMPLAINS_ABOUT_UNSAFE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        Arrays.stream(arguments.text(Options.JVM).split(" "))
                .filter(word -> !word.isBlank())
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Benchmarks.class.getName());
        command.add(Benchmarks.FORK);
        command.add(mode.name());
        command.addAll(arguments.toCommandLine());
        return command;
    }
}
