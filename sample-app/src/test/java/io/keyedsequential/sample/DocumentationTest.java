package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every java, kotlin, bash and yaml block of README.md and docs is a region of a source file, word for word. Above the block stands
 * {@code <!-- snippet: path, region -->}; in the source the region begins with {@code snippet: region} and ends with
 * {@code end: region}, each in a comment. The tests that docs/guarantees.md names are there.
 */
class DocumentationTest {

    private static final Path ROOT = root();
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- snippet: (?<path>\\S+), (?<region>\\S+) -->\\n)?```(?:java|kotlin|bash|ya?ml)\\n(?<text>.*?)\\n```",
            Pattern.DOTALL);

    @TestFactory
    List<DynamicTest> everyBlockIsARegionOfASource() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                String path = block.group("path");
                String region = block.group("region");
                String text = block.group("text");
                tests.add(DynamicTest.dynamicTest("%s: %s, %s".formatted(ROOT.relativize(page), path, region), () -> {
                    assertThat(path).as("the source of the block\n%s", text).isNotNull();
                    assertThat(text).isEqualTo(region(ROOT.resolve(path), region));
                }));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @TestFactory
    List<DynamicTest> everyTestThatHoldsAGuaranteeExists() throws IOException {
        Path page = ROOT.resolve("docs/guarantees.md");
        Map<String, List<Path>> sources = testSources();
        Matcher named = Pattern.compile("`(?<type>\\w+Test)\\.(?<method>\\w+)`").matcher(Files.readString(page));
        List<DynamicTest> tests = new ArrayList<>();
        while (named.find()) {
            String type = named.group("type");
            String method = named.group("method");
            tests.add(DynamicTest.dynamicTest(named.group(), () -> assertThat(sources.getOrDefault(type, List.of()))
                    .anyMatch(source -> read(source).contains("void " + method + "("))));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @Test
    void theDependencyHasTheVersionOfTheProject() throws IOException {
        Pattern version = Pattern.compile("<version>([^<]+)</version>");
        Matcher project = version.matcher(Files.readString(ROOT.resolve("pom.xml")));
        Matcher readme = version.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(project.find()).isTrue();
        assertThat(readme.find()).isTrue();
        assertThat(readme.group(1)).isEqualTo(project.group(1));
        Pattern inGradle = Pattern.compile("\"io\\.keyedsequential:[\\w-]+:([^\"]+)\"");
        Matcher kotlin = inGradle.matcher(Files.readString(ROOT.resolve("docs/kotlin.md")));
        assertThat(kotlin.find()).isTrue();
        assertThat(kotlin.group(1)).isEqualTo(project.group(1));
    }

    /** By the name of the class, in whichever modules it is. */
    private static Map<String, List<Path>> testSources() throws IOException {
        try (Stream<Path> files = Files.find(
                ROOT,
                20,
                (file, attributes) ->
                        file.toString().endsWith("Test.java") && file.toString().contains("/src/test/java/"))) {
            return files.collect(
                    Collectors.groupingBy(file -> file.getFileName().toString().replace(".java", "")));
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        pages.add(ROOT.resolve("README.md"));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** The lines between the two comments, moved to the left. */
    private static String region(Path source, String region) throws IOException {
        List<String> lines = Files.readAllLines(source);
        Pattern begin = Pattern.compile("\\s*(//|#) snippet: " + Pattern.quote(region));
        Pattern end = Pattern.compile("\\s*(//|#) end: " + Pattern.quote(region));
        int from = indexOf(begin, lines, source);
        int to = indexOf(end, lines, source);
        return String.join("\n", lines.subList(from + 1, to)).stripIndent();
    }

    private static int indexOf(Pattern comment, List<String> lines, Path source) {
        for (int i = 0; i < lines.size(); i++) {
            if (comment.matcher(lines.get(i)).matches()) {
                return i;
            }
        }
        throw new AssertionError(source + " has no line " + comment);
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("sample-app")) ? here : here.getParent();
    }
}
