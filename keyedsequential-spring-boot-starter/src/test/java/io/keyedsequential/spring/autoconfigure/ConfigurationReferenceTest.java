package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The tables of docs/configuration.md are what the metadata says. With {@code -Dreference.update=true} it writes them anew, as
 * CONTRIBUTING.md says.
 */
class ConfigurationReferenceTest {

    private static final Path PAGE = root().resolve("docs/configuration.md");
    private static final String DEFAULTS = "keyedsequential.defaults.";

    private static final Map<String, String> TYPES = Map.of(
            "java.lang.Integer", "number",
            "java.lang.Double", "number",
            "java.lang.Boolean", "`true`, `false`",
            "java.lang.String", "text",
            "java.time.Duration", "time",
            "java.util.Set<java.lang.String>", "texts",
            "java.util.List<java.lang.Class<? extends java.lang.Throwable>>", "classes",
            "org.springframework.boot.actuate.endpoint.Access", "`none`, `read-only`, `unrestricted`");

    @Test
    void theTablesAreWhatTheMetadataSays() throws IOException {
        String page = Files.readString(PAGE);
        String upToDate = replace(page, "options of atoms", "option", name -> name.startsWith(DEFAULTS));
        upToDate = replace(
                upToDate,
                "other properties",
                "property",
                name -> !name.matches("keyedsequential\\.(defaults\\.|atoms).*"));
        if (Boolean.getBoolean("reference.update")) {
            Files.writeString(PAGE, upToDate);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is out of date; -Dreference.update=true writes it anew")
                .isEqualTo(upToDate);
    }

    @Test
    void everyAttributeOfTheAnnotationIsThere() throws IOException {
        String page = Files.readString(PAGE);
        List<String> attributes = Arrays.stream(KeyedSequential.class.getDeclaredMethods())
                .map(attribute -> attribute.getName())
                .filter(name -> !name.endsWith("String"))
                .toList();
        assertThat(attributes).isNotEmpty().allSatisfy(attribute -> assertThat(page)
                .contains("`" + attribute + "`"));
    }

    private static String replace(String page, String table, String head, Predicate<String> wanted) {
        Pattern region = Pattern.compile(
                "(<!-- generated: " + Pattern.quote(table) + " -->\\n).*?(<!-- end -->)", Pattern.DOTALL);
        Matcher matcher = region.matcher(page);
        assertThat(matcher.find()).as(table).isTrue();
        String rows = Metadata.properties().stream()
                .filter(property -> wanted.test(Metadata.name(property)))
                .map(ConfigurationReferenceTest::row)
                .collect(Collectors.joining());
        String header = "| %s | value | default | |\n|---|---|---|---|\n".formatted(head);
        return matcher.replaceFirst(Matcher.quoteReplacement(matcher.group(1) + header + rows + matcher.group(2)));
    }

    private static String row(JsonNode property) {
        String name = Metadata.name(property);
        JsonNode value = property.path("defaultValue");
        String given = value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
                : value.asString("");
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        name.startsWith(DEFAULTS) ? name.substring(DEFAULTS.length()) : name,
                        type(property),
                        given.isEmpty() ? "" : "`" + given.replace('_', '-') + "`",
                        property.get("description").asString().replace("|", "\\|"));
    }

    /** What may be given: the constants that are hinted, the kind of bean, or the type. */
    private static String type(JsonNode property) {
        String type = property.get("type").asString();
        for (JsonNode hint : Metadata.hints()) {
            if (Metadata.name(hint).equals(Metadata.name(property))) {
                if (hint.path("values").size() > 0) {
                    return values(hint);
                }
                JsonNode provider = hint.path("providers").path(0);
                if (provider.path("name").asString("").equals("spring-bean-reference")) {
                    String bean = provider.path("parameters").path("target").asString();
                    return "a bean's name: `" + bean.substring(bean.lastIndexOf('.') + 1) + "`";
                }
            }
            if (Metadata.name(hint).equals(Metadata.name(property) + ".values")) {
                return "by class: " + values(hint);
            }
        }
        String known = TYPES.get(type);
        assertThat(known)
                .as("a word for %s in this test, of %s", type, property)
                .isNotNull();
        return known;
    }

    private static String values(JsonNode hint) {
        return hint.path("values")
                .valueStream()
                .map(value -> "`" + value.get("value").asString() + "`")
                .collect(Collectors.joining(", "));
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    }
}
