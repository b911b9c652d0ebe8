package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor.Settings;

/** An application is processed as {@code process-aot} does it, compiled, and started with what was generated. */
class AheadOfTimeTest {

    private static final String CLASSPATH = System.getProperty("java.class.path");

    @TempDir
    Path directory;

    @Test
    void aProcessedApplicationStartsWithItsGeneratedClassesAndAnswers() throws Exception {
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Settings settings = Settings.builder()
                .sourceOutput(sources)
                .resourceOutput(classes)
                .classOutput(classes)
                .groupId("io.keyedsequential")
                .artifactId("ahead-of-time")
                .build();
        new SpringApplicationAotProcessor(AheadOfTimeApp.class, settings, new String[0]).process();
        assertHintsForTheKey(classes);
        compile(sources, classes);
        assertThat(run(classes))
                .contains("answered orders/ada, generated true, class AheadOfTimeApp$Orders$$SpringCGLIB$$0, limit 7")
                .contains("told of java.lang.IllegalStateException: failed in orders/fail")
                .containsOnlyOnce("ERROR");
    }

    /** Of the parameter's type, through a composed annotation, and of the records that hold the properties. */
    private static void assertHintsForTheKey(Path classes) throws Exception {
        Path metadata;
        try (Stream<Path> files = Files.walk(classes)) {
            metadata = files.filter(file -> file.endsWith("reachability-metadata.json"))
                    .findFirst()
                    .orElseThrow();
        }
        String hints = Files.readString(metadata);
        assertThat(hints)
                .contains("AheadOfTimeApp$Order\"", "AheadOfTimeApp$Orders\"")
                .contains("KeyedSequentialProperties\"", "AtomProperties\"");
    }

    private static void compile(Path sources, Path classes) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-parameters", "-nowarn", "-cp", classes + File.pathSeparator + CLASSPATH));
        arguments.addAll(List.of("-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private String run(Path classes) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dspring.aot.enabled=true",
                        "-cp",
                        classes + File.pathSeparator + CLASSPATH,
                        AheadOfTimeApp.class.getName(),
                        "--keyedsequential.atoms.orders.max-concurrency=7")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
