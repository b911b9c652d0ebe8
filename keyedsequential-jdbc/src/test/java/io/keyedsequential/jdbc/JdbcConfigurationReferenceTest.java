package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The table of this engine in docs/configuration.md is what the metadata of this module says. With {@code -Dreference.update=true} it
 * writes it anew, as CONTRIBUTING.md says.
 */
class JdbcConfigurationReferenceTest {

    private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
    private static final Pattern TABLE =
            Pattern.compile("(<!-- generated: properties of the engine jdbc -->\\n).*?(<!-- end -->)", Pattern.DOTALL);

    private static final Map<String, String> TYPES = Map.of(
            "java.lang.Integer", "number",
            "java.lang.String", "text",
            "java.time.Duration", "time",
            "java.util.List<java.lang.String>", "texts",
            "org.springframework.util.unit.DataSize", "size",
            "org.springframework.boot.sql.init.DatabaseInitializationMode", "`always`, `embedded`, `never`",
            "io.keyedsequential.jdbc.Completion", "`auto`, `after-body`, `with-body`");

    @Test
    void theTableIsWhatTheMetadataSays() throws IOException {
        Path page = root().resolve("docs/configuration.md");
        Matcher table = TABLE.matcher(Files.readString(page));
        assertThat(table.find()).isTrue();
        String upToDate = table.replaceFirst(Matcher.quoteReplacement(table.group(1) + rows() + table.group(2)));
        if (Boolean.getBoolean("reference.update")) {
            Files.writeString(page, upToDate);
        }
        assertThat(Files.readString(page))
                .as("docs/configuration.md is out of date; -Dreference.update=true writes it anew")
                .isEqualTo(upToDate);
    }

    private static String rows() throws IOException {
        try (InputStream metadata =
                Files.newInputStream(root().resolve("keyedsequential-jdbc").resolve(METADATA))) {
            return "| property | value | default | |\n|---|---|---|---|\n"
                    + new ObjectMapper()
                            .readTree(metadata)
                            .path("properties")
                            .valueStream()
                            .sorted(Comparator.comparing(
                                    property -> property.get("name").asString()))
                            .map(JdbcConfigurationReferenceTest::row)
                            .collect(Collectors.joining());
        }
    }

    private static String row(JsonNode property) {
        String type = TYPES.get(property.get("type").asString());
        assertThat(type).as("a word for the type in this test, of %s", property).isNotNull();
        String value = property.path("defaultValue").asString("");
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        property.get("name").asString(),
                        type,
                        value.isEmpty() ? "" : "`" + value + "`",
                        property.get("description").asString());
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    }
}
