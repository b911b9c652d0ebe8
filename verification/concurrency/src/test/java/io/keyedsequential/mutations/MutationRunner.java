package io.keyedsequential.mutations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Applies every mutation of {@link Catalogue} to a copy of the engine's sources, compiles it, runs the tests named there
 * until one fails, and prints a table: {@code MutationRunner <core sources> <work directory> [part of a name]}. The first
 * run is without a mutation and must pass. Exits with 1 if a mutation survives that the catalogue does not expect to.
 */
final class MutationRunner {

    private static final long TEST_SECONDS = Long.getLong("mutations.seconds", 60);

    /** A broken engine hangs: its tests need not wait as long as those of a sound one on a busy machine. */
    private static final String PATIENCE = "-Dkeyedsequential.patience=" + Long.getLong("mutations.patience", 10);

    /** Lincheck needs longer, most of all to rewrite classes. */
    private static final long LINCHECK_SECONDS = Math.max(150, TEST_SECONDS);

    private final Path sources;
    private final Path work;
    private int logs;

    private MutationRunner(Path sources, Path work) {
        this.sources = sources;
        this.work = work;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        MutationRunner runner = new MutationRunner(Path.of(args[0]), Path.of(args[1]));
        String part = args.length > 2 ? args[2] : "";
        System.out.println("| # | breakage | file | caught by | seconds |\n|---|---|---|---|---|");
        boolean allCaught = true;
        int number = 0;
        for (Mutation mutation : Catalogue.all()) {
            number++;
            if (number < Integer.getInteger("mutations.from", 1)
                    || number > Integer.getInteger("mutations.to", Integer.MAX_VALUE)) {
                continue;
            }
            boolean baseline = mutation.name().equals(Catalogue.NOTHING);
            if (baseline
                    ? !Boolean.getBoolean("mutations.skipBaseline")
                    : mutation.name().contains(part)) {
                allCaught &= runner.run(number, mutation);
            }
        }
        System.exit(allCaught ? 0 : 1);
    }

    private boolean run(int number, Mutation mutation) throws IOException, InterruptedException {
        Path classes;
        try {
            classes = compile(mutation);
        } catch (IllegalStateException e) {
            System.out.printf(
                    "| %d | %s | `%s` | **not applied**: the text has moved | |%n",
                    number, mutation.name(), mutation.file());
            return false;
        }
        long begin = System.nanoTime();
        String caught = null;
        for (String test : mutation.tests()) {
            caught = caught == null ? failure(classes, test) : caught;
        }
        if (caught != null && mutation.name().equals(Catalogue.NOTHING)) {
            throw new IllegalStateException(caught + " fails without a mutation, so a table would mean nothing");
        }
        boolean survivorExpected = mutation.name().equals(Catalogue.NOTHING);
        System.out.printf(
                "| %d | %s | `%s` | %s | %.0f |%n",
                number,
                mutation.name(),
                mutation.file(),
                caught == null
                        ? (survivorExpected ? "passed: " : "**nothing** of ") + String.join(", ", mutation.tests())
                        : caught,
                (System.nanoTime() - begin) / 1e9);
        return caught != null || survivorExpected;
    }

    private Path compile(Mutation mutation) throws IOException {
        Path classes = work.resolve("classes");
        Path copy = work.resolve("sources");
        delete(classes);
        delete(copy);
        Files.createDirectories(classes);
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-nowarn", "-parameters", "--release", "17", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Path target = copy.resolve(sources.relativize(file).toString());
                Files.createDirectories(target.getParent());
                String source = Files.readString(file);
                boolean mutated = file.endsWith(mutation.file());
                Files.writeString(target, mutated ? mutation.apply(source) : source);
                arguments.add(target.toString());
            }
        }
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        if (failed != 0) {
            throw new IllegalStateException(mutation.name() + ": the mutated engine does not compile");
        }
        return classes;
    }

    /** What caught the mutation, or {@code null} if the test passed. */
    private String failure(Path classes, String test) throws IOException, InterruptedException {
        boolean jcstress = test.startsWith("jcstress:");
        String name = test.substring(test.indexOf(':') + 1);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + ":" + System.getProperty("java.class.path")));
        if (jcstress) {
            command.addAll(List.of("org.openjdk.jcstress.Main", "-sc", "false", "-f", "1", "-iters", "3"));
            command.addAll(List.of(
                    "-time", "1500", "-jvmArgs", "-Xmx256m " + PATIENCE, "-t", "io.keyedsequential." + name + "$"));
        } else {
            command.addAll(1, flags());
            command.add(1, PATIENCE);
            command.add(RunTests.class.getName());
            Arrays.stream(name.split(",")).forEach(each -> command.add("io.keyedsequential." + each));
        }
        Path log = Files.createDirectories(work.resolve("logs"))
                .resolve(logs++ + "-" + name.replaceAll(",.*", "") + ".log");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(name.endsWith("ModelCheckingTest") ? LINCHECK_SECONDS : TEST_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            String begun = jcstress ? begunByJcstress(log, name) : lastBegun(log);
            if (begun == null) {
                throw new IllegalStateException(name + " has not even begun: this machine is too busy, see " + log);
            }
            return begun + " (hangs)";
        }
        List<String> lines = Files.readAllLines(log);
        if (jcstress) {
            return jcstressFailure(name, log, lines, process.exitValue());
        }
        if (process.exitValue() == 0) {
            return null;
        }
        // Nothing but a test that says so counts: a machine that did not start has caught nothing.
        return lines.stream()
                .filter(line -> line.startsWith("FAILED "))
                .map(line -> line.substring("FAILED ".length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " did not run: see " + log));
    }

    private static @Nullable String lastBegun(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("BEGUN "))
                .reduce((earlier, later) -> later)
                .map(line -> line.substring("BEGUN ".length()))
                .orElse(null);
    }

    /** What jcstress does before its first iteration, it does for minutes where others want the processors as well. */
    private static @Nullable String begunByJcstress(Path log, String name) throws IOException {
        return Files.readString(log).contains("Sampling Rate") ? name : null;
    }

    /** A forbidden outcome in the report is a failure; a run that reports neither that nor success is none. */
    private static String jcstressFailure(String name, Path log, List<String> lines, int exit) {
        if (lines.stream()
                .anyMatch(line -> line.matches(".*\\bFAILED\\b.*" + name + ".*|.*" + name + ".*\\bFAILED\\b.*"))) {
            return name + " (jcstress)";
        }
        if (lines.stream().anyMatch(line -> line.contains("Timeout waiting for tasks to complete"))) {
            return name + " (hangs)"; // jcstress gives its actors half a minute, which may be less than their patience
        }
        boolean passed = exit == 0 && lines.stream().anyMatch(line -> line.matches(".*[1-9]\\d* passed, 0 failed.*"));
        if (!passed) {
            throw new IllegalStateException(name + ": jcstress neither passed nor failed: see " + log);
        }
        return null;
    }

    /** What Lincheck needs of the virtual machine: the same as for Surefire. */
    private static List<String> flags() {
        return Arrays.stream(System.getProperty("mutations.flags", "").split(" "))
                .filter(flag -> !flag.isBlank())
                .collect(Collectors.toList());
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                remove(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) {
                remove(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void remove(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
